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
    const message = explainTagPattern(pattern);
    if (message) {
      problems.push({
        field: `lifecycle.keepTagged.patterns[${index}]`,
        message,
      });
    }
  });
  return problems;
}

/** Says why ECR would refuse a pattern for image tags, or nothing. */
export function explainTagPattern(pattern: string): string | undefined {
  if (!/^[A-Za-z0-9._*-]{1,128}$/.test(pattern)) {
    return `\`${pattern}\` is no pattern for image tags: 1 to 128 letters, digits, \`.\`, \`_\`, \`-\` and \`*\``;
  }
  return pattern.split('*').length - 1 > maximumWildcards
    ? `ECR takes at most ${maximumWildcards} wildcards in a tag pattern, \`${pattern}\` has more`
    : undefined;
}
