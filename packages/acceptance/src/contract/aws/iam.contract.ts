import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
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
  ACCOUNT,
  type AwsTarget,
  type ContractCase,
  GITHUB_ISSUER,
  pages,
  refuses,
} from './types';

const trust = (subject: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {
          Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB_ISSUER}`,
        },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${GITHUB_ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${GITHUB_ISSUER}:sub`]: subject,
          },
        },
      },
    ],
  });

const TRUST = trust('repo:acme@1/orders@2:ref:refs/heads/main');

const PERMISSIONS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ecr:PutImage',
      Resource: `arn:aws:ecr:*:${ACCOUNT}:repository/orders`,
    },
  ],
});

/** A role that is there. */
async function role(
  { iam, unique }: AwsTarget,
  input: Partial<CreateRoleCommandInput> = {},
): Promise<string> {
  const RoleName = unique('pipeline');
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: TRUST,
      ...input,
    }),
  );
  return RoleName;
}

const put = ({ iam }: AwsTarget, RoleName: string, PolicyName: string) =>
  iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName,
      PolicyDocument: PERMISSIONS,
    }),
  );

const decoded = (document = '') => JSON.parse(decodeURIComponent(document));

const missing = { RoleName: 'not-there' };

/** What each operation says about a role that is not there. */
const withoutRole: [string, (target: AwsTarget) => Promise<unknown>][] = [
  ['GetRole', ({ iam }) => iam.send(new GetRoleCommand(missing))],
  ['DeleteRole', ({ iam }) => iam.send(new DeleteRoleCommand(missing))],
  [
    'UpdateAssumeRolePolicy',
    ({ iam }) =>
      iam.send(
        new UpdateAssumeRolePolicyCommand({
          ...missing,
          PolicyDocument: TRUST,
        }),
      ),
  ],
  ['PutRolePolicy', target => put(target, missing.RoleName, 'push')],
  [
    'GetRolePolicy',
    ({ iam }) =>
      iam.send(new GetRolePolicyCommand({ ...missing, PolicyName: 'push' })),
  ],
  [
    'ListRolePolicies',
    ({ iam }) => iam.send(new ListRolePoliciesCommand(missing)),
  ],
  [
    'ListAttachedRolePolicies',
    ({ iam }) => iam.send(new ListAttachedRolePoliciesCommand(missing)),
  ],
  [
    'TagRole',
    ({ iam }) =>
      iam.send(
        new TagRoleCommand({ ...missing, Tags: [{ Key: 'a', Value: 'b' }] }),
      ),
  ],
  ['ListRoleTags', ({ iam }) => iam.send(new ListRoleTagsCommand(missing))],
  [
    'PutRolePermissionsBoundary',
    ({ iam, managedPolicy }) =>
      iam.send(
        new PutRolePermissionsBoundaryCommand({
          ...missing,
          PermissionsBoundary: managedPolicy,
        }),
      ),
  ],
];

const cases: ContractCase[] = [
  ...withoutRole.map(([operation, call]): ContractCase => ({
    operation: `iam:${operation}`,
    holds: 'says that the role is not there',
    check: target => refuses(call(target), 'NoSuchEntityException', 404),
  })),
  {
    operation: 'iam:CreateRole',
    holds: 'answers with what it made',
    async check({ iam, unique, managedPolicy }) {
      const RoleName = unique('pipeline');
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName,
          Path: '/slipway/',
          Description: 'Pushes images of orders',
          MaxSessionDuration: 7200,
          AssumeRolePolicyDocument: TRUST,
          PermissionsBoundary: managedPolicy,
          Tags: [{ Key: 'slipway:entity', Value: 'component:default/orders' }],
        }),
      );
      expect(Role).toMatchObject({
        RoleName,
        Path: '/slipway/',
        Arn: `arn:aws:iam::${ACCOUNT}:role/slipway/${RoleName}`,
        RoleId: expect.stringMatching(/^AROA[A-Z0-9]+$/),
        CreateDate: expect.any(Date),
        Description: 'Pushes images of orders',
        MaxSessionDuration: 7200,
        PermissionsBoundary: { PermissionsBoundaryArn: managedPolicy },
        Tags: [{ Key: 'slipway:entity', Value: 'component:default/orders' }],
      });
      expect(decoded(Role?.AssumeRolePolicyDocument)).toEqual(
        JSON.parse(TRUST),
      );
    },
  },
  {
    operation: 'iam:CreateRole',
    holds: 'refuses a name that is taken',
    async check(target) {
      const RoleName = await role(target);
      await refuses(
        target.iam.send(
          new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }),
        ),
        'EntityAlreadyExistsException',
        409,
      );
    },
  },
  {
    operation: 'iam:CreateRole',
    holds: 'refuses a name that is taken under another path',
    async check(target) {
      const RoleName = await role(target);
      await refuses(
        target.iam.send(
          new CreateRoleCommand({
            RoleName,
            Path: '/slipway/',
            AssumeRolePolicyDocument: TRUST,
          }),
        ),
        'EntityAlreadyExistsException',
        409,
      );
    },
  },
  {
    operation: 'iam:CreateRole',
    holds: 'refuses a name of 65 characters',
    check: ({ iam }) =>
      refuses(
        iam.send(
          new CreateRoleCommand({
            RoleName: 'r'.repeat(65),
            AssumeRolePolicyDocument: TRUST,
          }),
        ),
        'ValidationError',
        400,
      ),
  },
  {
    operation: 'iam:CreateRole',
    holds: 'refuses a trust policy that is no JSON',
    check: ({ iam, unique }) =>
      refuses(
        iam.send(
          new CreateRoleCommand({
            RoleName: unique('pipeline'),
            AssumeRolePolicyDocument: '{"Version"',
          }),
        ),
        'MalformedPolicyDocumentException',
        400,
      ),
  },
  {
    operation: 'iam:CreateRole',
    holds: 'refuses a trust policy that trusts nobody',
    check: ({ iam, unique }) =>
      refuses(
        iam.send(
          new CreateRoleCommand({
            RoleName: unique('pipeline'),
            AssumeRolePolicyDocument: JSON.stringify({
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }],
            }),
          }),
        ),
        'MalformedPolicyDocumentException',
        400,
      ),
  },
  {
    operation: 'iam:GetPolicy',
    holds: 'tells of a policy that is there',
    async check({ iam, managedPolicy: PolicyArn }) {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      expect(Policy).toMatchObject({
        Arn: PolicyArn,
        PolicyName: PolicyArn.replace(/^.*\//, ''),
        IsAttachable: true,
      });
    },
  },
  {
    operation: 'iam:GetPolicy',
    holds: 'says that a policy is not there',
    check: ({ iam }) =>
      refuses(
        iam.send(
          new GetPolicyCommand({
            PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/not-there`,
          }),
        ),
        'NoSuchEntityException',
        404,
      ),
  },
  {
    operation: 'iam:CreateRole',
    holds: 'refuses a permissions boundary that is not there',
    check: ({ iam, unique }) =>
      refuses(
        iam.send(
          new CreateRoleCommand({
            RoleName: unique('pipeline'),
            AssumeRolePolicyDocument: TRUST,
            PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/not-there`,
          }),
        ),
        'NoSuchEntityException',
        404,
      ),
  },
  {
    operation: 'iam:CreateRole',
    holds: 'refuses more than 50 tags',
    check: ({ iam, unique }) =>
      refuses(
        iam.send(
          new CreateRoleCommand({
            RoleName: unique('pipeline'),
            AssumeRolePolicyDocument: TRUST,
            Tags: Array.from({ length: 51 }, (_, index) => ({
              Key: `key${index}`,
              Value: '',
            })),
          }),
        ),
        'ValidationError',
        400,
      ),
  },
  {
    operation: 'iam:TagRole',
    holds: 'refuses more than 50 tags on one role',
    async check(target) {
      const tags = (prefix: string, length: number) =>
        Array.from({ length }, (_, index) => ({
          Key: `${prefix}${index}`,
          Value: '',
        }));
      const RoleName = await role(target, { Tags: tags('a', 30) });
      await refuses(
        target.iam.send(new TagRoleCommand({ RoleName, Tags: tags('b', 30) })),
        'LimitExceededException',
        409,
      );
    },
  },
  {
    operation: 'iam:GetRole',
    holds: 'tells what was made',
    async check(target) {
      const RoleName = await role(target, {
        Path: '/slipway/',
        Tags: [{ Key: 'team', Value: 'a' }],
      });
      const { Role } = await target.iam.send(new GetRoleCommand({ RoleName }));
      expect(Role).toMatchObject({
        RoleName,
        Path: '/slipway/',
        MaxSessionDuration: 3600,
        Tags: [{ Key: 'team', Value: 'a' }],
      });
      expect(decoded(Role?.AssumeRolePolicyDocument)).toEqual(
        JSON.parse(TRUST),
      );
    },
  },
  {
    operation: 'iam:UpdateAssumeRolePolicy',
    holds: 'replaces whom the role trusts',
    async check(target) {
      const RoleName = await role(target);
      const other = trust('repo:acme@1/other@3:ref:refs/heads/main');
      await target.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: other }),
      );
      const { Role } = await target.iam.send(new GetRoleCommand({ RoleName }));
      expect(decoded(Role?.AssumeRolePolicyDocument)).toEqual(
        JSON.parse(other),
      );
    },
  },
  {
    operation: 'iam:UpdateAssumeRolePolicy',
    holds: 'refuses a trust policy that is no JSON',
    async check(target) {
      const RoleName = await role(target);
      await refuses(
        target.iam.send(
          new UpdateAssumeRolePolicyCommand({
            RoleName,
            PolicyDocument: '{"Version"',
          }),
        ),
        'MalformedPolicyDocumentException',
        400,
      );
    },
  },
  {
    operation: 'iam:PutRolePermissionsBoundary',
    holds: 'sets the boundary',
    async check(target) {
      const RoleName = await role(target);
      const PermissionsBoundary = target.managedPolicy;
      await target.iam.send(
        new PutRolePermissionsBoundaryCommand({
          RoleName,
          PermissionsBoundary,
        }),
      );
      const { Role } = await target.iam.send(new GetRoleCommand({ RoleName }));
      expect(Role?.PermissionsBoundary).toMatchObject({
        PermissionsBoundaryArn: PermissionsBoundary,
      });
    },
  },
  {
    operation: 'iam:GetRole',
    holds: 'calls a permissions boundary a policy',
    async check(target) {
      const RoleName = await role(target, {
        PermissionsBoundary: target.managedPolicy,
      });
      const { Role } = await target.iam.send(new GetRoleCommand({ RoleName }));
      expect(Role?.PermissionsBoundary?.PermissionsBoundaryType).toBe('Policy');
    },
  },
  {
    operation: 'iam:GetRolePolicy',
    holds: 'gives back the policy that was put, also the second time',
    async check(target) {
      const RoleName = await role(target);
      await put(target, RoleName, 'push');
      await put(target, RoleName, 'push');
      const answer = await target.iam.send(
        new GetRolePolicyCommand({ RoleName, PolicyName: 'push' }),
      );
      expect(answer).toMatchObject({ RoleName, PolicyName: 'push' });
      expect(decoded(answer.PolicyDocument)).toEqual(JSON.parse(PERMISSIONS));
    },
  },
  {
    operation: 'iam:GetRolePolicy',
    holds: 'says that a policy is not there',
    async check(target) {
      const RoleName = await role(target);
      await refuses(
        target.iam.send(
          new GetRolePolicyCommand({ RoleName, PolicyName: 'push' }),
        ),
        'NoSuchEntityException',
        404,
      );
    },
  },
  {
    operation: 'iam:PutRolePolicy',
    holds: 'refuses a policy that names a principal',
    async check(target) {
      const RoleName = await role(target);
      await refuses(
        target.iam.send(
          new PutRolePolicyCommand({
            RoleName,
            PolicyName: 'push',
            PolicyDocument: TRUST,
          }),
        ),
        'MalformedPolicyDocumentException',
        400,
      );
    },
  },
  {
    operation: 'iam:ListRolePolicies',
    holds: 'names the policies, in pages',
    async check(target) {
      const RoleName = await role(target);
      for (const name of ['a', 'b', 'c']) {
        await put(target, RoleName, name);
      }
      const found = await pages<string, string>(async Marker => {
        const answer = await target.iam.send(
          new ListRolePoliciesCommand({ RoleName, MaxItems: 2, Marker }),
        );
        return [answer.PolicyNames ?? [], answer.Marker];
      });
      expect(found).toEqual([['a', 'b'], ['c']]);
    },
  },
  {
    operation: 'iam:DeleteRolePolicy',
    holds: 'removes one, and says that it is not there any more',
    async check(target) {
      const RoleName = await role(target);
      await put(target, RoleName, 'push');
      const remove = () =>
        target.iam.send(
          new DeleteRolePolicyCommand({ RoleName, PolicyName: 'push' }),
        );
      await remove();
      await refuses(remove(), 'NoSuchEntityException', 404);
    },
  },
  {
    operation: 'iam:AttachRolePolicy',
    holds: 'attaches a managed policy, also the second time',
    async check(target) {
      const RoleName = await role(target);
      const attached = { RoleName, PolicyArn: target.managedPolicy };
      await target.iam.send(new AttachRolePolicyCommand(attached));
      await target.iam.send(new AttachRolePolicyCommand(attached));
      const { AttachedPolicies } = await target.iam.send(
        new ListAttachedRolePoliciesCommand({ RoleName }),
      );
      expect(AttachedPolicies).toEqual([
        {
          PolicyArn: target.managedPolicy,
          PolicyName: target.managedPolicy.replace(/^.*\//, ''),
        },
      ]);
    },
  },
  {
    operation: 'iam:DetachRolePolicy',
    holds: 'says that a policy is not attached',
    async check(target) {
      const RoleName = await role(target);
      await refuses(
        target.iam.send(
          new DetachRolePolicyCommand({
            RoleName,
            PolicyArn: target.managedPolicy,
          }),
        ),
        'NoSuchEntityException',
        404,
      );
    },
  },
  {
    operation: 'iam:TagRole',
    holds: 'adds to the tags, and replaces those of the same key',
    async check(target) {
      const RoleName = await role(target, {
        Tags: [
          { Key: 'team', Value: 'a' },
          { Key: 'old', Value: '1' },
        ],
      });
      await target.iam.send(
        new TagRoleCommand({ RoleName, Tags: [{ Key: 'team', Value: 'b' }] }),
      );
      await target.iam.send(
        new UntagRoleCommand({ RoleName, TagKeys: ['old'] }),
      );
      const { Tags } = await target.iam.send(
        new ListRoleTagsCommand({ RoleName }),
      );
      expect(Tags).toEqual([{ Key: 'team', Value: 'b' }]);
    },
  },
  {
    operation: 'iam:DeleteRole',
    holds: 'removes one',
    async check(target) {
      const RoleName = await role(target);
      await target.iam.send(new DeleteRoleCommand({ RoleName }));
      await refuses(
        target.iam.send(new GetRoleCommand({ RoleName })),
        'NoSuchEntityException',
        404,
      );
    },
  },
  {
    operation: 'iam:DeleteRole',
    holds: 'refuses while the role has a policy of its own',
    async check(target) {
      const RoleName = await role(target);
      await put(target, RoleName, 'push');
      await refuses(
        target.iam.send(new DeleteRoleCommand({ RoleName })),
        'DeleteConflictException',
        409,
      );
    },
  },
  {
    operation: 'iam:DeleteRole',
    holds: 'refuses while a managed policy is attached',
    async check(target) {
      const RoleName = await role(target);
      await target.iam.send(
        new AttachRolePolicyCommand({
          RoleName,
          PolicyArn: target.managedPolicy,
        }),
      );
      await refuses(
        target.iam.send(new DeleteRoleCommand({ RoleName })),
        'DeleteConflictException',
        409,
      );
    },
  },
  {
    operation: 'iam:ListOpenIDConnectProviders',
    holds: 'names the issuers that the account believes',
    async check({ iam, oidcProvider }) {
      const { OpenIDConnectProviderList } = await iam.send(
        new ListOpenIDConnectProvidersCommand({}),
      );
      expect(OpenIDConnectProviderList).toContainEqual(
        expect.objectContaining({ Arn: oidcProvider }),
      );
    },
  },
  {
    operation: 'iam:GetOpenIDConnectProvider',
    holds: 'tells the issuer without its scheme, and its audiences',
    async check({ iam, oidcProvider: OpenIDConnectProviderArn }) {
      expect(
        await iam.send(
          new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }),
        ),
      ).toMatchObject({
        Url: GITHUB_ISSUER,
        ClientIDList: ['sts.amazonaws.com'],
        CreateDate: expect.any(Date),
      });
    },
  },
  {
    operation: 'iam:GetOpenIDConnectProvider',
    holds: 'says that an issuer is not there',
    check: ({ iam }) =>
      refuses(
        iam.send(
          new GetOpenIDConnectProviderCommand({
            OpenIDConnectProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/example.com`,
          }),
        ),
        'NoSuchEntityException',
        404,
      ),
  },
  {
    operation: 'iam:SimulatePrincipalPolicy',
    holds: 'decides each action on each resource',
    async check(target) {
      const RoleName = await role(target);
      await put(target, RoleName, 'push');
      const { EvaluationResults } = await target.iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`,
          ActionNames: ['ecr:PutImage', 'ecr:DeleteRepository'],
          ResourceArns: [`arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/orders`],
        }),
      );
      expect(EvaluationResults).toMatchObject([
        { EvalActionName: 'ecr:PutImage', EvalDecision: 'allowed' },
        {
          EvalActionName: 'ecr:DeleteRepository',
          EvalDecision: 'implicitDeny',
        },
      ]);
    },
  },
];

export default cases;
