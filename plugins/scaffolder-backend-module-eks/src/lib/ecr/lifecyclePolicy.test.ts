import {
  checkLifecyclePolicyText,
  checkLifecycleRules,
  checkRepositoryPolicyText,
  lifecyclePolicyText,
} from './lifecyclePolicy';

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

describe('checkLifecyclePolicyText', () => {
  const rule = { rulePriority: 1, selection: {}, action: { type: 'expire' } };

  it.each([
    ['no', 'this is not JSON'],
    ['[]', 'not an object'],
    ['{}', 'at least one rule'],
    [JSON.stringify({ rules: [{}] }), 'has a `selection`'],
    [JSON.stringify({ rules: [{ selection: {} }] }), '`rulePriority`'],
    [JSON.stringify({ rules: [rule, rule] }), '`rulePriority` 1 already'],
    [
      JSON.stringify({ rules: [{ ...rule, action: undefined }] }),
      'has an `action`',
    ],
    [' '.repeat(30_721), 'at most 30720 characters'],
  ])('refuses %.40s', (text, reason) => {
    expect(checkLifecyclePolicyText(text)).toEqual([
      {
        field: expect.stringMatching(/^lifecyclePolicyText/),
        message: expect.stringContaining(reason),
      },
    ]);
  });

  it('takes what the typed rules are written as', () => {
    const text = lifecyclePolicyText({ expireUntaggedAfterDays: 1 }) ?? '';
    expect(checkLifecyclePolicyText(text)).toEqual([]);
  });
});

describe('checkRepositoryPolicyText', () => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:*' };

  it.each([
    ['no', 'this is not JSON'],
    ['{}', 'has statements'],
    [
      JSON.stringify({ Statement: [{ Effect: 'Perhaps' }] }),
      '`Allow` or `Deny`',
    ],
    [
      JSON.stringify({ Statement: { ...statement, Resource: '*' } }),
      'names no `Resource`',
    ],
    [' '.repeat(10_241), 'at most 10240 characters'],
  ])('refuses %.40s', (text, reason) => {
    expect(checkRepositoryPolicyText(text)).toEqual([
      {
        field: expect.stringMatching(/^repositoryPolicyText/),
        message: expect.stringContaining(reason),
      },
    ]);
  });

  it('takes one statement and a list of them', () => {
    expect(
      checkRepositoryPolicyText(JSON.stringify({ Statement: statement })),
    ).toEqual([]);
    expect(
      checkRepositoryPolicyText(JSON.stringify({ Statement: [statement] })),
    ).toEqual([]);
  });
});
