import {
  type ConnectionState,
  explain,
  type Explanation,
  type Runtime,
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

const showing = (runtime: Runtime, entity = orders): EntityState => ({
  entity,
  state: {
    slow: false,
    following: 'live',
    abilities: ['logs', 'restart', 'scale', 'delete-pod'],
    updatedAt: NOW,
    runtime: explain(runtime, NOW),
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
