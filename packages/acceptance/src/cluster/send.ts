import type { IncomingHttpHeaders } from 'node:http';
import { type ApiAccess, callApi } from '@slipway/sandbox';

/** An answer; a JSON body is parsed, and a watch's is the list of its events. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  // The tests say what they expect of it.
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** What goes along with a request. */
export interface RequestParts {
  body?: object | string;
  headers?: Record<string, string>;
}

/** One document, or the events of a watch. */
function parseEach(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
  }
}

/** One request as it goes over the wire, for what a client does not show. */
export async function send(
  access: ApiAccess,
  method: string,
  path: string,
  parts: RequestParts = {},
): Promise<Answer> {
  const { status, headers, text } = await callApi(access, method, path, parts);
  return {
    status,
    headers,
    body: /json/.test(headers['content-type'] ?? '') ? parseEach(text) : text,
  };
}

/** Asks until there is an answer; the test's own timeout is the limit. */
export async function until<T>(
  ask: () => Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
