import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { ACCOUNT, type AwsTarget, type ContractCase, refuses } from './types';

/** A role that everybody in the account may take. */
async function role({ iam, unique }: AwsTarget): Promise<string> {
  const RoleName = unique('taken');
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'sts:AssumeRole',
        },
      }),
    }),
  );
  return `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
}

const cases: ContractCase[] = [
  {
    operation: 'sts:GetCallerIdentity',
    holds: 'tells account, ARN and id',
    async check({ sts }) {
      expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
        Account: ACCOUNT,
        Arn: expect.stringMatching(`^arn:aws:(iam|sts)::${ACCOUNT}:`),
        UserId: expect.any(String),
      });
    },
  },
  {
    operation: 'sts:AssumeRole',
    holds: 'gives keys that end, for a session of the role',
    async check(target) {
      const RoleArn = await role(target);
      const { Credentials, AssumedRoleUser } = await target.sts.send(
        new AssumeRoleCommand({ RoleArn, RoleSessionName: 'contract' }),
      );
      expect(Credentials).toEqual({
        AccessKeyId: expect.stringMatching(/^ASIA/),
        SecretAccessKey: expect.any(String),
        SessionToken: expect.any(String),
        Expiration: expect.any(Date),
      });
      expect(AssumedRoleUser).toEqual({
        Arn: `${RoleArn.replace(':iam:', ':sts:').replace(
          ':role/',
          ':assumed-role/',
        )}/contract`,
        AssumedRoleId: expect.stringMatching(/^AROA[A-Z0-9]+:contract$/),
      });
    },
  },
  {
    operation: 'sts:AssumeRole',
    holds: 'refuses a role that is not there, and does not tell that it is not',
    check: ({ sts }) =>
      refuses(
        sts.send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::${ACCOUNT}:role/not-there`,
            RoleSessionName: 'contract',
          }),
        ),
        'AccessDenied',
        403,
      ),
  },
  {
    operation: 'sts:AssumeRole',
    holds: 'refuses a session name with a blank',
    async check(target) {
      await refuses(
        target.sts.send(
          new AssumeRoleCommand({
            RoleArn: await role(target),
            RoleSessionName: 'two words',
          }),
        ),
        'ValidationError',
        400,
      );
    },
  },
  {
    operation: 'sts:AssumeRole',
    holds: 'refuses a session of more than twelve hours',
    async check(target) {
      await refuses(
        target.sts.send(
          new AssumeRoleCommand({
            RoleArn: await role(target),
            RoleSessionName: 'contract',
            DurationSeconds: 43_201,
          }),
        ),
        'ValidationError',
        400,
      );
    },
  },
];

export default cases;
