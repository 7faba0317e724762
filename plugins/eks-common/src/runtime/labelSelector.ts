import { listOf } from './kubernetes';

/** A label selector in its object form. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key?: string; operator?: string; values?: string[] }[];
}

type Labels = Record<string, string> | null | undefined;

/** Whether labels are selected; a selector that says nothing takes all. */
export function selectorOf(
  selector: LabelSelector,
): (labels: Labels) => boolean {
  const equal = Object.entries(selector.matchLabels ?? {});
  const expressions = listOf(selector.matchExpressions);
  return labels => {
    const has = labels ?? {};
    return (
      equal.every(([key, value]) => has[key] === value) &&
      expressions.every(expression => isMet(expression, has))
    );
  };
}

function isMet(
  {
    key,
    operator,
    values,
  }: NonNullable<LabelSelector['matchExpressions']>[number],
  labels: Record<string, string>,
): boolean {
  const value =
    typeof key === 'string' && Object.hasOwn(labels, key)
      ? labels[key]
      : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && listOf(values).includes(value);
    case 'NotIn':
      return value === undefined || !listOf(values).includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
