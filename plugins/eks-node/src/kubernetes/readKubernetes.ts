import https, { type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { isObject } from '../lib/text';

/** The most that is read of one answer, in bytes. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/** An answer of a Kubernetes API that is not a success. */
export class KubernetesStatusError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'KubernetesStatusError';
  }
}

/**
 * GETs one path of a cluster's API.
 *
 * @throws KubernetesStatusError for statuses from 300 on.
 */
export async function readKubernetes(
  kubeConfig: KubeConfig,
  path: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const server = kubeConfig.getCurrentCluster()?.server;
  if (!server) {
    throw new Error('The kubeconfig names no cluster');
  }
  const options: RequestOptions = {
    method: 'GET',
    headers: { Accept: 'application/json' },
    signal,
  };
  await kubeConfig.applyToHTTPSOptions(options);
  const { statusCode, text } = await request(
    `${server.replace(/\/$/, '')}${path}`,
    options,
  );
  const body = parse(text);
  if (statusCode >= 300) {
    const message = typeof body.message === 'string' ? body.message : '';
    throw new KubernetesStatusError(statusCode, message);
  }
  return body;
}

function request(
  url: string,
  options: RequestOptions,
): Promise<{ statusCode: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = https.request(url, options, response => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAXIMUM_BYTES) {
          response.destroy(
            new Error(`The answer is larger than ${MAXIMUM_BYTES} bytes`),
          );
          return;
        }
        chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          statusCode: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : {};
  } catch {
    // Proxies and load balancers answer in HTML; the status has to do.
    return {};
  }
}
