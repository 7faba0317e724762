import fc from 'fast-check';
import { anyOf, type Likely, type Schemas } from './openApi';

/** Objects of a cluster, by the plural name of their kind. */
export type Objects = Record<string, Record<string, unknown>[]>;

const TIMES = ['2026-11-23T14:00:00Z', '2026-11-23T14:01:30Z', '2020-01-01'];

/** What is found in these fields in real clusters, and looked for by the model. */
const WORDS: Record<string, readonly unknown[]> = {
  allocatable: [{ cpu: '2', memory: '8Gi' }],
  annotations: [
    { 'org.opencontainers.image.revision': '3f2a91c' },
    { 'alb.ingress.kubernetes.io/scheme': 'internet-facing' },
  ],
  averageUtilization: [0, 70],
  averageValue: ['0', '100m', '1Gi'],
  conditions: [
    [{ type: 'Ready', status: 'True' }],
    [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
  ],
  currentAverageUtilization: [0, 55],
  currentReplicas: [0, 3],
  deletionTimestamp: TIMES,
  desiredReplicas: [0, 3],
  exitCode: [0, 1, 137, 139],
  finishedAt: TIMES,
  host: ['orders.example.com', ''],
  image: ['111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:v1', 'orders'],
  imageID: [`orders@sha256:${'a'.repeat(64)}`],
  kind: ['Deployment', 'ReplicaSet', 'Job', 'StatefulSet'],
  labels: [
    { app: 'orders' },
    { app: 'orders', 'app.kubernetes.io/version': 'v1.4.2' },
    { 'eks.amazonaws.com/fargate-profile': 'batch' },
    { 'karpenter.sh/nodepool': 'default' },
  ],
  limits: [{ cpu: '1', memory: '256Mi' }],
  matchLabels: [{ app: 'orders' }],
  maxReplicas: [1, 10],
  message: [
    'rpc error: not found',
    '0/3 nodes are available: 3 Insufficient cpu.',
    'exceeded quota: compute',
    'no match for platform in manifest',
  ],
  minReplicas: [0, 1, 3],
  name: ['orders', 'cpu', 'memory'],
  nodeName: ['node-1', 'fargate-ip-10-0-0-1'],
  phase: ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'],
  ready: [true, false],
  reason: [
    'CrashLoopBackOff',
    'ImagePullBackOff',
    'ErrImagePull',
    'OOMKilled',
    'Unschedulable',
    'ProgressDeadlineExceeded',
    'FailedCreate',
    'FailedGetResourceMetric',
    'ScalingLimited',
    'TooManyReplicas',
  ],
  readyReplicas: [0, 1, 3],
  replicas: [0, 1, 3],
  requests: [{ cpu: '100m', memory: '128Mi' }],
  restartCount: [0, 4],
  scaleTargetRef: [
    { kind: 'Deployment', name: 'orders', apiVersion: 'apps/v1' },
  ],
  selector: [{ app: 'orders' }],
  status: ['True', 'False', 'Unknown'],
  type: [
    'Ready',
    'PodScheduled',
    'Available',
    'Progressing',
    'ReplicaFailure',
    'ScalingActive',
    'ScalingLimited',
    'AbleToScale',
    'Resource',
    'ContainerResource',
    'Pods',
    'Object',
    'External',
    'Utilization',
    'AverageValue',
    'Value',
  ],
  unavailableReplicas: [0, 2],
  updatedReplicas: [0, 1, 3],
};

/** Fields that hold some of these. */
const HOLDERS = [
  'backend',
  'behavior',
  'containerStatuses',
  'containers',
  'currentMetrics',
  'http',
  'lastState',
  'metrics',
  'ownerReferences',
  'paths',
  'resource',
  'resources',
  'rules',
  'running',
  'service',
  'spec',
  'state',
  'target',
  'template',
  'terminated',
  'tls',
  'waiting',
];

const KINDS: Record<string, string> = {
  pods: 'Pod',
  nodes: 'Node',
  replicasets: 'ReplicaSet',
  deployments: 'Deployment',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
  services: 'Service',
  ingresses: 'Ingress',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
};

const likely: Likely = {
  words: WORDS,
  fields: new Set([...HOLDERS, ...Object.keys(WORDS)]),
};

/** What the API server sees to, whatever else is in an object. */
const named = (plural: string) => (object: unknown, index: number) => {
  const { metadata, ...rest } = Object(object);
  return {
    ...rest,
    metadata: {
      ...Object(metadata),
      name: plural === 'pods' ? `orders-${index}` : `${plural}-${index}`,
      namespace: 'orders',
      uid: `${plural}-${index}`,
    },
  };
};

/** What a cluster may have, each object with a name of its own. */
export function anyCluster(schemas: Schemas): fc.Arbitrary<Objects> {
  return fc.record(
    Object.fromEntries(
      Object.entries(KINDS).map(([plural, kind]) => [
        plural,
        fc
          .array(anyOf(schemas(kind), likely), {
            maxLength: plural === 'pods' ? 8 : 3,
          })
          .map(objects => objects.map(named(plural))),
      ]),
    ),
  );
}
