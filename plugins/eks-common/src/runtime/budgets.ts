import { keyOf, listOf, numberOf, textOf } from './kubernetes';
import { selectorOf, type LabelSelector } from './labelSelector';
import { isLive, type ShownPod } from './pods';
import type { DisruptionBudget, Pod } from './types';

/** A PodDisruptionBudget as far as it is looked at. */
export interface PodDisruptionBudget {
  metadata?: { namespace?: string; name?: string };
  spec?: {
    selector?: LabelSelector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
  };
  status?: {
    disruptionsAllowed?: number;
    currentHealthy?: number;
    desiredHealthy?: number;
    expectedPods?: number;
  };
}

/** The budgets that some of the pods count for. */
export function toBudgets(
  budgets: readonly PodDisruptionBudget[],
  pods: readonly ShownPod[],
): DisruptionBudget[] {
  return listOf(budgets).flatMap(budget => {
    const { metadata, spec, status } = budget;
    const namespace = textOf(metadata?.namespace) ?? '';
    const isSelected = spec?.selector && selectorOf(spec.selector);
    const covered = isSelected
      ? pods.filter(
          ({ object, pod }) =>
            pod.namespace === namespace &&
            isLive(pod) &&
            isSelected(object.metadata?.labels),
        )
      : [];
    if (covered.length === 0) {
      return [];
    }
    const allowed = numberOf(status?.disruptionsAllowed);
    return [
      {
        id: keyOf(budget),
        name: textOf(metadata?.name) ?? '',
        namespace,
        rule: ruleOf(spec),
        ...(allowed !== undefined && { allowed }),
        healthy: numberOf(status?.currentHealthy) ?? 0,
        needed: numberOf(status?.desiredHealthy) ?? 0,
        expected: numberOf(status?.expectedPods) ?? 0,
        workloads: distinctOwners(covered.map(({ pod }) => pod)),
      },
    ];
  });
}

function ruleOf(spec: PodDisruptionBudget['spec']): string {
  const [name, amount] =
    spec?.maxUnavailable === undefined || spec.maxUnavailable === null
      ? ['minAvailable', spec?.minAvailable]
      : ['maxUnavailable', spec.maxUnavailable];
  return `${name} ${textOf(amount) ?? numberOf(amount) ?? '?'}`;
}

function distinctOwners(pods: Pod[]): DisruptionBudget['workloads'] {
  const owners = new Map(
    pods.flatMap(({ owner }) =>
      owner ? [[`${owner.kind}/${owner.name}`, owner]] : [],
    ),
  );
  return [...owners.values()];
}
