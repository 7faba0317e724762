import { isLive } from '../pods';
import type { ClusterRuntime, ExplanationCode } from '../types';

/**
 * What would say more about what is the matter in a cluster.
 *
 * @public
 */
export interface Asked {
  /** Namespaces of which events are worth reading. */
  events: string[];
  /** Whether Karpenter's claims are. */
  nodeClaims: boolean;
}

const FOR_NODES: ReadonlySet<ExplanationCode> = new Set<ExplanationCode>([
  'no-fargate-profile',
  'node-coming',
  'node-launch-failed',
  'node-not-joined',
  'no-node-will-come',
  'unschedulable',
]);

const FOR_EVENTS: ReadonlySet<ExplanationCode> = new Set<ExplanationCode>([
  ...FOR_NODES,
  'cannot-create',
  'cannot-set-up',
  'crash-loop',
  'fargate-refused',
  'gateway-failed',
  'liveness-failing',
  'load-balancer-failed',
  'load-balancer-pending',
  'no-ip-address',
  'no-ready-targets',
  'not-ready',
  'probe-failing',
  'quota',
  'rollout-stalled',
  'target-unhealthy',
]);

/**
 * What to ask a cluster for beside the objects of an entity: nothing while all
 * is well.
 *
 * @public
 */
export function whatToAsk({
  state,
  explanations = [],
  pods,
  workloads,
}: ClusterRuntime): Asked {
  if (state === 'unreadable') {
    return { events: [], nodeClaims: false };
  }
  // Only a Deployment says itself why it gets no pods.
  const short = workloads.filter(
    ({ kind, name, namespace, desired }) =>
      kind !== 'Deployment' &&
      pods.filter(
        pod =>
          isLive(pod) &&
          pod.namespace === namespace &&
          pod.owner?.kind === kind &&
          pod.owner.name === name,
      ).length < desired,
  );
  const namespaces = [
    ...explanations
      .filter(({ code }) => FOR_EVENTS.has(code))
      .map(({ subject }) => subject.namespace),
    ...short.map(({ namespace }) => namespace),
  ];
  return {
    events: [...new Set(namespaces)].filter(name => name !== '').sort(),
    nodeClaims: explanations.some(({ code }) => FOR_NODES.has(code)),
  };
}
