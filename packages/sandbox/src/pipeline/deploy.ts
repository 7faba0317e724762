import { request } from 'node:https';
import type { KubernetesObject } from '../kubernetes';
import { apiVersionOf } from '../kubernetes/kinds';
import type { ResourceKind } from '../kubernetes/types';
import { isRecord } from '../core';

/** How to reach a cluster as the pipeline. */
export interface ClusterAccess {
  url: string;
  /** PEM. */
  certificateAuthority: string;
  token(): Promise<string>;
  /** The kinds that it has by now. */
  served(): ResourceKind[];
}

const FIRST = ['Namespace', 'ServiceAccount', 'NetworkPolicy'];

/** Applies objects, what others refer to first. */
export async function applyAll(
  cluster: ClusterAccess,
  objects: KubernetesObject[],
  options: { fieldManager: string; log(line: string): void },
): Promise<void> {
  const rank = ({ kind }: KubernetesObject) =>
    FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length;
  for (const object of [...objects].sort((a, b) => rank(a) - rank(b))) {
    await call(
      cluster,
      'PATCH',
      `${pathOf(cluster, object)}?fieldManager=${options.fieldManager}&force=true`,
      object,
    );
    options.log(`${object.kind.toLowerCase()}/${object.metadata.name} applied`);
  }
}

/** Deletes an object; one that is gone is no error. */
export async function removeObject(
  cluster: ClusterAccess,
  object: KubernetesObject,
): Promise<void> {
  try {
    await call(cluster, 'DELETE', pathOf(cluster, object));
  } catch (error) {
    if (!/not found/.test(String(error))) {
      throw error;
    }
  }
}

/** Waits until every Deployment runs what was applied. @throws Error */
export async function waitForRollout(
  cluster: ClusterAccess,
  objects: KubernetesObject[],
  options: { timeoutMs: number; intervalMs: number; signal: AbortSignal },
): Promise<string> {
  const deadline = Date.now() + options.timeoutMs;
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  for (;;) {
    options.signal.throwIfAborted();
    const states = await Promise.all(
      deployments.map(async deployment =>
        rolloutState(await call(cluster, 'GET', pathOf(cluster, deployment))),
      ),
    );
    const waiting = states.find(state => !state.done);
    if (!waiting) {
      return states.map(({ text }) => text).join(', ');
    }
    if (Date.now() > deadline) {
      throw new Error(`the rollout has not finished in time: ${waiting.text}`);
    }
    await new Promise(resolve => setTimeout(resolve, options.intervalMs));
  }
}

function rolloutState(object: unknown): { done: boolean; text: string } {
  const { spec, status, metadata } = (object ?? {}) as {
    metadata?: { name?: string; generation?: number };
    spec?: { replicas?: number };
    status?: {
      observedGeneration?: number;
      updatedReplicas?: number;
      availableReplicas?: number;
      replicas?: number;
    };
  };
  const wanted = spec?.replicas ?? 1;
  const {
    observedGeneration = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
    replicas = 0,
  } = status ?? {};
  return {
    done:
      observedGeneration >= (metadata?.generation ?? 0) &&
      updatedReplicas >= wanted &&
      availableReplicas >= wanted &&
      replicas === updatedReplicas,
    text: `${metadata?.name}: ${availableReplicas} of ${wanted} pods available`,
  };
}

function pathOf(
  cluster: ClusterAccess,
  { apiVersion, kind, metadata }: KubernetesObject,
): string {
  const known = cluster
    .served()
    .find(
      candidate =>
        candidate.kind === kind && apiVersionOf(candidate) === apiVersion,
    );
  if (!known) {
    throw new Error(`the cluster serves no ${kind} of ${apiVersion}`);
  }
  const root = known.group ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const namespace = known.namespaced
    ? `/namespaces/${encodeURIComponent(metadata.namespace ?? 'default')}`
    : '';
  return `${root}${namespace}/${known.plural}/${encodeURIComponent(
    metadata.name,
  )}`;
}

async function call(
  cluster: ClusterAccess,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const token = await cluster.token();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(cluster.url + path),
      {
        method,
        ca: cluster.certificateAuthority,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/apply-patch+yaml' }),
        },
        timeout: 30_000,
      },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const answer: unknown = text ? JSON.parse(text) : undefined;
          if ((response.statusCode ?? 500) < 300) {
            resolve(answer);
            return;
          }
          const message = isRecord(answer) ? String(answer.message) : text;
          reject(new Error(message));
        });
      },
    );
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error('the cluster did not answer')),
    );
    outgoing.on('error', reject);
    outgoing.end(body && JSON.stringify(body));
  });
}
