import { AwsError } from '../errors';
import { decide } from '../iam/policy';
import { queryProtocol } from '../protocols/query';
import { Call, Operation, Service } from '../service';

const ROLE_ARN = {
  pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
  max: 2048,
};
const SESSION_NAME = { pattern: /^[\w+=,.@-]*$/, min: 2, max: 64 };
const EXTERNAL_ID = { pattern: /^[\w+=,.@:/-]*$/, min: 2, max: 1224 };
const MAX_SECONDS = 12 * 60 * 60;
const CHAINED_MAX_SECONDS = 60 * 60;

const invalid = (field: string, constraint: string) =>
  new AwsError(
    'ValidationError',
    400,
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`,
  );

const roleArn = (call: Call) => call.input.requiredText('RoleArn', ROLE_ARN);

function assumeRole(call: Call) {
  const { input, caller, world } = call;
  const arn = roleArn(call);
  const sessionName = input.requiredText('RoleSessionName', SESSION_NAME);
  const externalId = input.text('ExternalId', EXTERNAL_ID);
  const duration = input.integer('DurationSeconds', 900, MAX_SECONDS) ?? 3600;
  const role = world.identities.find(arn);
  const trusted =
    role?.trust &&
    decide([role.trust], {
      action: 'sts:AssumeRole',
      resource: arn,
      principal: caller.principal.arn,
      context: { 'sts:ExternalId': externalId },
    }) === 'allowed';
  if (!role || !trusted) {
    // A role that does not exist is denied too: AWS does not tell which.
    throw new AwsError(
      'AccessDenied',
      403,
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    );
  }
  if (caller.sessionName !== undefined && duration > CHAINED_MAX_SECONDS) {
    throw new AwsError(
      'ValidationError',
      400,
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  const session = world.identities.startSession(role, sessionName, duration);
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`,
    },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt)
        .toISOString()
        .replace(/\.\d+/, ''),
    },
  };
}

const operations: Operation[] = [
  {
    name: 'GetCallerIdentity',
    action: 'none',
    resource: () => '*',
    run: ({ caller }) => ({
      Arn: caller.arn,
      UserId: caller.userId,
      Account: caller.accountId,
    }),
  },
  {
    name: 'AssumeRole',
    mutates: true,
    resource: roleArn,
    run: assumeRole,
  },
];

/** Security Token Service. */
export const sts: Service = {
  name: 'sts',
  protocol: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
  operations,
  problem: invalid,
  target: input => input.text('RoleArn'),
  failure: kind =>
    kind === 'throttle'
      ? new AwsError('Throttling', 400, 'Rate exceeded')
      : new AwsError(
          'InternalFailure',
          500,
          'The request processing has failed because of an unknown error.',
        ),
};
