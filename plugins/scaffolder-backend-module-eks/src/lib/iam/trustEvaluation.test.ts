import { callerOf, type Pipeline, strangerTo, trustPolicy } from './trust';
import { trusts } from './trustEvaluation';

const issuer = 'token.actions.githubusercontent.com';
const pipeline: Pipeline = {
  kind: 'token',
  provider: `arn:aws:iam::111122223333:oidc-provider/${issuer}`,
  issuer,
  audience: 'sts.amazonaws.com',
  subject: 'repo:acme@1/orders@2:ref:refs/heads/main',
};
const project: Pipeline = {
  kind: 'codebuild',
  accountId: '111122223333',
  subject: 'arn:aws:codebuild:eu-west-1:111122223333:project/orders',
};

it.each([pipeline, project])('trusts what it was written for: $kind', who => {
  const policy = trustPolicy(who);
  expect(trusts(policy, callerOf(who))).toBe(true);
  expect(trusts(policy, strangerTo(who))).toBe(false);
});

const policyWith = (change: object, ...more: object[]) =>
  JSON.stringify({
    Statement: [
      { ...JSON.parse(trustPolicy(pipeline)).Statement[0], ...change },
      ...more,
    ],
  });
const subjectBy = (operator: string, value: unknown) =>
  policyWith({ Condition: { [operator]: { [`${issuer}:sub`]: value } } });

it.each<[string, string, boolean, boolean]>([
  ['a pattern', subjectBy('StringLike', 'repo:acme@1/*'), true, false],
  ['a list', subjectBy('StringEquals', ['x', pipeline.subject]), true, false],
  ['any of', subjectBy('ForAnyValue:StringLike', '*orders@2*'), true, false],
  ['everybody of the issuer', policyWith({ Condition: {} }), true, true],
  ['anybody', policyWith({ Principal: '*', Condition: {} }), true, true],
  [
    'another branch',
    subjectBy('StringLike', '*:ref:refs/heads/x'),
    false,
    true,
  ],
  ['another action', policyWith({ Action: 'sts:AssumeRole' }), false, false],
  ['what is not understood', subjectBy('DateLessThan', 'x'), false, false],
  ['no JSON', '{', false, false],
  ['nobody', '{"Statement":[]}', false, false],
  [
    'all but those denied',
    policyWith(
      {},
      { ...JSON.parse(trustPolicy(pipeline)).Statement[0], Effect: 'Deny' },
    ),
    false,
    false,
  ],
])('reads a trust of %s', (_, policy, ours, others) => {
  expect(trusts(policy, callerOf(pipeline))).toBe(ours);
  expect(trusts(policy, strangerTo(pipeline))).toBe(others);
});
