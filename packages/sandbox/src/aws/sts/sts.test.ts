import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { ListClustersCommand } from '@aws-sdk/client-eks';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import {
  ACCOUNT,
  OTHER_ACCOUNT,
  startTestAws,
  TestAws,
} from '../../__testUtils__/aws';

const USER = `arn:aws:iam::${ACCOUNT}:user/slipway`;
const RoleArn = `arn:aws:iam::${OTHER_ACCOUNT}:role/slipway-portal`;

let test: TestAws;
let sts: STSClient;

beforeEach(async () => {
  test = await startTestAws();
  sts = test.sts({ credentials: test.aws.userCredentials(USER) });
});
afterEach(() => test.stop());

const assume = (ExternalId?: string, DurationSeconds?: number) =>
  sts.send(
    new AssumeRoleCommand({
      RoleArn,
      RoleSessionName: 'backstage',
      ExternalId,
      DurationSeconds,
    }),
  );

async function assumedCredentials() {
  const { Credentials } = await assume('slipway-sandbox');
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey) {
    throw new Error('AssumeRole answered no credentials');
  }
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
}

it('says who calls', async () => {
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: USER,
    Account: ACCOUNT,
    UserId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/),
  });
});

it('gives a role of another account for an hour', async () => {
  const { AssumedRoleUser, Credentials } = await assume('slipway-sandbox');
  const session = `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/slipway-portal/backstage`;
  expect(AssumedRoleUser?.Arn).toBe(session);
  const hours =
    ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(hours).toBeCloseTo(1, 1);

  const credentials = await assumedCredentials();
  expect(
    await test.sts({ credentials }).send(new GetCallerIdentityCommand({})),
  ).toMatchObject({ Arn: session, Account: OTHER_ACCOUNT });
});

it.each([undefined, 'wrong-one'])(
  'denies the role with the external id %p',
  async externalId => {
    await expect(assume(externalId)).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: `User: ${USER} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    });
  },
);

it('denies a role that does not trust the caller or does not exist', async () => {
  const portal = test.sts({ credentials: await assumedCredentials() });
  for (const client of [portal, test.sts()]) {
    for (const name of ['slipway-portal', 'nobody']) {
      await expect(
        client.send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
            RoleSessionName: 'backstage',
            ExternalId: 'slipway-sandbox',
          }),
        ),
      ).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  }
});

it.each([
  ['a session shorter than AWS has', { DurationSeconds: 60 }],
  ['a session name with a space', { RoleSessionName: 'a b' }],
  ['a role that is no ARN', { RoleArn: 'slipway-portal' }],
])('refuses %s', async (_, change) => {
  await expect(
    sts.send(
      new AssumeRoleCommand({
        RoleArn,
        RoleSessionName: 'backstage',
        ExternalId: 'slipway-sandbox',
        ...change,
      }),
    ),
  ).rejects.toMatchObject({
    $metadata: { httpStatusCode: expect.any(Number) },
  });
});

it('ends sessions, in the words of each service', async () => {
  const credentials = await assumedCredentials();
  test.advance(61 * 60 * 1000);
  const options = { credentials };
  await expect(
    test.ecr(options).send(new DescribeRepositoriesCommand({})),
  ).rejects.toMatchObject({
    name: 'ExpiredTokenException',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(
    test.eks(options).send(new ListClustersCommand({})),
  ).rejects.toMatchObject({
    name: 'ExpiredTokenException',
    $metadata: { httpStatusCode: 403 },
  });
  await expect(
    test.sts(options).send(new GetCallerIdentityCommand({})),
  ).rejects.toMatchObject({
    name: expect.stringMatching(/^ExpiredToken/),
    $metadata: { httpStatusCode: 403 },
  });
});
