import type { KubeConfig } from '@kubernetes/client-node';
import { request, type RequestOptions } from 'node:https';

/** Answers larger than this are not read: a cluster is not to be trusted. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads one path of a cluster's API as JSON, and gives up when told to.
 *
 * @throws an Error with the HTTP status as `code` and the answer as `body`.
 */
export async function readKubernetes(
  kubeConfig: KubeConfig,
  path: string,
  signal: AbortSignal,
): Promise<unknown> {
  const cluster = kubeConfig.getCurrentCluster();
  if (!cluster) {
    throw new Error('the kubeconfig has no current cluster');
  }
  const url = new URL(cluster.server.replace(/\/$/, '') + path);
  const options: RequestOptions = {
    headers: { accept: 'application/json' },
    signal,
  };
  await kubeConfig.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const call = request(url, options, response => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) {
          call.destroy(
            new Error(`the answer is larger than ${MAX_BYTES} bytes`),
          );
        }
        chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const status = response.statusCode ?? 0;
        if (status < 200 || status > 299) {
          reject(
            Object.assign(new Error(`HTTP ${status}`), { code: status, body }),
          );
          return;
        }
        try {
          resolve(JSON.parse(body));
        } catch (error) {
          reject(error);
        }
      });
    });
    call.on('error', error =>
      // The reason of an abort says more than that there was one.
      reject(signal.aborted ? signal.reason : error),
    );
    call.end();
  });
}
