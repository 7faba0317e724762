import { InputError } from '@backstage/errors';
import { mapAwsError } from './mapAwsError';

const context = {
  action: 'eks:DescribeCluster',
  resource: 'cluster `prod-eu`',
  accountId: '111122223333',
  region: 'eu-west-1',
};

function awsError(name: string, message = name, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode },
  });
}

describe('mapAwsError', () => {
  it.each([
    [
      awsError(
        'AccessDeniedException',
        'User: arn:aws:sts::111122223333:assumed-role/slipway-portal/backstage is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
      ),
      'NotAllowedError',
      "cluster `prod-eu`: access denied for arn:aws:sts::111122223333:assumed-role/slipway-portal/backstage: eks:DescribeCluster is not allowed in account 111122223333, region eu-west-1; add that action to the role's policy, see docs/iam.md",
    ],
    [
      awsError(
        'AccessDenied',
        'User: arn:aws:iam::111122223333:user/slipway is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/slipway-portal',
        403,
      ),
      'NotAllowedError',
      /the portal may not take its role.*trust policy.*external id.*docs\/iam\.md/,
    ],
    [
      awsError('ResourceNotFoundException', 'No cluster found', 404),
      'NotFoundError',
      'cluster `prod-eu`: not found in account 111122223333, region eu-west-1; check its name, and that it is in this account and region',
    ],
    [
      awsError('RepositoryNotFoundException'),
      'NotFoundError',
      /^cluster `prod-eu`: not found/,
    ],
    [
      awsError('NoSuchEntityException', 'The role cannot be found', 404),
      'NotFoundError',
      /^cluster `prod-eu`: not found/,
    ],
    [
      awsError('EntityAlreadyExistsException', 'Role exists', 409),
      'ConflictError',
      'cluster `prod-eu`: Role exists',
    ],
    [
      awsError('DeleteConflictException', 'must detach all policies', 409),
      'ConflictError',
      'cluster `prod-eu`: must detach all policies',
    ],
    [
      awsError('LimitExceededException', 'RolesPerAccount: 1000', 409),
      'ConflictError',
      /a quota of AWS is reached at eks:DescribeCluster .*: RolesPerAccount: 1000; .*Service Quotas/,
    ],
    [
      awsError('ConcurrentModificationException', 'busy', 409),
      'ServiceUnavailableError',
      /something else changes it at the same time .*try again/,
    ],
    [
      awsError('MalformedPolicyDocumentException', 'no Resource'),
      'InputError',
      'cluster `prod-eu`: AWS refuses eks:DescribeCluster: no Resource',
    ],
    [
      awsError('ThrottlingException', 'Rate exceeded', 429),
      'ServiceUnavailableError',
      /AWS throttles eks:DescribeCluster .*, even after several tries/,
    ],
    [
      awsError('ExpiredTokenException'),
      'ServiceUnavailableError',
      /credentials have expired .*renew them/,
    ],
    [
      awsError('UnrecognizedClientException', 'invalid token', 403),
      'ServiceUnavailableError',
      /does not know the portal's credentials in region eu-west-1 .*partition/,
    ],
    [
      awsError('RepositoryAlreadyExistsException'),
      'ConflictError',
      /^cluster `prod-eu`: /,
    ],
    [
      awsError('InvalidParameterException', 'bad name'),
      'InputError',
      'cluster `prod-eu`: AWS refuses eks:DescribeCluster: bad name',
    ],
    [
      awsError('InternalFailure', 'oops', 500),
      'ServiceUnavailableError',
      /AWS failed at eks:DescribeCluster/,
    ],
    [
      Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
      'ServiceUnavailableError',
      /no address .*check the region's name, its partition/,
    ],
    [
      AbortSignal.abort(new DOMException('late', 'TimeoutError')).reason,
      'ServiceUnavailableError',
      /did not answer eks:DescribeCluster .* in time/,
    ],
    [
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      'ServiceUnavailableError',
      /the connection to AWS .* failed/,
    ],
    [
      awsError('CredentialsProviderError', 'none'),
      'ServiceUnavailableError',
      /no AWS credentials .*aws\.accounts/,
    ],
  ])('explains %s', (error, name, message) => {
    const mapped = mapAwsError(error, context);
    expect(mapped.name).toBe(name);
    expect(mapped.message).toMatch(message);
    expect(mapped.cause).toBe(error);
  });

  it('lets errors of Backstage pass', () => {
    const error = new InputError('name: too long');
    expect(mapAwsError(error, context)).toBe(error);
  });

  it('keeps what AWS said on one line and short', () => {
    const { message } = mapAwsError(
      awsError('InvalidParameterException', `a\nb\u001b[31m${'x'.repeat(999)}`),
      context,
    );
    expect(message).not.toMatch(/\p{C}/u);
    expect(message.length).toBeLessThan(400);
  });

  it('explains something that is no error', () => {
    expect(mapAwsError('boom', context).message).toBe(
      'cluster `prod-eu`: eks:DescribeCluster failed: boom',
    );
  });
});
