import { asJson, isObject } from './json';
import type { Json, JsonObject, KubernetesObject, ResourceKind } from './types';

type Cell = (object: JsonObject, now: number) => string | number;
type Column = [name: string, cell: Cell, wide?: boolean];

const text = (value: Json | undefined, otherwise = '<none>') =>
  value === undefined || value === null || value === ''
    ? otherwise
    : String(value);
const number = (value: Json | undefined) =>
  typeof value === 'number' ? value : 0;
const at = (object: JsonObject, path: string): Json | undefined =>
  path
    .split('.')
    .reduce<Json | undefined>(
      (value, key) => (isObject(value) ? value[key] : undefined),
      object,
    );
const list = (object: JsonObject, path: string): JsonObject[] => {
  const value = at(object, path);
  return Array.isArray(value) ? value.filter(isObject) : [];
};
const field =
  (path: string, otherwise?: string): Cell =>
  object =>
    text(at(object, path), otherwise);

/** Like `5d` or `3m20s`, as kubectl shows ages. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) {
    return `${seconds}s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) {
    return seconds % 60 ? `${minutes}m${seconds % 60}s` : `${minutes}m`;
  }
  if (minutes < 180) {
    return `${minutes}m`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

const since =
  (path: string): Cell =>
  (object, now) => {
    const value = at(object, path);
    return typeof value === 'string'
      ? duration(now - Date.parse(value))
      : '<unknown>';
  };
const age: Column = ['Age', since('metadata.creationTimestamp')];
const name: Column = ['Name', field('metadata.name')];

/** The word in the STATUS column: a reason where there is one. */
export function podStatus(pod: JsonObject): string {
  if (at(pod, 'metadata.deletionTimestamp')) {
    return 'Terminating';
  }
  for (const status of list(pod, 'status.containerStatuses')) {
    const reason =
      at(status, 'state.waiting.reason') ??
      at(status, 'state.terminated.reason');
    if (reason) {
      return String(reason);
    }
  }
  return text(at(pod, 'status.reason') ?? at(pod, 'status.phase'), 'Pending');
}

const columns: Record<string, Column[]> = {
  Pod: [
    name,
    [
      'Ready',
      pod => {
        const statuses = list(pod, 'status.containerStatuses');
        const ready = statuses.filter(status => status.ready === true).length;
        return `${ready}/${list(pod, 'spec.containers').length}`;
      },
    ],
    ['Status', podStatus],
    [
      'Restarts',
      pod =>
        list(pod, 'status.containerStatuses').reduce(
          (sum, status) => sum + number(status.restartCount),
          0,
        ),
    ],
    age,
    ['IP', field('status.podIP'), true],
    ['Node', field('spec.nodeName'), true],
  ],
  Deployment: [
    name,
    [
      'Ready',
      object =>
        `${number(at(object, 'status.readyReplicas'))}/${number(
          at(object, 'spec.replicas'),
        )}`,
    ],
    ['Up-to-date', object => number(at(object, 'status.updatedReplicas'))],
    ['Available', object => number(at(object, 'status.availableReplicas'))],
    age,
  ],
  ReplicaSet: [
    name,
    ['Desired', object => number(at(object, 'spec.replicas'))],
    ['Current', object => number(at(object, 'status.replicas'))],
    ['Ready', object => number(at(object, 'status.readyReplicas'))],
    age,
  ],
  Service: [
    name,
    ['Type', field('spec.type', 'ClusterIP')],
    ['Cluster-IP', field('spec.clusterIP')],
    [
      'External-IP',
      object =>
        list(object, 'status.loadBalancer.ingress')
          .map(({ hostname, ip }) => text(hostname ?? ip))
          .join(',') || '<none>',
    ],
    [
      'Port(s)',
      object =>
        list(object, 'spec.ports')
          .map(({ port, protocol }) => `${port}/${protocol ?? 'TCP'}`)
          .join(','),
    ],
    age,
  ],
  HorizontalPodAutoscaler: [
    name,
    [
      'Reference',
      object =>
        `${text(at(object, 'spec.scaleTargetRef.kind'))}/${text(
          at(object, 'spec.scaleTargetRef.name'),
        )}`,
    ],
    ['Targets', hpaTargets],
    ['MinPods', field('spec.minReplicas', '1')],
    ['MaxPods', object => number(at(object, 'spec.maxReplicas'))],
    ['Replicas', object => number(at(object, 'status.currentReplicas'))],
    age,
  ],
  Ingress: [
    name,
    ['Class', field('spec.ingressClassName')],
    [
      'Hosts',
      object =>
        list(object, 'spec.rules')
          .map(({ host }) => text(host, '*'))
          .join(',') || '*',
    ],
    [
      'Address',
      object =>
        list(object, 'status.loadBalancer.ingress')
          .map(({ hostname }) => text(hostname, ''))
          .join(','),
    ],
    [
      'Ports',
      object => (list(object, 'spec.tls').length > 0 ? '80, 443' : '80'),
    ],
    age,
  ],
  Namespace: [name, ['Status', field('status.phase', 'Active')], age],
  Node: [
    name,
    [
      'Status',
      node =>
        list(node, 'status.conditions').some(
          ({ type, status }) => type === 'Ready' && status === 'True',
        )
          ? 'Ready'
          : 'NotReady',
    ],
    ['Roles', () => '<none>'],
    age,
    ['Version', field('status.nodeInfo.kubeletVersion')],
  ],
  Event: [
    ['Last Seen', since('lastTimestamp')],
    ['Type', field('type')],
    ['Reason', field('reason')],
    [
      'Object',
      event =>
        `${text(at(event, 'involvedObject.kind')).toLowerCase()}/${text(
          at(event, 'involvedObject.name'),
        )}`,
    ],
    ['Message', field('message')],
  ],
  PodDisruptionBudget: [
    name,
    ['Min Available', field('spec.minAvailable', 'N/A')],
    ['Max Unavailable', field('spec.maxUnavailable', 'N/A')],
    [
      'Allowed Disruptions',
      object => number(at(object, 'status.disruptionsAllowed')),
    ],
    age,
  ],
};

function hpaTargets(hpa: JsonObject): string {
  const current = list(hpa, 'status.currentMetrics');
  return (
    list(hpa, 'spec.metrics')
      .map((metric, i) => {
        const resource = isObject(metric.resource) ? metric.resource : {};
        const now = at(current[i] ?? {}, 'resource.current.averageUtilization');
        return `${text(resource.name)}: ${
          now === undefined || now === null ? '<unknown>' : `${now}%`
        }/${text(at(resource, 'target.averageUtilization'))}%`;
      })
      .join(', ') || '<none>'
  );
}

/** Objects as the table that `kubectl get` prints. */
export function toTable(
  kind: ResourceKind,
  objects: KubernetesObject[],
  options: {
    now: number;
    includeObject: string;
    metadata: JsonObject;
  },
): JsonObject {
  const definition = columns[kind.kind] ?? [name, age];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: definition.map(([title, , wide]) => ({
      name: title,
      type: 'string',
      format: title === 'Name' ? 'name' : '',
      description: title,
      priority: wide ? 1 : 0,
    })),
    rows: objects.map(object => {
      const json = asJson(object);
      return {
        cells: definition.map(([, cell]) => cell(json, options.now)),
        ...(options.includeObject !== 'None' && {
          object:
            options.includeObject === 'Object'
              ? json
              : {
                  kind: 'PartialObjectMetadata',
                  apiVersion: 'meta.k8s.io/v1',
                  metadata: json.metadata,
                },
        }),
      };
    }),
  };
}
