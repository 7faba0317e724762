import https, { type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { isObject, textIn } from '../lib/text';
import { tellRefused } from './kubeConfig';
import { type Refusal, refusalOf } from './refusal';

/** An answer of a Kubernetes API that is not a success. */
export class KubernetesStatusError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    readonly more: {
      /** How long the API asks to be left alone, in milliseconds. */
      retryAfterMs?: number;
      /** What is known where it did not take the credentials. */
      refusal?: Refusal;
    } = {},
  ) {
    super(message);
    this.name = 'KubernetesStatusError';
  }

  get retryAfterMs(): number | undefined {
    return this.more.retryAfterMs;
  }

  get refusal(): Refusal | undefined {
    return this.more.refusal;
  }
}

/** What is thrown when an API takes longer than it may. */
function tooLate(milliseconds: number): Error {
  const error = new Error(`no answer within ${milliseconds / 1000} s`);
  error.name = 'TimeoutError';
  return error;
}

/** The most that is read of an answer that is not a success. */
const MAXIMUM_STATUS_BYTES = 64 * 1024;

/**
 * GETs one path of a cluster's API and returns the answer as soon as its
 * headers are there.
 *
 * @param headersMs - how long that may take
 * @throws KubernetesStatusError for statuses from 300 on.
 */
export async function openKubernetes(
  kubeConfig: KubeConfig,
  path: string,
  options: { signal: AbortSignal; headersMs?: number },
): Promise<IncomingMessage> {
  const server = kubeConfig.getCurrentCluster()?.server;
  if (!server) {
    throw new Error('The kubeconfig names no cluster');
  }
  const request: RequestOptions = {
    method: 'GET',
    headers: { Accept: 'application/json' },
    signal: options.signal,
  };
  await kubeConfig.applyToHTTPSOptions(request);
  const response = await send(
    `${server.replace(/\/$/, '')}${path}`,
    request,
    options.headersMs,
  );
  const { statusCode = 0 } = response;
  if (statusCode >= 300) {
    const error = await statusError(response, statusCode, options.headersMs);
    if (statusCode !== 401) {
      throw error;
    }
    const token = tokenIn(request);
    tellRefused(kubeConfig, token);
    throw new KubernetesStatusError(statusCode, error.message, {
      refusal: refusalOf(response.headers, token),
    });
  }
  return response;
}

function send(
  url: string,
  options: RequestOptions,
  headersMs: number | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = https.request(url, options);
    const timer =
      headersMs === undefined
        ? undefined
        : setTimeout(() => outgoing.destroy(tooLate(headersMs)), headersMs);
    outgoing.on('response', response => {
      clearTimeout(timer);
      resolve(response);
    });
    outgoing.on('error', error => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end();
  });
}

async function statusError(
  response: IncomingMessage,
  statusCode: number,
  bodyMs: number | undefined,
): Promise<KubernetesStatusError> {
  const seconds = Number(response.headers['retry-after']);
  // The status is known; an explanation that does not come is not waited for.
  const timer =
    bodyMs === undefined
      ? undefined
      : setTimeout(() => response.destroy(), bodyMs);
  const text = await readText(response, MAXIMUM_STATUS_BYTES)
    .catch(() => '')
    .finally(() => clearTimeout(timer));
  return new KubernetesStatusError(
    statusCode,
    textIn(parseObject(text), 'message') ?? '',
    Number.isFinite(seconds) && seconds > 0
      ? { retryAfterMs: seconds * 1000 }
      : {},
  );
}

/** What was sent as credentials. */
function tokenIn({ headers }: RequestOptions): string | undefined {
  const sent = isObject(headers) ? headers.Authorization : undefined;
  return typeof sent === 'string' ? sent : undefined;
}

/**
 * Reads an answer to its end.
 *
 * @param idleMs - how long nothing of it may come
 * @throws if it is larger than it may be, or nothing comes; the connection is
 *   then cut.
 */
export async function readText(
  response: IncomingMessage,
  maximumBytes: number,
  idleMs?: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const hear = () => {
    clearTimeout(timer);
    if (idleMs !== undefined) {
      timer = setTimeout(() => response.destroy(tooLate(idleMs)), idleMs);
    }
  };
  hear();
  try {
    for await (const chunk of response) {
      hear();
      size += chunk.length;
      if (size > maximumBytes) {
        throw new Error(`The answer is larger than ${maximumBytes} bytes`);
      }
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A JSON object; an empty one for everything else. */
export function parseObject(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : {};
  } catch {
    // Proxies and load balancers answer in HTML; the status has to do.
    return {};
  }
}
