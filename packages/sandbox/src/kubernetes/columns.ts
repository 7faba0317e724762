import { at, isObject, listAt, objectAt } from './json';
import type { Json, JsonObject, ResourceKind } from './types';

/** A cell of a table. */
export type Cell = (object: JsonObject, now: number) => string | number;

/** A column; a wide one is shown for `-o wide` alone. */
export type Column = [name: string, cell: Cell, wide?: boolean];

const text = (value: Json | undefined, otherwise = '<none>') =>
  value === undefined || value === null || value === ''
    ? otherwise
    : String(value);
const number = (value: Json | undefined) =>
  typeof value === 'number' ? value : 0;

const field =
  (path: string, otherwise?: string): Cell =>
  object =>
    text(at(object, path), otherwise);
const count =
  (path: string): Cell =>
  object =>
    number(at(object, path));
const keys =
  (...paths: string[]): Cell =>
  object =>
    paths.reduce(
      (sum, path) => sum + Object.keys(objectAt(object, path)).length,
      0,
    );
const labels =
  (path: string): Cell =>
  object =>
    Object.entries(objectAt(object, path))
      .map(([key, value]) => `${key}=${value}`)
      .join(',') || '<none>';
const joined =
  (path: string, show: (item: JsonObject) => string, none = '<none>'): Cell =>
  object =>
    listAt(object, path).map(show).join(',') || none;

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
  if (hours < 8) {
    return minutes % 60 ? `${hours}h${minutes % 60}m` : `${hours}h`;
  }
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

const since =
  (...paths: string[]): Cell =>
  (object, now) => {
    const value = paths.map(path => at(object, path)).find(Boolean);
    return typeof value === 'string'
      ? duration(now - Date.parse(value))
      : '<unknown>';
  };
const age: Column = ['Age', since('metadata.creationTimestamp')];
const name: Column = ['Name', field('metadata.name')];

/** The containers of a workload's pods, for `-o wide`. */
const podColumns = (path: string, selector: string): Column[] => [
  ['Containers', joined(`${path}.containers`, item => text(item.name)), true],
  ['Images', joined(`${path}.containers`, item => text(item.image)), true],
  ['Selector', labels(selector), true],
];
const templateColumns = podColumns(
  'spec.template.spec',
  'spec.selector.matchLabels',
);

/** The word in the STATUS column: a reason where there is one. */
export function podStatus(pod: JsonObject): string {
  if (at(pod, 'metadata.deletionTimestamp')) {
    return 'Terminating';
  }
  const init = listAt(pod, 'status.initContainerStatuses');
  const blocked = init.findIndex(
    status => at(status, 'state.terminated.exitCode') !== 0,
  );
  if (blocked >= 0) {
    const reason =
      at(init[blocked], 'state.waiting.reason') ??
      at(init[blocked], 'state.terminated.reason');
    return reason && reason !== 'PodInitializing'
      ? `Init:${reason}`
      : `Init:${blocked}/${listAt(pod, 'spec.initContainers').length}`;
  }
  for (const status of listAt(pod, 'status.containerStatuses')) {
    const reason =
      at(status, 'state.waiting.reason') ??
      at(status, 'state.terminated.reason');
    if (reason) {
      return String(reason);
    }
  }
  return text(at(pod, 'status.reason') ?? at(pod, 'status.phase'), 'Pending');
}

const ready: Cell = pod => {
  const statuses = listAt(pod, 'status.containerStatuses');
  const up = statuses.filter(status => status.ready === true).length;
  return `${up}/${listAt(pod, 'spec.containers').length}`;
};

/** With the time since the last one, as in `2 (5m ago)`. */
const restarts: Cell = (pod, now) => {
  const statuses = listAt(pod, 'status.containerStatuses');
  const total = statuses.reduce(
    (sum, status) => sum + number(status.restartCount),
    0,
  );
  const last = Math.max(
    ...statuses.map(status =>
      Date.parse(text(at(status, 'lastState.terminated.finishedAt'))),
    ),
  );
  return total > 0 && last > 0
    ? `${total} (${duration(now - last)} ago)`
    : total;
};

const servicePort = ({ port, nodePort, protocol }: JsonObject) =>
  `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`;

const externalAddress: Cell = object => {
  const addresses = listAt(object, 'status.loadBalancer.ingress').map(
    ({ hostname, ip }) => text(hostname ?? ip),
  );
  const none =
    at(object, 'spec.type') === 'LoadBalancer' ? '<pending>' : '<none>';
  return addresses.join(',') || none;
};

/** `cpu: 43%/70%`; `<unknown>` where there is no figure, apart from 0. */
const targets: Cell = hpa => {
  const current = listAt(hpa, 'status.currentMetrics');
  const shown = listAt(hpa, 'spec.metrics').map((metric, i) => {
    const type = text(metric.type, '');
    const key = type.charAt(0).toLocaleLowerCase('en-US') + type.slice(1);
    const target = objectAt(metric, `${key}.target`);
    const now = objectAt(current[i] ?? {}, `${key}.current`);
    const of = (amounts: JsonObject) => {
      const { averageUtilization, averageValue, value } = amounts;
      return typeof averageUtilization === 'number'
        ? `${averageUtilization}%`
        : text(averageValue ?? value, '<unknown>');
    };
    const resource = at(metric, `${key}.name`);
    return `${resource ? `${resource}: ` : ''}${of(now)}/${of(target)}`;
  });
  return shown.join(', ') || '<none>';
};

const eventObject =
  (path: string): Cell =>
  event =>
    `${text(at(event, `${path}.kind`)).toLocaleLowerCase('en-US')}/${text(
      at(event, `${path}.name`),
    )}`;

const nodeStatus: Cell = node => {
  const isReady = listAt(node, 'status.conditions').some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
  return [
    isReady ? 'Ready' : 'NotReady',
    ...(at(node, 'spec.unschedulable') ? ['SchedulingDisabled'] : []),
  ].join(',');
};

const binding: Column[] = [
  name,
  [
    'Role',
    object =>
      `${text(at(object, 'roleRef.kind'))}/${text(at(object, 'roleRef.name'))}`,
  ],
  age,
];

const columns: Partial<Record<string, Column[]>> = {
  Pod: [
    name,
    ['Ready', ready],
    ['Status', podStatus],
    ['Restarts', restarts],
    age,
    ['IP', field('status.podIP'), true],
    ['Node', field('spec.nodeName'), true],
    ['Nominated Node', field('status.nominatedNodeName'), true],
    ['Readiness Gates', () => '<none>', true],
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
    ['Up-to-date', count('status.updatedReplicas')],
    ['Available', count('status.availableReplicas')],
    age,
    ...templateColumns,
  ],
  ReplicaSet: [
    name,
    ['Desired', count('spec.replicas')],
    ['Current', count('status.replicas')],
    ['Ready', count('status.readyReplicas')],
    age,
    ...templateColumns,
  ],
  StatefulSet: [
    name,
    [
      'Ready',
      object =>
        `${number(at(object, 'status.readyReplicas'))}/${number(
          at(object, 'spec.replicas'),
        )}`,
    ],
    age,
  ],
  DaemonSet: [
    name,
    ['Desired', count('status.desiredNumberScheduled')],
    ['Current', count('status.currentNumberScheduled')],
    ['Ready', count('status.numberReady')],
    ['Up-to-date', count('status.updatedNumberScheduled')],
    ['Available', count('status.numberAvailable')],
    ['Node Selector', labels('spec.template.spec.nodeSelector')],
    age,
  ],
  Job: [
    name,
    [
      'Completions',
      object =>
        `${number(at(object, 'status.succeeded'))}/${text(
          at(object, 'spec.completions'),
          '1',
        )}`,
    ],
    age,
  ],
  CronJob: [
    name,
    ['Schedule', field('spec.schedule')],
    ['Suspend', field('spec.suspend', 'false')],
    ['Active', object => listAt(object, 'status.active').length],
    ['Last Schedule', since('status.lastScheduleTime')],
    age,
  ],
  Service: [
    name,
    ['Type', field('spec.type', 'ClusterIP')],
    ['Cluster-IP', field('spec.clusterIP')],
    ['External-IP', externalAddress],
    ['Port(s)', joined('spec.ports', servicePort)],
    age,
    ['Selector', labels('spec.selector'), true],
  ],
  Endpoints: [
    name,
    [
      'Endpoints',
      joined('subsets', subset =>
        listAt(subset, 'addresses')
          .map(({ ip }) => text(ip))
          .join(','),
      ),
    ],
    age,
  ],
  EndpointSlice: [
    name,
    ['AddressType', field('addressType')],
    ['Ports', joined('ports', ({ port }) => text(port), '<unset>')],
    [
      'Endpoints',
      joined(
        'endpoints',
        ({ addresses }) => text(Array.isArray(addresses) ? addresses[0] : ''),
        '<unset>',
      ),
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
    ['Targets', targets],
    ['MinPods', field('spec.minReplicas', '<unset>')],
    ['MaxPods', count('spec.maxReplicas')],
    ['Replicas', count('status.currentReplicas')],
    age,
  ],
  Ingress: [
    name,
    ['Class', field('spec.ingressClassName')],
    ['Hosts', joined('spec.rules', ({ host }) => text(host, '*'), '*')],
    [
      'Address',
      joined(
        'status.loadBalancer.ingress',
        ({ hostname, ip }) => text(hostname ?? ip, ''),
        '',
      ),
    ],
    [
      'Ports',
      object => (listAt(object, 'spec.tls').length > 0 ? '80, 443' : '80'),
    ],
    age,
  ],
  IngressClass: [
    name,
    ['Controller', field('spec.controller')],
    ['Parameters', field('spec.parameters.name')],
    age,
  ],
  NetworkPolicy: [
    name,
    ['Pod-Selector', labels('spec.podSelector.matchLabels')],
    age,
  ],
  ConfigMap: [name, ['Data', keys('data', 'binaryData')], age],
  Secret: [
    name,
    ['Type', field('type', 'Opaque')],
    ['Data', keys('data')],
    age,
  ],
  ServiceAccount: [
    name,
    ['Secrets', object => listAt(object, 'secrets').length],
    age,
  ],
  ResourceQuota: [
    name,
    [
      'Request',
      object =>
        Object.entries(objectAt(object, 'spec.hard'))
          .map(
            ([resource, hard]) =>
              `${resource}: ${text(
                objectAt(object, 'status.used')[resource],
                '0',
              )}/${hard}`,
          )
          .join(', '),
    ],
    age,
  ],
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  Role: [name, ['Created At', field('metadata.creationTimestamp')]],
  ClusterRole: [name, ['Created At', field('metadata.creationTimestamp')]],
  CustomResourceDefinition: [
    name,
    ['Created At', field('metadata.creationTimestamp')],
  ],
  StorageClass: [
    name,
    ['Provisioner', field('provisioner')],
    ['ReclaimPolicy', field('reclaimPolicy', 'Delete')],
    ['VolumeBindingMode', field('volumeBindingMode', 'Immediate')],
    ['AllowVolumeExpansion', field('allowVolumeExpansion', 'false')],
    age,
  ],
  Namespace: [name, ['Status', field('status.phase', 'Active')], age],
  Node: [
    name,
    ['Status', nodeStatus],
    ['Roles', () => '<none>'],
    age,
    ['Version', field('status.nodeInfo.kubeletVersion')],
    [
      'Internal-IP',
      node =>
        text(
          listAt(node, 'status.addresses').find(
            ({ type }) => type === 'InternalIP',
          )?.address,
        ),
      true,
    ],
    ['OS-Image', field('status.nodeInfo.osImage'), true],
    ['Kernel-Version', field('status.nodeInfo.kernelVersion'), true],
    [
      'Container-Runtime',
      field('status.nodeInfo.containerRuntimeVersion'),
      true,
    ],
  ],
  Event: [
    [
      'Last Seen',
      since('lastTimestamp', 'eventTime', 'metadata.creationTimestamp'),
    ],
    ['Type', field('type')],
    ['Reason', field('reason')],
    ['Object', eventObject('involvedObject')],
    ['Message', field('message')],
  ],
  PodDisruptionBudget: [
    name,
    ['Min Available', field('spec.minAvailable', 'N/A')],
    ['Max Unavailable', field('spec.maxUnavailable', 'N/A')],
    ['Allowed Disruptions', count('status.disruptionsAllowed')],
    age,
  ],
};

const pathOf = (path: string) => path.replace(/^\./, '');

/** JSONPath as definitions use it: names, and one item told by its type. */
function jsonPath(path: string): Cell {
  const [, list, key, value, rest] =
    /^\.(.+)\[\?\(@\.(\w+)\s*==\s*["'](.+)["']\)\]\.(.+)$/.exec(path) ?? [];
  if (!list) {
    return object => {
      const found = at(object, pathOf(path));
      return isObject(found) || Array.isArray(found)
        ? JSON.stringify(found)
        : text(found, '');
    };
  }
  return object =>
    text(
      at(
        listAt(object, list).find(item => item[key] === value),
        rest,
      ),
      '',
    );
}

/** The columns of a kind; a custom kind's definition says its own. */
export function columnsOf(kind: ResourceKind): Column[] {
  if (kind.custom) {
    const own = (kind.printerColumns ?? []).map((column): Column => [
      column.name,
      column.type === 'date'
        ? since(pathOf(column.jsonPath))
        : jsonPath(column.jsonPath),
      (column.priority ?? 0) > 0,
    ]);
    return own.length > 0 ? [name, ...own] : [name, age];
  }
  return columns[kind.kind] ?? [name, age];
}
