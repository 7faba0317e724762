import { FieldProblem } from '../input';

/** The lifecycle rules that most repositories need. */
export interface LifecycleRules {
  /** Keeps the newest tagged images and expires older ones. */
  keepTagged?: {
    /** How many images stay, at least 1. */
    count: number;
    /** Which tags count, with `*` as wildcard. */
    patterns: string[];
  };
  /** Days after its push at which an image without a tag goes. */
  expireUntaggedAfterDays?: number;
}

/** ECR's limit on the text of a lifecycle policy, in characters. */
const maximumLength = 30_720;

/** ECR's limit on wildcards within one tag pattern. */
const maximumWildcards = 4;

/**
 * Writes the rules as ECR's lifecycle policy.
 *
 * The rule for untagged images comes first: ECR applies rules by priority, and
 * an image is expired by one rule only.
 */
export function lifecyclePolicyText(rules: LifecycleRules): string | undefined {
  const written = [];
  if (rules.expireUntaggedAfterDays !== undefined) {
    written.push({
      description: `Expire untagged images after ${rules.expireUntaggedAfterDays} days`,
      selection: {
        tagStatus: 'untagged',
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: rules.expireUntaggedAfterDays,
      },
    });
  }
  if (rules.keepTagged) {
    written.push({
      description: `Keep the newest ${rules.keepTagged.count} images tagged ${rules.keepTagged.patterns.join(
        ', ',
      )}`,
      selection: {
        tagStatus: 'tagged',
        tagPatternList: rules.keepTagged.patterns,
        countType: 'imageCountMoreThan',
        countNumber: rules.keepTagged.count,
      },
    });
  }
  if (written.length === 0) {
    return undefined;
  }
  return JSON.stringify({
    rules: written.map((rule, index) => ({
      rulePriority: index + 1,
      ...rule,
      action: { type: 'expire' },
    })),
  });
}

/** Says what is wrong with typed lifecycle rules before ECR would. */
export function checkLifecycleRules(rules: LifecycleRules): FieldProblem[] {
  const problems: FieldProblem[] = [];
  rules.keepTagged?.patterns.forEach((pattern, index) => {
    const field = `lifecycle.keepTagged.patterns[${index}]`;
    if (!/^[A-Za-z0-9._*-]{1,128}$/.test(pattern)) {
      problems.push({
        field,
        message: `\`${pattern}\` is no pattern for image tags: 1 to 128 letters, digits, \`.\`, \`_\`, \`-\` and \`*\``,
      });
    } else if (pattern.split('*').length - 1 > maximumWildcards) {
      problems.push({
        field,
        message: `ECR takes at most ${maximumWildcards} wildcards in a tag pattern, \`${pattern}\` has more`,
      });
    }
  });
  return problems;
}

/** Says what is wrong with a lifecycle policy that was given as JSON. */
export function checkLifecyclePolicyText(text: string): FieldProblem[] {
  const field = 'lifecyclePolicyText';
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
  const priorities = new Set<unknown>();
  return policy.rules.flatMap((rule: unknown, index): FieldProblem[] => {
    const where = `${field}.rules[${index}]`;
    if (!isObject(rule) || !isObject(rule.selection)) {
      return [{ field: where, message: 'a rule has a `selection`' }];
    }
    const priority = rule.rulePriority;
    if (typeof priority !== 'number' || priority < 1) {
      return [
        { field: where, message: 'a rule has a `rulePriority` of at least 1' },
      ];
    }
    if (priorities.has(priority)) {
      return [
        {
          field: where,
          message: `another rule has the \`rulePriority\` ${priority} already`,
        },
      ];
    }
    priorities.add(priority);
    return isObject(rule.action)
      ? []
      : [{ field: where, message: 'a rule has an `action`' }];
  });
}

/** ECR's limit on the text of a repository policy, in characters. */
const maximumRepositoryPolicyLength = 10_240;

/** Says what is wrong with a repository policy that was given as JSON. */
export function checkRepositoryPolicyText(text: string): FieldProblem[] {
  const field = 'repositoryPolicyText';
  if (text.length > maximumRepositoryPolicyLength) {
    return [
      {
        field,
        message: `a repository policy has at most ${maximumRepositoryPolicyLength} characters, this one has ${text.length}`,
      },
    ];
  }
  const policy = parseObject(text);
  if (typeof policy === 'string') {
    return [{ field, message: policy }];
  }
  const statements = Array.isArray(policy.Statement)
    ? policy.Statement
    : [policy.Statement];
  return statements.flatMap((statement: unknown, index): FieldProblem[] => {
    const where = `${field}.Statement[${index}]`;
    if (!isObject(statement)) {
      return [{ field: where, message: 'a repository policy has statements' }];
    }
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
      return [
        { field: where, message: '`Effect` is either `Allow` or `Deny`' },
      ];
    }
    if (statement.Resource !== undefined) {
      return [
        {
          field: where,
          message:
            'a repository policy names no `Resource`: it is about the repository that it is attached to',
        },
      ];
    }
    return [];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : 'the JSON is not an object';
  } catch (error) {
    return `this is not JSON: ${
      error instanceof Error ? error.message : 'it cannot be read'
    }`;
  }
}
