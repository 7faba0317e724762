import { parseQuantity } from '@slipway/backstage-plugin-eks-common';
import { callCluster } from '../resources/kubernetes/callCluster';
import type { KubernetesObject } from '../resources/kubernetes/client';
import type { NamespaceCheck } from './checkNamespace';
import { podRequests } from './servicePermissions';

const CHECK = 'quota';

/** What a quota leaves of one resource, counted in pods of the service. */
interface Room {
  quota: string;
  resource: string;
  pods: number;
}

/**
 * Counts for how many pods of the service the namespace's quotas leave room.
 * The service's own quota is made to fit, and not looked at.
 */
export async function checkQuota(check: NamespaceCheck): Promise<void> {
  const { client, facts, field, parameters, report, signal, target } = check;
  const { minReplicas, maxReplicas } = parameters.scaling;
  const quotas = await callCluster(
    { clusterName: facts.name, action: 'list resource quotas', signal },
    () =>
      client.list(
        { name: 'resourcequotas', kind: 'ResourceQuota', namespaced: true },
        { apiVersion: 'v1', namespace: target.namespace },
      ),
  );
  const rooms = quotas
    .filter(({ metadata }) => metadata.name !== parameters.name)
    .flatMap(quota => roomsOf(quota, podRequests(parameters.runtime)));
  const tightest = rooms.reduce<Room | undefined>(
    (least, room) => (least && least.pods <= room.pods ? least : room),
    undefined,
  );
  if (!tightest || tightest.pods >= maxReplicas) {
    report.passed(CHECK, `Quotas leave room in ${check.what}`);
    return;
  }
  const { quota, resource, pods } = tightest;
  const message = `ResourceQuota \`${quota}\` of ${check.what} leaves ${resource} for ${pods} of at most ${maxReplicas} pods`;
  if (pods < minReplicas) {
    report.failed(CHECK, {
      field: `${field}.namespace`,
      message,
      remedy: 'choose another namespace, or ask the platform team for more',
    });
  } else {
    report.warning(CHECK, {
      message,
      remedy: 'ask for fewer pods, or the platform team for more room',
    });
  }
}

function roomsOf(
  { metadata, spec, status }: KubernetesObject,
  requests: Record<string, number>,
): Room[] {
  const hard = amounts(part(status, 'hard') ?? part(spec, 'hard'));
  const used = amounts(part(status, 'used'));
  return Object.entries(requests).flatMap(([resource, each]) => {
    const limit = hard[resource];
    return limit === undefined
      ? []
      : [
          {
            quota: metadata.name ?? '',
            resource,
            pods: Math.max(
              0,
              Math.floor((limit - (used[resource] ?? 0)) / each),
            ),
          },
        ];
  });
}

function amounts(value: unknown): Partial<Record<string, number>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([name, amount]) => [
          name,
          parseQuantity(amount),
        ]),
      )
    : {};
}

function part(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map(Object.entries(value)).get(name)
    : undefined;
}
