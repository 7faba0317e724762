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
      "cluster `prod-eu`: access denied for arn:aws:sts::111122223333:assumed-role/slipway-portal/backstage: eks:DescribeCluster is not allowed on arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu in account 111122223333, region eu-west-1; add that action to the role's policy, see docs/iam.md#eks-describecluster",
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
      awsError(
        'LimitExceededException',
        'Cannot exceed quota for RolesPerAccount: 1000',
        409,
      ),
      'ConflictError',
      /a quota of AWS is reached at eks:DescribeCluster .* \(RolesPerAccount\): Cannot exceed .*; .*Service Quotas/,
    ],
    [
      Object.assign(
        awsError('ServiceQuotaExceededException', 'Too many', 402),
        {
          quotaCode: 'L-1194D53C',
        },
      ),
      'ConflictError',
      /a quota of AWS is reached .* \(L-1194D53C\): Too many; /,
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
      awsError('SignatureDoesNotMatch', 'Signature expired', 403),
      'ServiceUnavailableError',
      /does not know the portal's credentials/,
    ],
    [
      awsError('RequestTimeTooSkewed', 'skewed', 403),
      'ServiceUnavailableError',
      /does not take the time .*set the machine's clock/,
    ],
    [
      awsError('RegionDisabledException', 'STS is not activated', 403),
      'ServiceUnavailableError',
      /another region .* not enabled for the account .*STS is not activated.*check `region`/,
    ],
    [
      awsError(
        'SignatureDoesNotMatch',
        "Credential should be scoped to a valid region, not 'eu-west-9'.",
        403,
      ),
      'ServiceUnavailableError',
      /^cluster `prod-eu`: the call is for another region .*eu-west-9/,
    ],
    [
      awsError('OptInRequired', 'You are not subscribed to this service.', 401),
      'NotAllowedError',
      /AWS does not serve account 111122223333 yet .*not subscribed.*sign-up or verification/,
    ],
    [
      awsError('PendingVerification', 'being validated', 403),
      'NotAllowedError',
      /AWS does not serve account 111122223333 yet/,
    ],
    [
      awsError('AccountSuspendedException', 'suspended', 403),
      'NotAllowedError',
      /AWS has suspended account 111122223333, .*Billing, or asks AWS Support/,
    ],
    [
      awsError(
        'AccessDeniedException',
        'Your account is currently blocked and not recognized as valid.',
        403,
      ),
      'NotAllowedError',
      /AWS has suspended account 111122223333/,
    ],
    [
      awsError('KmsException', 'key is disabled'),
      'InputError',
      /AWS cannot use the KMS key .*key is disabled.*enabled and in this region/,
    ],
    [
      awsError(
        'MalformedPolicyDocument',
        'Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::a".',
      ),
      'InputError',
      /Partition "aws-cn" is not valid .*region eu-west-1 is in the partition aws, and so have ARNs there to be$/,
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

  it('names the quota of a call where AWS does not', () => {
    expect(
      mapAwsError(awsError('LimitExceededException', 'No more'), {
        action: 'ecr:CreateRepository',
        resource: 'repository `orders`',
      }).message,
    ).toMatch(/ecr:CreateRepository \(Registered repositories\): No more; /);
  });

  it('says that credentials belong to one partition', () => {
    expect(
      mapAwsError(awsError('UnrecognizedClientException', 'invalid', 403), {
        ...context,
        region: 'cn-north-1',
      }).message,
    ).toMatch(
      /in region cn-north-1 .* in the partition aws-cn .*set `partition`, `region` and credentials .*aws\.accounts/,
    );
  });

  describe('says of denied access', () => {
    const refused = (reason: string) =>
      mapAwsError(
        awsError(
          'AccessDeniedException',
          `User: arn:aws:sts::111122223333:assumed-role/slipway-portal/backstage is not authorized to perform: ecr:CreateRepository on resource: arn:aws:ecr:eu-west-1:111122223333:repository/orders ${reason}`,
        ),
        {
          action: 'ecr:CreateRepository',
          resource: 'repository `orders`',
          accountId: '111122223333',
          region: 'eu-west-1',
        },
      ).message;

    it.each([
      [
        'because no identity-based policy allows the ecr:CreateRepository action',
        "add that action to the role's policy",
      ],
      [
        'because no permissions boundary allows the ecr:CreateRepository action',
        "the role's permissions boundary does not allow it",
      ],
      [
        'because no service control policy allows the ecr:CreateRepository action',
        "a service control policy of the account's organization does not allow it",
      ],
      [
        'because no session policy allows the ecr:CreateRepository action',
        "the policy of the role's session does not allow it",
      ],
      [
        'with an explicit deny in a service control policy',
        "a service control policy of the account's organization denies it",
      ],
      [
        'with an explicit deny in an identity-based policy',
        "a statement of the role's policies denies it",
      ],
      [
        'with an explicit deny in a VPC endpoint policy',
        'the VPC endpoint that the portal calls through denies it',
      ],
    ])('%s, who decided and where to read on', (reason, sentence) => {
      const message = refused(reason);
      expect(message).toContain(
        'ecr:CreateRepository is not allowed on arn:aws:ecr:eu-west-1:111122223333:repository/orders in account 111122223333',
      );
      expect(message).toContain(sentence);
      expect(message).toMatch(/see docs\/iam\.md#ecr-createrepository$/);
    });

    it('the permission that AWS names, which may be another', () => {
      expect(
        mapAwsError(
          awsError(
            'AccessDeniedException',
            'User: arn:aws:sts::111122223333:assumed-role/slipway-portal/backstage is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/fargate',
          ),
          { ...context, action: 'eks:CreateFargateProfile' },
        ).message,
      ).toMatch(
        /iam:PassRole is not allowed on arn:aws:iam::111122223333:role\/fargate .*docs\/iam\.md#iam-passrole$/,
      );
    });
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
