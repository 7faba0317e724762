import { sum, type Deployment, type ReplicaSet } from './objects';
import { resolveCount } from './quantity';

/** How many pods a rollout may have too many, and how many too few. */
export interface Limits {
  surge: number;
  unavailable: number;
}

/** The limits of a Deployment's strategy, in pods. */
export function limitsOf({ spec }: Deployment): Limits {
  if (spec.strategy.type === 'Recreate') {
    return { surge: 0, unavailable: 0 };
  }
  const { maxSurge = '25%', maxUnavailable = '25%' } =
    spec.strategy.rollingUpdate ?? {};
  const surge = resolveCount(maxSurge, spec.replicas, 'up');
  const unavailable = resolveCount(maxUnavailable, spec.replicas, 'down');
  // Both may round to nothing; then one pod at a time may be missing.
  return surge === 0 && unavailable === 0
    ? { surge, unavailable: 1 }
    : { surge, unavailable: Math.min(unavailable, spec.replicas) };
}

export const specified = (replicaSets: ReplicaSet[]) =>
  sum(replicaSets.map(({ spec }) => spec.replicas));
export const availableOf = ({ status }: ReplicaSet) =>
  status?.availableReplicas ?? 0;

/** How large the new replica set may be made now. */
export function newSize(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  total: number,
): number {
  const { replicas, strategy } = deployment.spec;
  const size = current?.spec.replicas ?? 0;
  if (strategy.type === 'Recreate' || size >= replicas) {
    return replicas;
  }
  const room = replicas + limitsOf(deployment).surge - total;
  return size + Math.max(0, Math.min(room, replicas - size));
}

/**
 * How large the old replica sets are left, oldest first, so that enough pods
 * stay available. Those pods that do not serve go first.
 */
export function oldSizes(
  deployment: Deployment,
  current: ReplicaSet,
  old: ReplicaSet[],
): number[] {
  const sizes = old.map(({ spec }) => spec.replicas);
  const needed = deployment.spec.replicas - limitsOf(deployment).unavailable;
  const starting = current.spec.replicas - availableOf(current);
  let mayGo = current.spec.replicas + sum(sizes) - needed - starting;
  if (mayGo <= 0) {
    return sizes;
  }
  old.forEach((replicaSet, i) => {
    const failing = Math.max(0, sizes[i] - availableOf(replicaSet));
    const gone = Math.min(failing, mayGo);
    sizes[i] -= gone;
    mayGo -= gone;
  });
  let spare = sum([current, ...old].map(availableOf)) - needed;
  sizes.forEach((size, i) => {
    const gone = Math.max(0, Math.min(size, spare));
    sizes[i] -= gone;
    spare -= gone;
  });
  return sizes;
}

/**
 * Sizes of the replica sets, in their order, when a Deployment is scaled in
 * the middle of a rollout: each keeps its share.
 *
 * @param total - pods that all of them had room for before.
 */
export function proportionalSizes(
  deployment: Deployment,
  replicaSets: ReplicaSet[],
  total: number,
): number[] {
  const { replicas } = deployment.spec;
  const allowed = replicas > 0 ? replicas + limitsOf(deployment).surge : 0;
  let toAdd = allowed - specified(replicaSets);
  const sizes = replicaSets.map(({ spec }) => {
    const share = Math.round((spec.replicas * allowed) / Math.max(1, total));
    const change = share - spec.replicas;
    const added =
      toAdd > 0
        ? Math.max(0, Math.min(change, toAdd))
        : Math.min(0, Math.max(change, toAdd));
    toAdd -= added;
    return spec.replicas + added;
  });
  // What rounding left goes to the largest.
  const largest = sizes.indexOf(Math.max(...sizes));
  sizes[largest] = Math.max(0, sizes[largest] + toAdd);
  return sizes;
}
