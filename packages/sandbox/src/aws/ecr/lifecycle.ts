import { isRecord } from '../../core';

const COUNT_TYPES = [
  'imageCountMoreThan',
  'sinceImagePushed',
  'sinceImagePulled',
  'sinceImageTransitioned',
];

function isTextList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(item => typeof item === 'string')
  );
}

function selectionProblem(selection: unknown): string | undefined {
  if (!isRecord(selection)) {
    return 'object has missing required properties (["selection"])';
  }
  const { tagStatus, tagPrefixList, tagPatternList } = selection;
  if (!['tagged', 'untagged', 'any'].includes(String(tagStatus))) {
    return `tagStatus '${tagStatus}' is not one of tagged, untagged, any`;
  }
  const hasTags = tagPrefixList !== undefined || tagPatternList !== undefined;
  if (tagStatus === 'tagged') {
    if (tagPrefixList !== undefined && tagPatternList !== undefined) {
      return 'tagPrefixList and tagPatternList exclude each other';
    }
    if (!isTextList(tagPrefixList) && !isTextList(tagPatternList)) {
      return 'tagStatus tagged needs tagPrefixList or tagPatternList';
    }
  } else if (hasTags) {
    return `tagStatus ${tagStatus} takes neither tagPrefixList nor tagPatternList`;
  }
  const { countType, countUnit, countNumber } = selection;
  if (!COUNT_TYPES.includes(String(countType))) {
    return `countType '${countType}' is not one of ${COUNT_TYPES.join(', ')}`;
  }
  if (countType === 'imageCountMoreThan' && countUnit !== undefined) {
    return 'countType imageCountMoreThan takes no countUnit';
  }
  if (countType !== 'imageCountMoreThan' && countUnit !== 'days') {
    return `countType ${countType} needs countUnit days`;
  }
  if (
    typeof countNumber !== 'number' ||
    !Number.isInteger(countNumber) ||
    countNumber < 1
  ) {
    return 'countNumber must be a whole number above 0';
  }
  return undefined;
}

function ruleProblem(rule: unknown): string | undefined {
  if (!isRecord(rule)) {
    return 'a rule must be an object';
  }
  const { rulePriority, action } = rule;
  if (
    typeof rulePriority !== 'number' ||
    !Number.isInteger(rulePriority) ||
    rulePriority < 1
  ) {
    return 'rulePriority must be a whole number above 0';
  }
  if (
    !isRecord(action) ||
    !['expire', 'transition'].includes(String(action.type))
  ) {
    return 'action needs type expire or transition';
  }
  return selectionProblem(rule.selection);
}

/** Says what is wrong with a parsed lifecycle policy, by ECR's rules. */
export function validateLifecyclePolicy(policy: unknown): string | undefined {
  if (!isRecord(policy) || !Array.isArray(policy.rules)) {
    return 'object has missing required properties (["rules"])';
  }
  const { rules } = policy;
  if (rules.length === 0) {
    return 'rules must have at least one rule';
  }
  const problem = rules.map(ruleProblem).find(Boolean);
  if (problem) {
    return problem;
  }
  const known = rules.filter(isRecord);
  const priorities = known.map(rule => Number(rule.rulePriority));
  if (new Set(priorities).size < priorities.length) {
    return 'rulePriority must be unique among the rules';
  }
  const forAny = known.filter(
    rule => isRecord(rule.selection) && rule.selection.tagStatus === 'any',
  );
  if (
    forAny.some(rule => Number(rule.rulePriority) < Math.max(...priorities))
  ) {
    return `a rule with tagStatus any must have the highest rulePriority`;
  }
  return undefined;
}
