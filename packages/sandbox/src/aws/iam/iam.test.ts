import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
} from '@aws-sdk/client-ecr';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { ACCOUNT, startTestAws, TestAws } from '../../__testUtils__/aws';

const RoleName = 'orders-pipeline';
const ARN = `arn:aws:iam::${ACCOUNT}:role/slipway/${RoleName}`;
const ISSUER = 'token.actions.githubusercontent.com';
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/slipway-pipeline-boundary`;
const SUBJECT = 'repo:acme@1/orders@2:ref:refs/heads/main';

const document = (...Statement: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement });
const TRUST = document({
  Effect: 'Allow',
  Principal: { Federated: PROVIDER },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: {
    StringEquals: {
      [`${ISSUER}:aud`]: 'sts.amazonaws.com',
      [`${ISSUER}:sub`]: SUBJECT,
    },
  },
});
const DESCRIBE = document({
  Effect: 'Allow',
  Action: ['ecr:DescribeImages', 'ecr:CreateRepository'],
  Resource: 'arn:aws:ecr:*:*:repository/orders',
});

let test: TestAws;
let iam: IAMClient;
beforeEach(async () => {
  test = await startTestAws();
  // IAM is one for all regions; its clients sign for us-east-1.
  iam = test.iam({ region: 'us-east-1' });
});
afterEach(() => test.stop());

const create = (change: Partial<CreateRoleCommandInput> = {}) =>
  iam.send(
    new CreateRoleCommand({
      RoleName,
      Path: '/slipway/',
      AssumeRolePolicyDocument: TRUST,
      ...change,
    }),
  );
const put = (PolicyDocument = DESCRIBE, PolicyName = 'push') =>
  iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
const get = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role;

describe('a role', () => {
  it('is made with its path, boundary, tags and trust, and read again', async () => {
    const { Role } = await create({
      Description: 'Pipeline <of> "orders" & more',
      PermissionsBoundary: BOUNDARY,
      Tags: [
        { Key: 'team', Value: 'payments' },
        { Key: 'slipway:entity', Value: 'component:default/orders' },
      ],
    });
    expect(await get()).toEqual(Role);
    expect(Role).toMatchObject({
      Arn: ARN,
      Path: '/slipway/',
      RoleName,
      RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
      CreateDate: expect.any(Date),
      Description: 'Pipeline <of> "orders" & more',
      MaxSessionDuration: 3600,
      PermissionsBoundary: {
        PermissionsBoundaryArn: BOUNDARY,
        PermissionsBoundaryType: 'Policy',
      },
      Tags: [
        { Key: 'team', Value: 'payments' },
        { Key: 'slipway:entity', Value: 'component:default/orders' },
      ],
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(
      TRUST,
    );
    expect(Role?.AssumeRolePolicyDocument).not.toMatch(/[{}"]/);
  });

  it('is made with no tags', async () => {
    expect((await create({ Tags: [] })).Role?.Tags).toBeUndefined();
  });

  it('is one of its name, whatever its path and case', async () => {
    await create();
    await expect(
      create({ RoleName: RoleName.toUpperCase(), Path: '/' }),
    ).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('changes its trust, boundary and tags', async () => {
    await create({ Tags: [{ Key: 'a', Value: '1' }] });
    const trust = TRUST.replace('orders', 'other');
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }),
    );
    await iam.send(
      new PutRolePermissionsBoundaryCommand({
        RoleName,
        PermissionsBoundary: BOUNDARY,
      }),
    );
    await iam.send(
      new TagRoleCommand({ RoleName, Tags: [{ Key: 'b', Value: '' }] }),
    );
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }));

    const role = await get();
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(
      trust,
    );
    expect(role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(BOUNDARY);
    expect(await iam.send(new ListRoleTagsCommand({ RoleName }))).toMatchObject(
      { Tags: [{ Key: 'b', Value: '' }], IsTruncated: false },
    );
  });

  it('has inline and attached policies, page by page', async () => {
    await create();
    await put(DESCRIBE, 'a');
    await put(DESCRIBE, 'b');
    await iam.send(
      new AttachRolePolicyCommand({ RoleName, PolicyArn: BOUNDARY }),
    );

    const first = await iam.send(
      new ListRolePoliciesCommand({ RoleName, MaxItems: 1 }),
    );
    expect(first).toMatchObject({ PolicyNames: ['a'], IsTruncated: true });
    expect(
      await iam.send(
        new ListRolePoliciesCommand({ RoleName, Marker: first.Marker }),
      ),
    ).toMatchObject({ PolicyNames: ['b'], IsTruncated: false });
    const { PolicyDocument = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName: 'a' }),
    );
    expect(decodeURIComponent(PolicyDocument)).toBe(DESCRIBE);
    expect(
      await iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    ).toMatchObject({
      AttachedPolicies: [
        { PolicyName: 'slipway-pipeline-boundary', PolicyArn: BOUNDARY },
      ],
    });
  });

  it('goes when nothing hangs on it any longer', async () => {
    await create();
    await put();
    await iam.send(
      new AttachRolePolicyCommand({ RoleName, PolicyArn: BOUNDARY }),
    );
    const remove = () => iam.send(new DeleteRoleCommand({ RoleName }));
    const conflict = {
      name: 'DeleteConflictException',
      $metadata: { httpStatusCode: 409 },
    };
    await expect(remove()).rejects.toMatchObject(conflict);
    await iam.send(
      new DetachRolePolicyCommand({ RoleName, PolicyArn: BOUNDARY }),
    );
    await expect(remove()).rejects.toMatchObject(conflict);
    await iam.send(
      new DeleteRolePolicyCommand({ RoleName, PolicyName: 'push' }),
    );
    await remove();
    await expect(get()).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('of the seed is shown and stays as it is', async () => {
    const { Role } = await iam.send(
      new GetRoleCommand({ RoleName: 'slipway-portal' }),
    );
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(
      'sts:ExternalId',
    );
    await expect(
      iam.send(new DeleteRoleCommand({ RoleName: 'slipway-portal' })),
    ).rejects.toMatchObject({ name: 'UnmodifiableEntityException' });
  });
});

it('has policies that bound roles, until somebody deletes them', async () => {
  const PolicyArn = BOUNDARY;
  const find = () => iam.send(new GetPolicyCommand({ PolicyArn }));
  const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn }));
  expect((await find()).Policy).toMatchObject({
    Arn: BOUNDARY,
    PolicyName: 'slipway-pipeline-boundary',
  });
  await create({ PermissionsBoundary: BOUNDARY });
  await expect(remove()).rejects.toMatchObject({
    name: 'DeleteConflictException',
  });
  await iam.send(new DeleteRoleCommand({ RoleName }));
  await remove();
  await expect(find()).rejects.toMatchObject({ name: 'NoSuchEntityException' });

  const make = (PolicyDocument: string) =>
    iam.send(
      new CreatePolicyCommand({
        PolicyName: 'slipway-pipeline-boundary',
        PolicyDocument,
      }),
    );
  await expect(make('{}')).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
  });
  expect((await make(DESCRIBE)).Policy?.Arn).toBe(BOUNDARY);
  await expect(make(DESCRIBE)).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
  });
  await find();
});

describe('refuses', () => {
  const malformed = 'MalformedPolicyDocumentException';
  it.each<[string, Partial<CreateRoleCommandInput>, string]>([
    ['a trust that is no JSON', { AssumeRolePolicyDocument: '-' }, malformed],
    ['a trust of nobody', { AssumeRolePolicyDocument: DESCRIBE }, malformed],
    ['a path without its slash', { Path: '/slipway' }, 'ValidationError'],
    [
      'a boundary that is not there',
      { PermissionsBoundary: `${BOUNDARY}-2` },
      'NoSuchEntityException',
    ],
    [
      'a tag twice',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'a', Value: '' },
        ],
      },
      'InvalidInputException',
    ],
    [
      'a trust that is too long',
      { AssumeRolePolicyDocument: TRUST.replace('orders', 'o'.repeat(2048)) },
      'LimitExceededException',
    ],
  ])('%s', async (_, change, name) => {
    await expect(create(change)).rejects.toMatchObject({ name });
  });

  it.each([
    ['a policy with a principal', TRUST, malformed],
    [
      'a policy without resources',
      '{"Statement":{"Effect":"Allow","Action":"ecr:*"}}',
      malformed,
    ],
    [
      'a policy that is too long',
      DESCRIBE.replace('orders', 'o'.repeat(10_240)),
      'LimitExceededException',
    ],
  ])('%s', async (_, policy, name) => {
    await create();
    await expect(put(policy)).rejects.toMatchObject({ name });
  });
});

describe('who may do what', () => {
  it('is decided by path, boundary and tags', async () => {
    const limited = {
      kind: 'role' as const,
      accountId: ACCOUNT,
      name: 'limited',
      policies: [
        {
          Statement: [
            {
              Effect: 'Allow',
              Action: ['iam:CreateRole', 'iam:TagRole'],
              Resource: 'arn:aws:iam::*:role/slipway/*',
              Condition: {
                StringLike: {
                  'iam:PermissionsBoundary': 'arn:aws:iam::*:policy/slipway-*',
                },
              },
            },
            {
              Effect: 'Allow',
              Action: 'iam:DeleteRole',
              Resource: '*',
              Condition: {
                StringLike: { 'aws:ResourceTag/slipway:entity': '*' },
              },
            },
          ],
        },
      ],
    };
    const other = await startTestAws([limited]);
    try {
      const client = other.iam({
        credentials: other.aws.roleCredentials(
          `arn:aws:iam::${ACCOUNT}:role/limited`,
          'test',
        ),
      });
      const make = (change: Partial<CreateRoleCommandInput>) =>
        client.send(
          new CreateRoleCommand({
            RoleName,
            Path: '/slipway/',
            AssumeRolePolicyDocument: TRUST,
            PermissionsBoundary: BOUNDARY,
            ...change,
          }),
        );
      const denied = {
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
      };
      await expect(make({ Path: '/' })).rejects.toMatchObject(denied);
      await expect(
        make({ PermissionsBoundary: undefined }),
      ).rejects.toMatchObject(denied);
      await expect(make({ Tags: [{ Key: 'a', Value: 'b' }] })).rejects.toThrow(
        'iam:TagRole',
      );
      await make({});
      const remove = () => client.send(new DeleteRoleCommand({ RoleName }));
      await expect(remove()).rejects.toMatchObject(denied);
      await other.iam().send(
        new TagRoleCommand({
          RoleName,
          Tags: [{ Key: 'slipway:entity', Value: 'x' }],
        }),
      );
      await remove();
    } finally {
      await other.stop();
    }
  });

  it('is simulated as it is enforced, within the boundary', async () => {
    await create({ PermissionsBoundary: BOUNDARY });
    await put();
    const { EvaluationResults = [] } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: ARN,
        ActionNames: [
          'ecr:DescribeImages',
          'ecr:CreateRepository',
          'ecr:PutImage',
        ],
        ResourceArns: [`arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/orders`],
      }),
    );
    expect(
      EvaluationResults.map(result => [
        result.EvalActionName,
        result.EvalDecision,
        result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
      ]),
    ).toEqual([
      ['ecr:DescribeImages', 'allowed', true],
      ['ecr:CreateRepository', 'implicitDeny', false],
      ['ecr:PutImage', 'implicitDeny', true],
    ]);
    const ecr = test.ecr({
      credentials: test.aws.roleCredentials(ARN, 'test'),
    });
    await expect(
      ecr.send(new CreateRepositoryCommand({ repositoryName: 'orders' })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the pipeline of a repository', () => {
  const token = {
    issuer: ISSUER,
    audience: 'sts.amazonaws.com',
    subject: SUBJECT,
  };

  it('takes the role that trusts it', async () => {
    await create();
    await put(
      document({
        Effect: 'Allow',
        Action: 'ecr:DescribeRepositories',
        Resource: '*',
      }),
    );
    const credentials = test.aws.federatedCredentials(ARN, token);
    expect(
      await test.ecr({ credentials }).send(new DescribeRepositoriesCommand({})),
    ).toMatchObject({ repositories: [] });
  });

  it.each([
    ['another repository', { subject: SUBJECT.replace('@2', '@3') }],
    ['another audience', { audience: 'https://github.com/acme' }],
    ['another issuer', { issuer: 'gitlab.com' }],
  ])('takes nothing for %s', async (_, change) => {
    await create();
    expect(() =>
      test.aws.federatedCredentials(ARN, { ...token, ...change }),
    ).toThrow('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  });
});

it('lets a role that was made be assumed as its trust says', async () => {
  const trust = document({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/admin` },
    Action: 'sts:AssumeRole',
  });
  await create({ AssumeRolePolicyDocument: trust });
  const { AssumedRoleUser } = await test
    .sts()
    .send(
      new AssumeRoleCommand({ RoleArn: ARN, RoleSessionName: 'me-myself' }),
    );
  expect(AssumedRoleUser?.Arn).toBe(
    `arn:aws:sts::${ACCOUNT}:assumed-role/${RoleName}/me-myself`,
  );
});

it('knows who issues tokens for GitHub', async () => {
  const { OpenIDConnectProviderList } = await iam.send(
    new ListOpenIDConnectProvidersCommand({}),
  );
  expect(OpenIDConnectProviderList).toContainEqual({ Arn: PROVIDER });
  expect(
    await iam.send(
      new GetOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: PROVIDER,
      }),
    ),
  ).toMatchObject({ Url: ISSUER, ClientIDList: ['sts.amazonaws.com'] });
  await expect(
    iam.send(
      new GetOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: PROVIDER.replace(ISSUER, 'git.example.com'),
      }),
    ),
  ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

it.each([
  ['throttle', 'Throttling'],
  ['server-error', 'ServiceFailureException'],
] as const)('fails with a %s in the words of IAM', async (kind, name) => {
  test.faults.add({ kind, service: 'iam', operation: 'GetRole' });
  await expect(get()).rejects.toMatchObject({ name });
});
