import { lifecyclePolicyText } from './lifecyclePolicy';
import { checkLifecyclePolicyText } from './lifecyclePolicyText';

const selection = {
  tagStatus: 'untagged',
  countType: 'sinceImagePushed',
  countUnit: 'days',
  countNumber: 14,
};
const rule = (change: object = {}, selected: object = {}) => ({
  rulePriority: 1,
  description: 'Untagged images are left over',
  selection: { ...selection, ...selected },
  action: { type: 'expire' },
  ...change,
});
const policy = (...rules: object[]) => JSON.stringify({ rules });

describe('checkLifecyclePolicyText', () => {
  it.each([
    ['no', 'this is not JSON'],
    ['[]', 'not an object'],
    ['{}', 'at least one rule'],
    [policy({}), 'has a `selection`'],
    [policy(rule({ rulePriority: undefined })), '`rulePriority`'],
    [policy(rule({ rulePriority: 1.5 })), '`rulePriority`'],
    [policy(rule(), rule()), '`rulePriority` 1 already'],
    [policy(rule({ action: undefined })), 'has an `action`'],
    [policy(rule({}, { tagStatus: 'all' })), '`selection.tagStatus` is one of'],
    [policy(rule({}, { tagStatus: 'tagged' })), 'needs either'],
    [policy(rule({}, { tagPatternList: ['v*'] })), 'takes neither'],
    [
      policy(rule({}, { tagStatus: 'tagged', tagPatternList: ['a b'] })),
      'no pattern for image tags',
    ],
    [
      policy(
        rule(
          {},
          { tagStatus: 'tagged', tagPatternList: ['v'], tagPrefixList: ['v'] },
        ),
      ),
      'needs either',
    ],
    [policy(rule({}, { countType: undefined })), '`selection.countType`'],
    [policy(rule({}, { countNumber: 0 })), '`selection.countNumber`'],
    [policy(rule({}, { countUnit: undefined })), 'needs `countUnit: days`'],
    [
      policy(rule({}, { countType: 'imageCountMoreThan' })),
      'takes no `countUnit`',
    ],
    [
      policy(rule({}, { tagStatus: 'any' }), rule({ rulePriority: 2 })),
      'comes last',
    ],
    [' '.repeat(30_721), 'at most 30720 characters'],
  ])('refuses %.90s', (text, reason) => {
    expect(checkLifecyclePolicyText(text)).toEqual([
      {
        field: expect.stringMatching(/^lifecyclePolicyText/),
        message: expect.stringContaining(reason),
      },
    ]);
  });

  it.each([
    ['the typed rules', lifecyclePolicyText({ expireUntaggedAfterDays: 1 })],
    [
      'any, when it comes last',
      policy(rule(), rule({ rulePriority: 9 }, { tagStatus: 'any' })),
    ],
    [
      'prefixes of tags',
      policy(rule({}, { tagStatus: 'tagged', tagPrefixList: ['v'] })),
    ],
    [
      'an action and a count that ECR has beside the usual ones',
      policy(
        rule(
          { action: { type: 'transition', targetStorageClass: 'archive' } },
          { countType: 'sinceImagePulled' },
        ),
      ),
    ],
  ])('takes %s', (_, text = '') => {
    expect(checkLifecyclePolicyText(text)).toEqual([]);
  });
});
