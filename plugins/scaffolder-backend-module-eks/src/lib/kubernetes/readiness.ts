import { ServiceUnavailableError } from '@backstage/errors';
import { setTimeout as pause } from 'node:timers/promises';
import type { AppliedObject } from './applyManifests';
import {
  callCluster,
  KubernetesClient,
  KubernetesObject,
} from '@slipway/backstage-plugin-eks-node/resources';

/** Milliseconds between two looks at an object that is not ready yet. */
const pollIntervalMs = 1_000;

interface Condition {
  type?: unknown;
  status?: unknown;
  message?: unknown;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/**
 * Why an object is not ready yet, in words; undefined when it is, or when its
 * kind knows no such thing.
 */
export function explainNotReady(object: KubernetesObject): string | undefined {
  const { status, spec } = object;
  switch (object.kind) {
    case 'Namespace':
      return field(status, 'phase') === 'Active' ? undefined : 'not active yet';
    case 'Deployment':
    case 'StatefulSet': {
      const asked = field(spec, 'replicas');
      const replicas = typeof asked === 'number' ? asked : 1;
      const observed = numberOf(field(status, 'observedGeneration'));
      if (observed < numberOf(object.metadata.generation)) {
        return 'its controller has not seen it yet';
      }
      const updated = numberOf(field(status, 'updatedReplicas'));
      const ready = numberOf(field(status, 'readyReplicas'));
      return updated >= replicas && ready >= replicas
        ? undefined
        : `${Math.min(updated, ready)} of ${replicas} pods ready`;
    }
    case 'DaemonSet': {
      const desired = numberOf(field(status, 'desiredNumberScheduled'));
      const ready = numberOf(field(status, 'numberReady'));
      return ready >= desired ? undefined : `${ready} of ${desired} pods ready`;
    }
    default: {
      const conditions = field(status, 'conditions');
      if (!Array.isArray(conditions)) {
        return undefined;
      }
      const ready = conditions.find(
        (condition: Condition) => condition.type === 'Ready',
      );
      if (!ready || ready.status === 'True') {
        return undefined;
      }
      return typeof ready.message === 'string' ? ready.message : 'not ready';
    }
  }
}

/**
 * Waits until all objects are ready.
 *
 * @param seconds - how long at most
 * @throws ServiceUnavailableError that names what is not ready, and why
 */
export async function waitForReadiness(options: {
  client: KubernetesClient;
  clusterName: string;
  objects: AppliedObject[];
  seconds: number;
  signal?: AbortSignal;
  log(message: string): void;
}): Promise<void> {
  const { client, clusterName, objects, seconds, signal, log } = options;
  const deadline = Date.now() + seconds * 1_000;
  let said = '';
  for (;;) {
    const waiting: string[] = [];
    for (const { apiVersion, kind, name, namespace } of objects) {
      const object = await callCluster(
        { clusterName, action: `read ${kind} \`${name}\``, signal },
        async () => {
          const resource = await client.findResource(apiVersion, kind);
          return (
            resource &&
            (await client.get(resource, { apiVersion, name, namespace }))
          );
        },
      );
      const reason = object ? explainNotReady(object) : 'gone';
      if (reason) {
        waiting.push(`${kind} \`${name}\`: ${reason}`);
      }
    }
    if (waiting.length === 0) {
      return;
    }
    const report = waiting.join('; ');
    if (Date.now() >= deadline) {
      throw new ServiceUnavailableError(
        `cluster \`${clusterName}\`: not ready after ${seconds} s: ${report}; see the events of these objects, or raise \`waitForReadinessSeconds\``,
      );
    }
    if (report !== said) {
      log(`Waiting for ${report}`);
      said = report;
    }
    await pause(pollIntervalMs, undefined, { signal }).catch(error => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}
