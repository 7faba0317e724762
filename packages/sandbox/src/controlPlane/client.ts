import { request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** How to reach an API server. */
export interface ApiAccess {
  url: string;
  /** PEM. */
  certificateAuthority: string;
  /** Nobody's, where it is empty. */
  token: string;
}

/** An answer, read to its end. */
export interface ApiAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** What goes along with a request. */
export interface ApiParts {
  body?: object | string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Sends a request; the answer is there when its head is. */
export function open(
  access: ApiAccess,
  method: string,
  path: string,
  { body, headers, signal }: ApiParts = {},
): Promise<IncomingMessage> {
  const bytes = typeof body === 'object' ? JSON.stringify(body) : body;
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      `${access.url}${path}`,
      {
        method,
        ca: access.certificateAuthority,
        agent: false,
        signal,
        headers: {
          ...(access.token && { authorization: `Bearer ${access.token}` }),
          ...(bytes !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(bytes),
          }),
          ...headers,
        },
      },
      resolve,
    );
    sent.once('error', reject);
    sent.end(bytes);
  });
}

/** Sends a request and reads the answer. */
export async function call(
  access: ApiAccess,
  method: string,
  path: string,
  parts: ApiParts = {},
): Promise<ApiAnswer> {
  const response = await open(access, method, path, parts);
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(chunks).toString('utf8'),
  };
}
