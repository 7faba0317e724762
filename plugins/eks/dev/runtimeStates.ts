import {
  buildRuntime,
  type ConnectionState,
  explain,
  type Explanation,
  type Runtime,
  type Told,
  toRuntime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import * as scenarios from '@slipway/backstage-plugin-eks-common/testUtils';
import type { RuntimeState } from '../src/hooks/useRuntime';

const { BATCH_EU, NOW, onClusters, orders, PROD_EU, PROD_US } = scenarios;

/** What is read of an entity, and how far that has come. */
export interface EntityState {
  entity: typeof orders;
  state: RuntimeState;
}

const waiting: RuntimeState = {
  slow: false,
  following: 'connecting',
  abilities: [],
};

const showing = (
  runtime: Runtime,
  entity = orders,
  told: Told = {},
): EntityState => ({
  entity,
  state: {
    slow: false,
    following: 'live',
    abilities: ['logs', 'restart', 'scale', 'delete-pod'],
    updatedAt: NOW,
    runtime: explain(runtime, NOW, { [PROD_EU]: told }),
  },
});

const runtimeOf = (
  answer: ReturnType<typeof scenarios.healthy>,
  entity = orders,
) => toRuntime({ entity, answer, knownClusters: [PROD_EU, BATCH_EU, PROD_US] });

const read = (
  answer: ReturnType<typeof scenarios.healthy>,
  entity = orders,
): EntityState => showing(runtimeOf(answer, entity), entity);

/** A healthy service, whose cluster has this connection. */
function connected(state: ConnectionState): EntityState {
  const runtime = runtimeOf(scenarios.healthy());
  const refused = ['denied', 'unreachable', 'gone'].includes(state);
  return showing({
    ...runtime,
    clusters: runtime.clusters.map(cluster => ({
      ...cluster,
      ...(refused && { state: 'unreadable' as const }),
      nodes: [
        {
          name: cluster.pods[0].runsOn?.name ?? 'node',
          instanceType: 'c7g.large',
          zone: 'eu-west-1b',
          capacity: 'on-demand' as const,
          madeBy: 'auto-mode' as const,
        },
      ],
      connection: {
        state,
        since: scenarios.secondsAgo(60).toISOString(),
        asOf: scenarios.secondsAgo(65).toISOString(),
        ...(state !== 'live' &&
          state !== 'connecting' && {
            message: `cluster \`prod-eu\`: ${state}; look into the documentation`,
          }),
      },
    })),
  });
}

/** A healthy service of which something of this severity is said. */
function explained(severity: Explanation['severity']): EntityState {
  const shown = read(scenarios.healthy());
  const one: Explanation = {
    id: 'shown',
    code: severity === 'info' ? 'restarted' : 'image-pull',
    severity,
    subject: { kind: 'Pod', namespace: 'orders', name: 'orders-5c41-h7q' },
    facts: { pod: 'orders-5c41-h7q', container: 'orders' },
    evidence: ['Back-off pulling image "orders:v2": not found'],
  };
  const { runtime } = shown.state;
  return {
    ...shown,
    state: {
      ...shown.state,
      ...(runtime && {
        runtime: {
          summary: { ...runtime.summary, explanation: one },
          clusters: runtime.clusters.map(cluster => ({
            ...cluster,
            explanations: [one, { ...one, id: 'another' }],
          })),
        },
      }),
    },
  };
}

/** A service of one pod, with these objects beside, and what is told of it. */
function built(kinds: Record<string, object[]>, told: Told = {}): EntityState {
  const runtime = buildRuntime({
    entity: orders,
    clusters: [
      scenarios.knownCluster({
        pods: [scenarios.pod('orders-5c41-h7q', { node: 'node-1' })],
        deployments: [
          scenarios.deployment(scenarios.rolledOut(1), { replicas: 1 }),
        ],
        replicasets: [scenarios.replicaSet(scenarios.OLD_RELEASE)],
        services: [scenarios.service()],
        endpointslices: [
          scenarios.endpointSlice({ 'orders-5c41-h7q': 'ready' }),
        ],
        ...kinds,
      }),
    ],
  });
  return showing(
    { ...runtime, asOf: NOW.toISOString() },
    orders,
    JSON.parse(JSON.stringify(told)),
  );
}

const waitingPod = { kind: 'Pod', name: 'orders-5c41-n1x' };
const pendingOne = {
  pods: [
    scenarios.pod('orders-5c41-h7q'),
    scenarios.pendingPod('orders-5c41-n1x'),
  ],
};
const nodeOf = (labels: Record<string, string>, spec: object = {}) =>
  scenarios.node(
    'node-1',
    {
      'node.kubernetes.io/instance-type': 'm7g.large',
      'topology.kubernetes.io/zone': 'eu-west-1a',
      ...labels,
    },
    spec,
  );

/** What is explained by more than the objects of a service. */
const furtherStates: Record<string, EntityState> = {
  Gateway: built({
    httproutes: [scenarios.httpRoute()],
    gateways: [scenarios.gateway()],
    nodes: [
      nodeOf({
        'karpenter.sh/nodepool': 'default',
        'karpenter.sh/capacity-type': 'spot',
      }),
    ],
  }),
  'Gateway refuses': built({
    httproutes: [
      scenarios.httpRoute({
        conditions: {
          Accepted: {
            status: 'False',
            reason: 'NotAllowedByListeners',
            message: 'no listener lets namespace orders in',
          },
        },
      }),
    ],
    gateways: [
      scenarios.gateway({
        conditions: {
          Programmed: {
            status: 'False',
            reason: 'Invalid',
            message: 'no certificate found for host: orders.example.com',
          },
        },
      }),
    ],
  }),
  'Gateway missing': built({
    httproutes: [scenarios.httpRoute()],
    gateways: [],
  }),
  'Node comes': built(pendingOne, {
    events: [
      scenarios.event(
        waitingPod,
        'Nominated',
        'Pod should schedule on: nodeclaim/default-x7k2p',
        { type: 'Normal', from: 'karpenter' },
      ),
    ],
  }),
  'No node comes': built(pendingOne, {
    events: [
      scenarios.event(
        waitingPod,
        'FailedScheduling',
        'Failed to schedule pod, all available instance types exceed limits for nodepool: "default"',
        { from: 'karpenter' },
      ),
    ],
  }),
  'Drain blocked': built({
    nodes: [
      nodeOf(
        {
          'eks.amazonaws.com/nodegroup': 'general',
          'eks.amazonaws.com/capacityType': 'ON_DEMAND',
        },
        { unschedulable: true },
      ),
    ],
    poddisruptionbudgets: [
      scenarios.disruptionBudget(
        { allowed: 0, healthy: 1, needed: 1, expected: 1 },
        { minAvailable: 1 },
      ),
    ],
  }),
  'No load balancer': built(
    { ingresses: [scenarios.ingress({ address: undefined })] },
    {
      events: [
        scenarios.event(
          { kind: 'Ingress', name: 'orders' },
          'FailedBuildModel',
          'Failed build model due to couldn’t auto-discover subnets: unable to resolve at least one subnet',
          { from: 'ingress' },
        ),
      ],
    },
  ),
  'No endpoint ready': built({
    endpointslices: [
      scenarios.endpointSlice({ 'orders-5c41-h7q': 'not-ready' }),
    ],
  }),
  'Kinds not readable': withGaps(read(scenarios.healthy())),
};

/** The portal's role may not read kinds of add-ons. */
function withGaps({ entity, state }: EntityState): EntityState {
  const { runtime } = state;
  return {
    entity,
    state: {
      ...state,
      ...(runtime && {
        runtime: {
          ...runtime,
          clusters: runtime.clusters.map(cluster => ({
            ...cluster,
            gaps: ['gateways', 'httproutes'].map(plural => ({
              code: 'forbidden' as const,
              path: `${plural}.gateway.networking.k8s.io`,
            })),
          })),
        },
      }),
    },
  };
}

/** Every state of the page, by the name under which it is shown. */
export const runtimeStates: Record<string, EntityState> = {
  Healthy: read(scenarios.healthy()),
  'Rolling out': read(scenarios.rollingOut()),
  Saturated: read(scenarios.saturated()),
  'Every metric': read(scenarios.everyMetric()),
  'No metrics': read(scenarios.noMetrics()),
  Fargate: read(scenarios.onFargate(), onClusters(BATCH_EU)),
  'Many pods': read(scenarios.manyPods(500)),
  'One refuses': read(scenarios.oneRefuses(), onClusters(PROD_EU, PROD_US)),
  'Partly denied': read(scenarios.partlyDenied()),
  'Nothing readable': read(scenarios.unreachable()),
  'Nothing deployed': read(scenarios.nothingDeployed()),
  'Connection connecting': connected('connecting'),
  'Connection live': connected('live'),
  'Connection stale': connected('stale'),
  'Connection denied': connected('denied'),
  'Connection unreachable': connected('unreachable'),
  'Connection gone': connected('gone'),
  'Connection viewer': connected('viewer'),
  ...furtherStates,
  'Explained bad': explained('bad'),
  'Explained waiting': explained('waiting'),
  'Explained info': explained('info'),
  Stale: {
    entity: orders,
    state: {
      ...read(scenarios.healthy()).state,
      following: 'lost',
      error: new Error('Failed to fetch'),
    },
  },
  Ended: {
    entity: orders,
    state: {
      ...read(scenarios.healthy()).state,
      following: 'ended',
      ended: 'permission',
    },
  },
  Loading: { entity: orders, state: waiting },
  Slow: { entity: orders, state: { ...waiting, slow: true } },
  Failed: {
    entity: orders,
    state: {
      ...waiting,
      following: 'lost',
      error: new Error('socket hang up'),
    },
  },
  Forbidden: {
    entity: orders,
    state: {
      ...waiting,
      following: 'ended',
      error: new Error('Request failed with 403 Forbidden'),
    },
  },
};
