import { checkRepositoryPolicyText } from './repositoryPolicyText';

const statement = {
  Effect: 'Allow',
  Principal: { AWS: '444455556666' },
  Action: 'ecr:BatchGetImage',
};
const policy = (...changes: object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: changes.map(change => ({ ...statement, ...change })),
  });

describe('checkRepositoryPolicyText', () => {
  it.each([
    ['no', 'this is not JSON'],
    ['{}', '`Version`'],
    ['{"Version":"2012-10-17"}', 'has statements'],
    [policy(), 'has statements'],
    [policy({ Effect: 'Perhaps' }), '`Allow` or `Deny`'],
    [policy({ Resource: '*' }), 'names no `Resource`'],
    [policy({ Effects: 'Allow' }), 'has no `Effects`'],
    [policy({ Principal: undefined }), 'either `Principal` or `NotPrincipal`'],
    [policy({ NotAction: 'ecr:*' }), 'either `Action` or `NotAction`'],
    [policy({ Action: ['s3:GetObject'] }), 'is no action of ECR'],
    [policy({ Principal: 'everybody' }), '`Principal` is `*` or an object'],
    [policy({ Principal: { Aws: '444455556666' } }), 'not `Aws`'],
    [policy({ Principal: { AWS: 'orders' } }), 'is no identity'],
    [
      policy({ Principal: { AWS: 'arn:aws:iam::444455556666:role/*' } }),
      'no identity',
    ],
    [
      policy({ Principal: { AWS: 'arn:aws-cn:iam::444455556666:root' } }),
      'partition `aws`',
    ],
    [policy({ Principal: '*' }), 'every AWS account'],
    [policy({ Principal: { AWS: ['*'] } }), 'every AWS account'],
    [policy({ Principal: '*', Condition: {} }), 'every AWS account'],
    [' '.repeat(10_241), 'at most 10240 characters'],
  ])('refuses %.140s', (text, reason) => {
    expect(checkRepositoryPolicyText(text, 'eu-west-1')).toEqual([
      {
        field: expect.stringMatching(/^repositoryPolicyText/),
        message: expect.stringContaining(reason),
      },
    ]);
  });

  it.each([
    ['a list of statements', policy({}, {})],
    [
      'one statement alone',
      JSON.stringify({ Version: '2012-10-17', Statement: statement }),
    ],
    ['everybody who is denied', policy({ Effect: 'Deny', Principal: '*' })],
    [
      'everybody under a condition',
      policy({
        Principal: '*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      }),
    ],
    ['a service', policy({ Principal: { Service: 'lambda.amazonaws.com' } })],
  ])('takes %s', (_, text) => {
    expect(checkRepositoryPolicyText(text, 'eu-west-1')).toEqual([]);
  });
});
