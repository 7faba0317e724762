import { matchesSelector } from '../selectors';
import { runController, type ControllerContext } from './controller';
import { isReady, typed } from './objects';
import { resolveCount } from './quantity';

/** How many pods may be disturbed now. */
export function runDisruptionBudgets(context: ControllerContext) {
  const { store } = context;
  return runController(context, {
    triggers: [
      { kind: typed.disruptionBudgets },
      {
        kind: typed.pods,
        key: pod =>
          store
            .list(typed.disruptionBudgets, {
              namespace: pod.metadata.namespace,
            })
            .filter(({ spec }) =>
              matchesSelector(spec.selector, pod.metadata.labels),
            )
            .map(({ metadata }) => metadata),
      },
    ],
    reconcile(namespace, name) {
      const budget = store.get(typed.disruptionBudgets, namespace, name);
      if (!budget) {
        return;
      }
      const { selector, minAvailable, maxUnavailable } = budget.spec;
      const pods = store
        .list(typed.pods, { namespace })
        .filter(({ metadata }) => matchesSelector(selector, metadata.labels));
      const expected = pods.length;
      const desired =
        minAvailable === undefined
          ? expected - resolveCount(maxUnavailable ?? 0, expected, 'up')
          : resolveCount(minAvailable, expected, 'up');
      const healthy = pods.filter(isReady).length;
      store.updateStatus(typed.disruptionBudgets, {
        ...budget,
        status: {
          observedGeneration: budget.metadata.generation,
          expectedPods: expected,
          currentHealthy: healthy,
          desiredHealthy: Math.max(0, desired),
          disruptionsAllowed: Math.max(0, healthy - Math.max(0, desired)),
        },
      });
    },
  });
}
