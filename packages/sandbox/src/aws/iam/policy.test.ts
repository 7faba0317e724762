import { decide, parsePolicy } from './policy';

const policy = (...statements: object[]) =>
  parsePolicy({ Version: '2012-10-17', Statement: statements });

const allowEcr = {
  Effect: 'Allow',
  Action: ['ecr:Describe*', 'ecr:CreateRepository'],
  Resource: 'arn:aws:ecr:*:111122223333:repository/team-?/*',
};
const create = {
  action: 'ecr:CreateRepository',
  resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/team-a/orders',
};

it.each([
  ['what matches', create, 'allowed'],
  ['another case', { ...create, action: 'ECR:createrepository' }, 'allowed'],
  [
    'another action',
    { ...create, action: 'ecr:DeleteRepository' },
    'implicitly-denied',
  ],
  [
    'another resource',
    { ...create, resource: create.resource.replace('team-a', 'team-aa') },
    'implicitly-denied',
  ],
])('decides %s', (_, request, decision) => {
  expect(decide([policy(allowEcr)], request)).toBe(decision);
});

it('lets a deny win', () => {
  const deny = { Effect: 'Deny', Action: 'ecr:Create*', Resource: '*' };
  expect(decide([policy(allowEcr), policy(deny)], create)).toBe(
    'explicitly-denied',
  );
});

it('reads NotAction', () => {
  const allButDelete = policy({
    Effect: 'Allow',
    NotAction: 'ecr:Delete*',
    Resource: '*',
  });
  expect(decide([allButDelete], create)).toBe('allowed');
  expect(
    decide([allButDelete], { ...create, action: 'ecr:DeleteRepository' }),
  ).toBe('implicitly-denied');
});

it.each([
  ['StringEquals', { 'aws:RequestTag/team': ['a', 'b'] }, 'b', 'allowed'],
  ['StringEquals', { 'aws:RequestTag/team': 'a' }, 'b', 'implicitly-denied'],
  [
    'StringEquals',
    { 'aws:RequestTag/team': 'a' },
    undefined,
    'implicitly-denied',
  ],
  ['StringLike', { 'aws:RequestTag/team': 'pay*' }, 'payments', 'allowed'],
  ['StringNotEquals', { 'aws:RequestTag/team': 'a' }, 'a', 'implicitly-denied'],
])('reads %s %p with %p', (operator, keys, value, decision) => {
  const conditional = policy({ ...allowEcr, Condition: { [operator]: keys } });
  expect(
    decide([conditional], {
      ...create,
      context: { 'aws:RequestTag/team': value },
    }),
  ).toBe(decision);
});

it('trusts a principal or its account', () => {
  const trust = (AWS: string) =>
    policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });
  const request = {
    action: 'sts:AssumeRole',
    resource: 'arn:aws:iam::444455556666:role/x',
    principal: 'arn:aws:iam::111122223333:user/slipway',
  };
  for (const [principal, decision] of [
    [request.principal, 'allowed'],
    ['arn:aws:iam::111122223333:root', 'allowed'],
    ['arn:aws:iam::444455556666:root', 'implicitly-denied'],
  ]) {
    expect(decide([trust(principal)], request)).toBe(decision);
  }
});

it('refuses a condition that it does not know', () => {
  expect(() =>
    policy({
      ...allowEcr,
      Condition: { IpAddress: { 'aws:SourceIp': '::1' } },
    }),
  ).toThrow('condition operator IpAddress');
});
