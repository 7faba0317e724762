import type { ClusterRuntime, Explanation, Runtime } from '../types';
import { explainAutoscalers } from './autoscalerCauses';
import { explainBudgets } from './budgetCauses';
import { explainPaths } from './pathCauses';
import { explainPods } from './podCauses';
import { toTidings, type Told } from './told';
import { explainWorkloads } from './workloadCauses';

export { whatToAsk, type Asked } from './asks';
export type { Told } from './told';

/**
 * The most useful first: a cause goes before what follows from it, and what
 * somebody has to do before what gets well by itself.
 */
const ORDER: readonly Explanation['code'][] = [
  'image-not-found',
  'image-denied',
  'image-rate-limited',
  'image-wrong-platform',
  'image-pull',
  'command-not-found',
  'config-error',
  'out-of-memory',
  'liveness-failing',
  'crash-loop',
  'quota',
  'cannot-create',
  'no-fargate-profile',
  'fargate-refused',
  'node-launch-failed',
  'node-not-joined',
  'no-node-will-come',
  'unschedulable',
  'no-ip-address',
  'cannot-set-up',
  'probe-failing',
  'target-unhealthy',
  'not-ready',
  'rollout-stalled',
  'service-missing',
  'gateway-missing',
  'gateway-failed',
  'route-not-accepted',
  'route-unresolved',
  'service-without-pods',
  'load-balancer-failed',
  'no-ready-targets',
  'drain-blocked',
  'autoscaler-missing-request',
  'autoscaler-no-metrics-server',
  'autoscaler-no-metrics',
  'autoscaler-cannot-scale',
  'node-coming',
  'autoscaler-at-max',
  'autoscaler-metric-unknown',
  'load-balancer-pending',
  'rollout-paused',
  'rolling-out',
  'autoscaler-scaling-up',
  'autoscaler-scaling-down',
  'autoscaler-slowed',
  'autoscaler-stabilising',
  'autoscaler-at-min',
  'autoscaler-disabled',
  'restarted',
  'drain-impossible',
];

const SEVERITIES: readonly Explanation['severity'][] = [
  'bad',
  'waiting',
  'info',
];

/**
 * Says of each cluster what is worth knowing, and of the whole what is most so.
 *
 * @param told - what the clusters tell beside, by their names: see `whatToAsk`
 * @public
 */
export function explain(
  runtime: Runtime,
  now: Date,
  told: Readonly<Record<string, Told>> = {},
): Runtime {
  const clusters = runtime.clusters.map(cluster => ({
    ...cluster,
    // What was the matter when it could be read may not be so any more.
    explanations:
      cluster.state === 'unreadable'
        ? []
        : explainCluster(cluster, now, told[cluster.name]),
  }));
  const [first] = sorted(
    clusters
      .flatMap(({ explanations }) => explanations)
      // So is every service that has little to do.
      .filter(({ code }) => code !== 'autoscaler-at-min'),
  );
  return {
    ...runtime,
    clusters,
    summary: { ...runtime.summary, ...(first && { explanation: first }) },
  };
}

function explainCluster(
  cluster: ClusterRuntime,
  now: Date,
  told: Told | undefined,
): Explanation[] {
  const tidings = toTidings(told);
  const ofPods = explainPods(cluster, now, tidings);
  const all = [
    ...ofPods,
    ...explainWorkloads(cluster, ofPods, { now, tidings }),
    ...explainPaths(cluster, tidings),
    ...explainBudgets(cluster),
    ...explainAutoscalers(cluster),
  ];
  // Two ways to one Service have one thing to say of it.
  const distinct = new Map(all.map(one => [one.id, one]));
  return sorted([...distinct.values()]);
}

function sorted(explanations: Explanation[]): Explanation[] {
  const rank = ({ severity, code }: Explanation) =>
    SEVERITIES.indexOf(severity) * ORDER.length + ORDER.indexOf(code);
  return [...explanations].sort(
    (one, other) => rank(one) - rank(other) || one.id.localeCompare(other.id),
  );
}
