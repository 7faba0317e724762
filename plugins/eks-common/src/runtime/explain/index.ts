import type { ClusterRuntime, Explanation, Runtime } from '../types';
import { explainAutoscalers } from './autoscalerCauses';
import { explainPaths } from './pathCauses';
import { explainPods } from './podCauses';
import { explainWorkloads } from './workloadCauses';

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
  'crash-loop',
  'quota',
  'cannot-create',
  'no-fargate-profile',
  'unschedulable',
  'not-ready',
  'rollout-stalled',
  'service-missing',
  'service-without-pods',
  'no-ready-targets',
  'autoscaler-missing-request',
  'autoscaler-no-metrics-server',
  'autoscaler-no-metrics',
  'autoscaler-cannot-scale',
  'autoscaler-at-max',
  'load-balancer-pending',
  'rollout-paused',
  'rolling-out',
  'autoscaler-scaling-up',
  'autoscaler-scaling-down',
  'autoscaler-stabilising',
  'autoscaler-disabled',
  'restarted',
];

const SEVERITIES: readonly Explanation['severity'][] = [
  'bad',
  'waiting',
  'info',
];

/**
 * Says of each cluster what is worth knowing, and of the whole what is most so.
 *
 * @public
 */
export function explain(runtime: Runtime, now: Date): Runtime {
  const clusters = runtime.clusters.map(cluster => ({
    ...cluster,
    // What was the matter when it could be read may not be so any more.
    explanations:
      cluster.state === 'unreadable' ? [] : explainCluster(cluster, now),
  }));
  const [first] = sorted(clusters.flatMap(({ explanations }) => explanations));
  return {
    ...runtime,
    clusters,
    summary: { ...runtime.summary, ...(first && { explanation: first }) },
  };
}

function explainCluster(cluster: ClusterRuntime, now: Date): Explanation[] {
  const ofPods = explainPods(cluster, now);
  const all = [
    ...ofPods,
    ...explainWorkloads(cluster, ofPods),
    ...explainPaths(cluster),
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
