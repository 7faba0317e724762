import type { FieldProblem } from '../input';
import { isObject, parseObject } from '../jsonObject';
import { explainTagPattern } from './lifecyclePolicy';

/**
 * ECR's limit on the text of a lifecycle policy, in characters. Its other
 * limit, at least 100, no policy with a whole rule can miss.
 */
const maximumLength = 30_720;

const field = 'lifecyclePolicyText';

/**
 * Says what is wrong with a lifecycle policy that was given as JSON, by the
 * rules of the Amazon ECR user guide, "Lifecycle policy properties". What it
 * does not know, such as a new kind of count, is left for ECR to judge.
 */
export function checkLifecyclePolicyText(text: string): FieldProblem[] {
  if (text.length > maximumLength) {
    return [
      {
        field,
        message: `a lifecycle policy has at most ${maximumLength} characters, this one has ${text.length}`,
      },
    ];
  }
  const policy = parseObject(text);
  if (typeof policy === 'string') {
    return [{ field, message: policy }];
  }
  if (!Array.isArray(policy.rules) || policy.rules.length === 0) {
    return [
      {
        field,
        message: 'a lifecycle policy has a list `rules` with at least one rule',
      },
    ];
  }
  const rules: unknown[] = policy.rules;
  return rules.flatMap((rule, index): FieldProblem[] => {
    const message = explainRule(rule) ?? explainOrder(rule, rules, index);
    return message ? [{ field: `${field}.rules[${index}]`, message }] : [];
  });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

function explainRule(rule: unknown): string | undefined {
  if (!isObject(rule) || !isObject(rule.selection)) {
    return 'a rule has a `selection`';
  }
  if (!isCount(rule.rulePriority)) {
    return 'a rule has a `rulePriority`, a whole number of at least 1';
  }
  if (!isObject(rule.action) || typeof rule.action.type !== 'string') {
    return 'a rule has an `action` with a `type`: `expire`';
  }
  return explainTags(rule.selection) ?? explainCount(rule.selection);
}

function explainTags(selection: Record<string, unknown>): string | undefined {
  const { tagStatus, tagPatternList, tagPrefixList } = selection;
  const lists = [tagPatternList, tagPrefixList].filter(
    list => list !== undefined,
  );
  if (tagStatus === 'untagged' || tagStatus === 'any') {
    return lists.length === 0
      ? undefined
      : `\`tagStatus: ${tagStatus}\` takes neither \`tagPatternList\` nor \`tagPrefixList\``;
  }
  if (tagStatus !== 'tagged') {
    return '`selection.tagStatus` is one of `tagged`, `untagged` and `any`';
  }
  const [list] = lists;
  if (
    lists.length !== 1 ||
    !Array.isArray(list) ||
    list.length === 0 ||
    !list.every(item => typeof item === 'string')
  ) {
    return '`tagStatus: tagged` needs either `tagPatternList` or `tagPrefixList`, a list of texts';
  }
  return tagPatternList === undefined
    ? undefined
    : list.map(explainTagPattern).find(message => message !== undefined);
}

function explainCount(selection: Record<string, unknown>): string | undefined {
  const { countType, countNumber, countUnit } = selection;
  if (typeof countType !== 'string') {
    return '`selection.countType` is missing: `imageCountMoreThan` or `sinceImagePushed`';
  }
  if (!isCount(countNumber)) {
    return '`selection.countNumber` is a whole number of at least 1';
  }
  if (countType === 'imageCountMoreThan' && countUnit !== undefined) {
    return '`countType: imageCountMoreThan` takes no `countUnit`';
  }
  return countType.startsWith('since') && countUnit !== 'days'
    ? `\`countType: ${countType}\` needs \`countUnit: days\``
    : undefined;
}

/** Rules that are sound by themselves may still not go together. */
function explainOrder(
  rule: unknown,
  rules: unknown[],
  index: number,
): string | undefined {
  const priorityOf = (one: unknown) =>
    isObject(one) ? Number(one.rulePriority) : NaN;
  const priority = priorityOf(rule);
  if (rules.slice(0, index).some(other => priorityOf(other) === priority)) {
    return `another rule has the \`rulePriority\` ${priority} already`;
  }
  const isForAny =
    isObject(rule) &&
    isObject(rule.selection) &&
    rule.selection.tagStatus === 'any';
  return isForAny && rules.some(other => priorityOf(other) > priority)
    ? 'a rule with `tagStatus: any` comes last: give it the highest `rulePriority`'
    : undefined;
}
