import { checkLifecycleRules, lifecyclePolicyText } from './lifecyclePolicy';

describe('lifecyclePolicyText', () => {
  it('writes the rules that ECR takes', () => {
    const text = lifecyclePolicyText({
      keepTagged: { count: 50, patterns: ['v*'] },
      expireUntaggedAfterDays: 14,
    });

    expect(JSON.parse(text ?? '')).toEqual({
      rules: [
        expect.objectContaining({
          rulePriority: 1,
          selection: {
            tagStatus: 'untagged',
            countType: 'sinceImagePushed',
            countUnit: 'days',
            countNumber: 14,
          },
          action: { type: 'expire' },
        }),
        expect.objectContaining({
          rulePriority: 2,
          selection: {
            tagStatus: 'tagged',
            tagPatternList: ['v*'],
            countType: 'imageCountMoreThan',
            countNumber: 50,
          },
          action: { type: 'expire' },
        }),
      ],
    });
  });

  it('writes nothing without rules', () => {
    expect(lifecyclePolicyText({})).toBeUndefined();
  });
});

describe('checkLifecycleRules', () => {
  it.each([
    ['a b', 'no pattern for image tags'],
    ['*a*b*c*d*', 'at most 4 wildcards'],
  ])('refuses the pattern %j', (pattern, reason) => {
    expect(
      checkLifecycleRules({
        keepTagged: { count: 1, patterns: ['v*', pattern] },
      }),
    ).toEqual([
      {
        field: 'lifecycle.keepTagged.patterns[1]',
        message: expect.stringContaining(reason),
      },
    ]);
  });
});
