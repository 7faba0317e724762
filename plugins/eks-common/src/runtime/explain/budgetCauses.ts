import { nodeOf } from '../nodes';
import { isLive } from '../pods';
import type { ClusterRuntime, DisruptionBudget, Explanation } from '../types';
import { explanation } from './explanation';

/** What holds pods on nodes that they are to leave. */
export function explainBudgets({
  budgets = [],
  nodes = [],
  pods,
}: ClusterRuntime): Explanation[] {
  const leaving = new Set(
    nodes.flatMap(({ name, leaving: goes }) => (goes ? [name] : [])),
  );
  return budgets.flatMap(budget => {
    const { namespace, name, allowed, expected, needed, workloads } = budget;
    if (allowed !== 0 || expected === 0) {
      return [];
    }
    const held = pods.filter(
      pod =>
        isLive(pod) &&
        pod.namespace === namespace &&
        leaving.has(nodeOf(pod) ?? '') &&
        workloads.some(
          ({ kind, name: owner }) =>
            pod.owner?.kind === kind && pod.owner.name === owner,
        ),
    );
    const never = needed >= expected;
    if (held.length === 0 && !never) {
      // It is right to hold them while too few are healthy.
      return [];
    }
    const [first] = held;
    return [
      explanation({
        code: held.length > 0 ? 'drain-blocked' : 'drain-impossible',
        severity: severityOf(held.length > 0, never),
        subject: { kind: 'PodDisruptionBudget', namespace, name },
        facts: {
          ...factsOf(budget),
          ...(first && {
            pod: first.name,
            pods: held.length,
            node: nodeOf(first),
          }),
          never: never ? 'true' : undefined,
        },
      }),
    ];
  });
}

function severityOf(held: boolean, never: boolean): Explanation['severity'] {
  if (!held) {
    return 'info';
  }
  return never ? 'bad' : 'waiting';
}

const factsOf = ({ rule, healthy, needed, expected }: DisruptionBudget) => ({
  rule,
  healthy,
  needed,
  expected,
});
