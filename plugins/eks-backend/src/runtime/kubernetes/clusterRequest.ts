import https, { type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubernetesApiError } from '@slipway/backstage-plugin-eks-node/resources';

/** The most that is read of one object or list, in bytes. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/** A request to the Kubernetes API of a cluster. */
export interface ClusterRequest {
  method: 'GET' | 'PATCH' | 'DELETE';
  /** With its query. */
  path: string;
  content?: { type: string; body: unknown };
  signal: AbortSignal;
}

/**
 * Asks a cluster, and gives what it answers as it comes.
 *
 * @throws KubernetesApiError for an answer that is not a success
 */
export async function openRequest(
  kubeConfig: KubeConfig,
  { method, path, content, signal }: ClusterRequest,
): Promise<IncomingMessage> {
  const server = kubeConfig.getCurrentCluster()?.server;
  if (!server) {
    throw new Error('the kubeconfig names no cluster');
  }
  const body = content && JSON.stringify(content.body);
  const options: RequestOptions = {
    method,
    signal,
    headers: {
      accept: 'application/json, text/plain',
      ...(content &&
        body && {
          'content-type': content.type,
          'content-length': Buffer.byteLength(body),
        }),
    },
  };
  await kubeConfig.applyToHTTPSOptions(options);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = https.request(
      new URL(server.replace(/\/$/, '') + path),
      options,
      resolve,
    );
    request.on('error', reject);
    request.end(body);
  });
  const status = answer.statusCode ?? 0;
  if (status < 200 || status >= 300) {
    throw new KubernetesApiError(status, parseJson(await readText(answer)));
  }
  return answer;
}

/** The same for one object or list. */
export async function requestObject(
  kubeConfig: KubeConfig,
  request: ClusterRequest,
): Promise<Record<string, unknown>> {
  const answer = await openRequest(kubeConfig, request);
  const body = parseJson(await readText(answer));
  if (!isObject(body)) {
    throw new Error(
      'the Kubernetes API answered with something else than JSON',
    );
  }
  return body;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > MAXIMUM_BYTES) {
      answer.destroy();
      throw new Error(
        `the Kubernetes API answered with more than ${MAXIMUM_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, say; the status has to do.
    return undefined;
  }
}
