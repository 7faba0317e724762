import { matchesSelector } from '../selectors';
import { on, runController, type ControllerContext } from './controller';
import {
  controllerOf,
  isFinished,
  isReady,
  sum,
  typed,
  withCondition,
  type DisruptionBudget,
  type Pod,
} from './objects';
import { resolveCount } from './quantity';
import type { KubernetesObject, ResourceKind } from '../types';

/** Kinds that say how many pods there are to be. */
const scalable: Record<
  string,
  ResourceKind<KubernetesObject & { spec: { replicas: number } }> | undefined
> = {
  Deployment: typed.deployments,
  ReplicaSet: typed.replicaSets,
  StatefulSet: typed.statefulSets,
};

/** How many pods may be disturbed now. */
export function runDisruptionBudgets(context: ControllerContext) {
  const { store, events, timestamp } = context;
  return runController(context, {
    triggers: [
      on(typed.disruptionBudgets),
      on(typed.pods, ({ metadata }) =>
        store
          .list(typed.disruptionBudgets, { namespace: metadata.namespace })
          .filter(({ spec }) => matchesSelector(spec.selector, metadata.labels))
          .map(budget => budget.metadata),
      ),
    ],
    reconcile(namespace, name) {
      const budget = store.get(typed.disruptionBudgets, namespace, name);
      if (!budget) {
        return;
      }
      const pods = store
        .list(typed.pods, { namespace })
        .filter(
          pod =>
            matchesSelector(budget.spec.selector, pod.metadata.labels) &&
            !isFinished(pod),
        );
      if (pods.length === 0) {
        events.record(
          budget,
          'Normal',
          'NoPods',
          'No matching pods found',
          'controllermanager',
        );
      }
      const { expected, desired } = healthyPods(context, budget, pods);
      const healthy = pods.filter(isReady).length;
      const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
      store.updateStatus(typed.disruptionBudgets, {
        ...budget,
        status: {
          observedGeneration: budget.metadata.generation,
          expectedPods: expected,
          currentHealthy: healthy,
          desiredHealthy: desired,
          disruptionsAllowed: allowed,
          conditions: withCondition(
            budget.status?.conditions,
            {
              type: 'DisruptionAllowed',
              status: allowed > 0 ? 'True' : 'False',
              reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
              message: '',
            },
            timestamp(),
          ),
        },
      });
    },
  });
}

/** How many pods there should be, and how many of them healthy. */
function healthyPods(
  context: ControllerContext,
  { spec }: DisruptionBudget,
  pods: Pod[],
): { expected: number; desired: number } {
  const { minAvailable, maxUnavailable } = spec;
  if (typeof minAvailable === 'number') {
    return { expected: pods.length, desired: minAvailable };
  }
  const expected = scaleOf(context, pods);
  const desired =
    minAvailable === undefined
      ? expected - resolveCount(maxUnavailable ?? 0, expected, 'up')
      : resolveCount(minAvailable, expected, 'up');
  return { expected, desired: Math.max(0, desired) };
}

/** How many replicas the controllers of some pods want together. */
function scaleOf({ store }: ControllerContext, pods: Pod[]): number {
  const wanted = new Map<string, number>();
  for (const pod of pods) {
    const { namespace } = pod.metadata;
    const owner = controllerOf(pod);
    const replicaSet =
      owner?.kind === 'ReplicaSet'
        ? store.get(typed.replicaSets, namespace, owner.name)
        : undefined;
    const top = (replicaSet && controllerOf(replicaSet)) ?? owner;
    const kind = scalable[top?.kind ?? ''];
    const scaled = kind && store.get(kind, namespace, top?.name ?? '');
    if (top && scaled) {
      wanted.set(top.uid, scaled.spec.replicas);
    }
  }
  return sum([...wanted.values()]);
}
