import { createToken } from '.';
import {
  ACCOUNT,
  OTHER_ACCOUNT,
  startTestAws,
  TestAws,
} from '../__testUtils__/aws';

const PROD_EU = `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/prod-eu`;
const PROD_US = `arn:aws:eks:us-east-1:${OTHER_ACCOUNT}:cluster/prod-us`;
const portalRole = (account: string) =>
  `arn:aws:iam::${account}:role/slipway-portal`;

let test: TestAws;
beforeEach(async () => {
  test = await startTestAws();
});
afterEach(() => test.stop());

const tokenFor = (cluster: string, account = ACCOUNT, session = 'backstage') =>
  createToken(
    test.aws.roleCredentials(portalRole(account), session),
    cluster,
    'eu-west-1',
  );

const changed = (token: string, from: string | RegExp, to: string) => {
  const [prefix, payload] = token.split(/\.(.*)/s);
  const url = Buffer.from(payload, 'base64url').toString();
  expect(url).toMatch(from);
  const text = url.replace(from, to);
  return `${prefix}.${Buffer.from(text).toString('base64url')}`;
};

it('is an identity with the groups and policies of its access entry', async () => {
  const token = await tokenFor('prod-eu', ACCOUNT, 'jo@example.com');
  expect(await test.aws.authenticate(PROD_EU, token)).toEqual({
    username: `arn:aws:sts::${ACCOUNT}:assumed-role/slipway-portal/jo-example.com`,
    groups: ['slipway:create', 'slipway:operate'],
    accessPolicies: [
      {
        policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
      },
    ],
  });
});

it('is worth nothing on another cluster', async () => {
  const token = await tokenFor('batch-eu');
  expect(await test.aws.authenticate(PROD_EU, token)).toBeUndefined();
});

it('is worth nothing where the principal has no access entry', async () => {
  const token = await tokenFor('prod-us', OTHER_ACCOUNT);
  expect(await test.aws.authenticate(PROD_US, token)).toBeUndefined();
});

it('lasts a quarter of an hour', async () => {
  const token = await tokenFor('prod-eu');
  test.advance(14 * 60 * 1000);
  expect(await test.aws.authenticate(PROD_EU, token)).toBeDefined();
  test.advance(2 * 60 * 1000);
  expect(await test.aws.authenticate(PROD_EU, token)).toBeUndefined();
});

it.each([
  ['host', 'sts.eu-west-1.amazonaws.com', 'sts.example.com'],
  ['call', 'GetCallerIdentity', 'AssumeRole'],
  ['key', /Credential=ASIA.{4}/, 'Credential=ASIAAAAA'],
  ['date', /Date=\d{4}/, 'Date=2020'],
  ['expiry', 'Expires=60', 'Expires=86400'],
  ['signature', /Signature=.{4}/, 'Signature=0000'],
])('is worth nothing with another %s', async (_, from, to) => {
  const token = changed(await tokenFor('prod-eu'), from, to);
  expect(await test.aws.authenticate(PROD_EU, token)).toBeUndefined();
});

it.each(['', 'k8s-aws-v1.', 'k8s-aws-v1.bm9uc2Vuc2U', 'Bearer x'])(
  'is not %p',
  async token => {
    expect(await test.aws.authenticate(PROD_EU, token)).toBeUndefined();
  },
);
