import { request } from 'node:https';
import type { KubernetesObject } from '../kubernetes';
import { kinds } from '../kubernetes/kinds';
import { isRecord } from '../core';

/** How to reach a cluster as the pipeline. */
export interface ClusterAccess {
  url: string;
  /** PEM. */
  certificateAuthority: string;
  token(): Promise<string>;
}

/** Who applies: Argo CD, in the generated repository's pipeline. */
const FIELD_MANAGER = 'argocd-controller';
const FIRST = ['Namespace', 'ServiceAccount', 'NetworkPolicy'];

/** Applies objects, what others refer to first. */
export async function applyAll(
  cluster: ClusterAccess,
  objects: KubernetesObject[],
  log: (line: string) => void,
): Promise<void> {
  const rank = ({ kind }: KubernetesObject) =>
    FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length;
  for (const object of [...objects].sort((a, b) => rank(a) - rank(b))) {
    await call(
      cluster,
      'PATCH',
      `${pathOf(object)}?fieldManager=${FIELD_MANAGER}&force=true`,
      object,
    );
    log(`${object.kind.toLowerCase()}/${object.metadata.name} applied`);
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
        rolloutState(await call(cluster, 'GET', pathOf(deployment))),
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

function pathOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const known = Object.values(kinds).find(
    candidate =>
      candidate.kind === kind &&
      (candidate.group
        ? `${candidate.group}/${candidate.version}`
        : candidate.version) === apiVersion,
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
