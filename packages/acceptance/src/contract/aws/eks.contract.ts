import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateFargateProfileCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAccessEntryCommand,
  DeleteFargateProfileCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeFargateProfileCommand,
  DescribePodIdentityAssociationCommand,
  DisassociateAccessPolicyCommand,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListAssociatedAccessPoliciesCommand,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
  TagResourceCommand,
  UpdateAccessEntryCommand,
  UpdatePodIdentityAssociationCommand,
  waitUntilFargateProfileActive,
  waitUntilFargateProfileDeleted,
} from '@aws-sdk/client-eks';
import {
  ACCOUNT,
  type AwsTarget,
  type ContractCase,
  pages,
  refuses,
  REGION,
} from './types';

const podExecutionRoleArn = `arn:aws:iam::${ACCOUNT}:role/fargate-pods`;
const VIEW_POLICY =
  'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';

/** Makes a profile and waits until it is there. */
async function profile(
  { eks, cluster, unique }: AwsTarget,
  namespace: string,
): Promise<string> {
  const fargateProfileName = unique('profile');
  await eks.send(
    new CreateFargateProfileCommand({
      clusterName: cluster,
      fargateProfileName,
      podExecutionRoleArn,
      selectors: [{ namespace }],
    }),
  );
  await waitUntilFargateProfileActive(
    { client: eks, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
    { clusterName: cluster, fargateProfileName },
  );
  return fargateProfileName;
}

async function removeProfile(
  { eks, cluster }: AwsTarget,
  fargateProfileName: string,
): Promise<void> {
  const names = { clusterName: cluster, fargateProfileName };
  await eks.send(new DeleteFargateProfileCommand(names));
  await waitUntilFargateProfileDeleted(
    { client: eks, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
    names,
  );
}

async function accessEntry({ eks, cluster, unique }: AwsTarget) {
  const principalArn = `arn:aws:iam::${ACCOUNT}:role/${unique('principal')}`;
  const { accessEntry: made } = await eks.send(
    new CreateAccessEntryCommand({
      clusterName: cluster,
      principalArn,
      kubernetesGroups: ['slipway:create'],
      tags: { team: 'a' },
    }),
  );
  return { principalArn, made };
}

async function association({ eks, cluster, unique }: AwsTarget) {
  const { association: made } = await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName: cluster,
      namespace: 'shop',
      serviceAccount: unique('account'),
      roleArn: `arn:aws:iam::${ACCOUNT}:role/orders`,
      tags: { team: 'a' },
    }),
  );
  return { ...made };
}

/** What each operation says about a cluster that is not there. */
const withoutCluster: [string, (target: AwsTarget) => Promise<unknown>][] = [
  [
    'DescribeCluster',
    ({ eks }) => eks.send(new DescribeClusterCommand({ name: 'none' })),
  ],
  [
    'ListNodegroups',
    ({ eks }) => eks.send(new ListNodegroupsCommand({ clusterName: 'none' })),
  ],
  [
    'ListFargateProfiles',
    ({ eks }) =>
      eks.send(new ListFargateProfilesCommand({ clusterName: 'none' })),
  ],
  [
    'DescribeFargateProfile',
    ({ eks }) =>
      eks.send(
        new DescribeFargateProfileCommand({
          clusterName: 'none',
          fargateProfileName: 'none',
        }),
      ),
  ],
  [
    'CreateFargateProfile',
    ({ eks }) =>
      eks.send(
        new CreateFargateProfileCommand({
          clusterName: 'none',
          fargateProfileName: 'none',
          podExecutionRoleArn,
          selectors: [{ namespace: 'shop' }],
        }),
      ),
  ],
  [
    'ListAddons',
    ({ eks }) => eks.send(new ListAddonsCommand({ clusterName: 'none' })),
  ],
  [
    'DescribeAddon',
    ({ eks }) =>
      eks.send(
        new DescribeAddonCommand({ clusterName: 'none', addonName: 'vpc-cni' }),
      ),
  ],
  [
    'ListAccessEntries',
    ({ eks }) =>
      eks.send(new ListAccessEntriesCommand({ clusterName: 'none' })),
  ],
  [
    'ListPodIdentityAssociations',
    ({ eks }) =>
      eks.send(new ListPodIdentityAssociationsCommand({ clusterName: 'none' })),
  ],
];

const cases: ContractCase[] = [
  ...withoutCluster.map(([operation, call]): ContractCase => ({
    operation: `eks:${operation}`,
    holds: 'says that the cluster is not there',
    check: target => refuses(call(target), 'ResourceNotFoundException', 404),
  })),
  {
    operation: 'eks:ListClusters',
    holds: 'names the clusters, in pages',
    async check({ eks, cluster }) {
      const found = await pages<string, string>(async nextToken => {
        const answer = await eks.send(
          new ListClustersCommand({ maxResults: 1, nextToken }),
        );
        return [answer.clusters ?? [], answer.nextToken];
      });
      expect(found.flat()).toContain(cluster);
      expect(found.length).toBeGreaterThan(1);
      expect(Math.max(...found.map(({ length }) => length))).toBe(1);
    },
  },
  {
    operation: 'eks:DescribeCluster',
    holds: 'tells what is needed to reach it and to trust its tokens',
    async check({ eks, cluster: name }) {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
      expect(cluster).toMatchObject({
        name,
        arn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${name}`,
        status: 'ACTIVE',
        version: expect.stringMatching(/^1\.\d+$/),
        endpoint: expect.stringMatching(/^https:\/\//),
        certificateAuthority: { data: expect.any(String) },
        identity: { oidc: { issuer: expect.stringMatching(/^https:\/\//) } },
        createdAt: expect.any(Date),
        resourcesVpcConfig: { subnetIds: expect.any(Array) },
      });
    },
  },
  {
    operation: 'eks:ListNodegroups',
    holds: 'gives an empty list where there are none',
    async check({ eks, cluster: clusterName }) {
      const { nodegroups } = await eks.send(
        new ListNodegroupsCommand({ clusterName }),
      );
      expect(nodegroups).toEqual([]);
    },
  },
  {
    operation: 'eks:ListFargateProfiles',
    holds: 'names the profiles',
    async check({ eks, cluster: clusterName, fargateProfile }) {
      const { fargateProfileNames } = await eks.send(
        new ListFargateProfilesCommand({ clusterName }),
      );
      expect(fargateProfileNames).toContain(fargateProfile);
    },
  },
  {
    operation: 'eks:DescribeFargateProfile',
    holds: 'tells selectors and state',
    async check({ eks, cluster: clusterName, fargateProfile: name }) {
      const { fargateProfile } = await eks.send(
        new DescribeFargateProfileCommand({
          clusterName,
          fargateProfileName: name,
        }),
      );
      expect(fargateProfile).toMatchObject({
        fargateProfileName: name,
        clusterName,
        status: 'ACTIVE',
        fargateProfileArn: expect.stringMatching(
          `^arn:aws:eks:${REGION}:${ACCOUNT}:fargateprofile/${clusterName}/${name}/`,
        ),
        podExecutionRoleArn: expect.stringMatching(/^arn:aws:iam::/),
        selectors: expect.arrayContaining([
          expect.objectContaining({ namespace: expect.any(String) }),
        ]),
        createdAt: expect.any(Date),
      });
    },
  },
  {
    operation: 'eks:DescribeFargateProfile',
    holds: 'says that a profile is not there',
    check: ({ eks, cluster: clusterName }) =>
      refuses(
        eks.send(
          new DescribeFargateProfileCommand({
            clusterName,
            fargateProfileName: 'none',
          }),
        ),
        'ResourceNotFoundException',
        404,
      ),
  },
  {
    operation: 'eks:CreateFargateProfile',
    holds: 'makes one that is ACTIVE after a while, with its tags',
    async check(target) {
      const { eks, cluster: clusterName, unique } = target;
      const fargateProfileName = unique('profile');
      const selectors = [{ namespace: 'shop', labels: { tier: 'web' } }];
      const { fargateProfile } = await eks.send(
        new CreateFargateProfileCommand({
          clusterName,
          fargateProfileName,
          podExecutionRoleArn,
          selectors,
          tags: { team: 'a' },
        }),
      );
      expect(fargateProfile).toMatchObject({
        fargateProfileName,
        clusterName,
        podExecutionRoleArn,
        selectors,
        tags: { team: 'a' },
      });
      const { reason } = await waitUntilFargateProfileActive(
        { client: eks, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
        { clusterName, fargateProfileName },
      );
      expect(reason).toMatchObject({ fargateProfile: { status: 'ACTIVE' } });
      await removeProfile(target, fargateProfileName);
    },
  },
  {
    operation: 'eks:CreateFargateProfile',
    holds: 'answers at once that it is CREATING',
    async check(target) {
      const { eks, cluster: clusterName, unique } = target;
      const fargateProfileName = unique('profile');
      const { fargateProfile } = await eks.send(
        new CreateFargateProfileCommand({
          clusterName,
          fargateProfileName,
          podExecutionRoleArn,
          selectors: [{ namespace: 'shop' }],
        }),
      );
      await waitUntilFargateProfileActive(
        { client: eks, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
        { clusterName, fargateProfileName },
      );
      await removeProfile(target, fargateProfileName);
      expect(fargateProfile?.status).toBe('CREATING');
    },
  },
  {
    operation: 'eks:CreateFargateProfile',
    holds: 'refuses one while another is being made',
    async check(target) {
      const { eks, cluster: clusterName, unique } = target;
      const create = (fargateProfileName: string) =>
        eks.send(
          new CreateFargateProfileCommand({
            clusterName,
            fargateProfileName,
            podExecutionRoleArn,
            selectors: [{ namespace: 'shop' }],
          }),
        );
      const first = unique('profile');
      const second = unique('profile');
      await create(first);
      const outcome = await create(second).then(
        () => undefined,
        error => error,
      );
      await waitUntilFargateProfileActive(
        { client: eks, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
        { clusterName, fargateProfileName: first },
      );
      await removeProfile(target, first);
      if (outcome === undefined) {
        await removeProfile(target, second);
      }
      expect(outcome).toMatchObject({ name: 'ResourceInUseException' });
    },
  },
  {
    operation: 'eks:CreateFargateProfile',
    holds: 'refuses a name that is taken',
    async check(target) {
      const { eks, cluster: clusterName, fargateProfile } = target;
      await refuses(
        eks.send(
          new CreateFargateProfileCommand({
            clusterName,
            fargateProfileName: fargateProfile,
            podExecutionRoleArn,
            selectors: [{ namespace: 'shop' }],
          }),
        ),
        'ResourceInUseException',
        409,
      );
    },
  },
  ...[0, 6].map((count): ContractCase => ({
    operation: 'eks:CreateFargateProfile',
    holds: `refuses ${count} selectors`,
    check: ({ eks, cluster: clusterName, unique }) =>
      refuses(
        eks.send(
          new CreateFargateProfileCommand({
            clusterName,
            fargateProfileName: unique('profile'),
            podExecutionRoleArn,
            selectors: Array.from({ length: count }, (_, index) => ({
              namespace: `shop-${index}`,
            })),
          }),
        ),
        'InvalidParameterException',
        400,
      ),
  })),
  {
    operation: 'eks:DeleteFargateProfile',
    holds: 'removes one',
    async check(target) {
      const name = await profile(target, 'shop');
      await removeProfile(target, name);
      const { fargateProfileNames } = await target.eks.send(
        new ListFargateProfilesCommand({ clusterName: target.cluster }),
      );
      expect(fargateProfileNames).not.toContain(name);
    },
  },
  {
    operation: 'eks:DeleteFargateProfile',
    holds: 'says that a profile is not there',
    check: ({ eks, cluster: clusterName }) =>
      refuses(
        eks.send(
          new DeleteFargateProfileCommand({
            clusterName,
            fargateProfileName: 'none',
          }),
        ),
        'ResourceNotFoundException',
        404,
      ),
  },
  {
    operation: 'eks:DescribeClusterVersions',
    holds: 'tells when support of a version ends',
    async check({ eks }) {
      const { clusterVersions } = await eks.send(
        new DescribeClusterVersionsCommand({ clusterVersions: ['1.34'] }),
      );
      expect(clusterVersions).toMatchObject([
        {
          clusterVersion: '1.34',
          endOfStandardSupportDate: expect.any(Date),
          endOfExtendedSupportDate: expect.any(Date),
        },
      ]);
    },
  },
  {
    operation: 'eks:ListAddons',
    holds: 'names the add-ons',
    async check({ eks, cluster: clusterName }) {
      const { addons } = await eks.send(new ListAddonsCommand({ clusterName }));
      expect(addons).toContain('vpc-cni');
    },
  },
  {
    operation: 'eks:DescribeAddon',
    holds: 'tells version and state',
    async check({ eks, cluster: clusterName }) {
      const { addon } = await eks.send(
        new DescribeAddonCommand({ clusterName, addonName: 'vpc-cni' }),
      );
      expect(addon).toMatchObject({
        addonName: 'vpc-cni',
        clusterName,
        addonVersion: expect.stringMatching(/^v\d/),
        status: 'ACTIVE',
      });
    },
  },
  {
    operation: 'eks:DescribeAddon',
    holds: 'says that an add-on is not there',
    check: ({ eks, cluster: clusterName }) =>
      refuses(
        eks.send(new DescribeAddonCommand({ clusterName, addonName: 'none' })),
        'ResourceNotFoundException',
        404,
      ),
  },
  {
    operation: 'eks:CreateAccessEntry',
    holds: 'answers with what it made, named after the role',
    async check(target) {
      const { principalArn, made } = await accessEntry(target);
      expect(made).toMatchObject({
        clusterName: target.cluster,
        principalArn,
        kubernetesGroups: ['slipway:create'],
        type: 'STANDARD',
        tags: { team: 'a' },
        username: `arn:aws:sts::${ACCOUNT}:assumed-role/${principalArn.replace(
          /^.*\//,
          '',
        )}/{{SessionName}}`,
      });
    },
  },
  {
    operation: 'eks:CreateAccessEntry',
    holds: 'refuses a second one for a principal',
    async check(target) {
      const { principalArn } = await accessEntry(target);
      await refuses(
        target.eks.send(
          new CreateAccessEntryCommand({
            clusterName: target.cluster,
            principalArn,
          }),
        ),
        'ResourceInUseException',
        409,
      );
    },
  },
  {
    operation: 'eks:CreateAccessEntry',
    holds: 'refuses groups that are reserved',
    check: ({ eks, cluster: clusterName, unique }) =>
      refuses(
        eks.send(
          new CreateAccessEntryCommand({
            clusterName,
            principalArn: `arn:aws:iam::${ACCOUNT}:role/${unique('principal')}`,
            kubernetesGroups: ['system:masters'],
          }),
        ),
        'InvalidParameterException',
        400,
      ),
  },
  {
    operation: 'eks:DescribeAccessEntry',
    holds: 'says that an entry is not there',
    check: ({ eks, cluster: clusterName }) =>
      refuses(
        eks.send(
          new DescribeAccessEntryCommand({
            clusterName,
            principalArn: `arn:aws:iam::${ACCOUNT}:role/none`,
          }),
        ),
        'ResourceNotFoundException',
        404,
      ),
  },
  {
    operation: 'eks:AssociateAccessPolicy',
    holds: 'gives an entry a policy for namespaces',
    async check(target) {
      const { eks, cluster: clusterName } = target;
      const { principalArn } = await accessEntry(target);
      const accessScope = { type: 'namespace' as const, namespaces: ['shop'] };
      await eks.send(
        new AssociateAccessPolicyCommand({
          clusterName,
          principalArn,
          policyArn: VIEW_POLICY,
          accessScope,
        }),
      );
      const { associatedAccessPolicies } = await eks.send(
        new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn }),
      );
      expect(associatedAccessPolicies).toMatchObject([
        { policyArn: VIEW_POLICY, accessScope },
      ]);
    },
  },
  {
    operation: 'eks:DisassociateAccessPolicy',
    holds: 'takes a policy back',
    async check(target) {
      const { eks, cluster: clusterName } = target;
      const { principalArn } = await accessEntry(target);
      const policy = { clusterName, principalArn, policyArn: VIEW_POLICY };
      await eks.send(
        new AssociateAccessPolicyCommand({
          ...policy,
          accessScope: { type: 'cluster' },
        }),
      );
      await eks.send(new DisassociateAccessPolicyCommand(policy));
      const { associatedAccessPolicies } = await eks.send(
        new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn }),
      );
      expect(associatedAccessPolicies).toEqual([]);
    },
  },
  {
    operation: 'eks:UpdateAccessEntry',
    holds: 'changes the groups, and keeps the tags',
    async check(target) {
      const { eks, cluster: clusterName } = target;
      const { principalArn } = await accessEntry(target);
      const { accessEntry: changed } = await eks.send(
        new UpdateAccessEntryCommand({
          clusterName,
          principalArn,
          kubernetesGroups: ['slipway:view'],
        }),
      );
      expect(changed).toMatchObject({
        kubernetesGroups: ['slipway:view'],
        tags: { team: 'a' },
      });
    },
  },
  {
    operation: 'eks:TagResource',
    holds: 'adds tags to a part of a cluster, and keeps the others',
    async check(target) {
      const { eks, cluster: clusterName } = target;
      const fargateProfileName = await profile(target, 'shop');
      const names = { clusterName, fargateProfileName };
      const find = async () => {
        const answer = await eks.send(new DescribeFargateProfileCommand(names));
        return answer.fargateProfile;
      };
      const resourceArn = (await find())?.fargateProfileArn;
      const tag = (tags: Record<string, string>) =>
        eks.send(new TagResourceCommand({ resourceArn, tags }));
      const outcome = await tag({ team: 'a' })
        .then(() => tag({ stage: 'b' }))
        .catch(error => error);
      const tagged = await find();
      await removeProfile(target, fargateProfileName);
      expect(outcome).not.toBeInstanceOf(Error);
      expect(tagged?.tags).toEqual({ team: 'a', stage: 'b' });
    },
  },
  {
    operation: 'eks:DeleteAccessEntry',
    holds: 'removes one',
    async check(target) {
      const { eks, cluster: clusterName } = target;
      const { principalArn } = await accessEntry(target);
      await eks.send(
        new DeleteAccessEntryCommand({ clusterName, principalArn }),
      );
      const { accessEntries } = await eks.send(
        new ListAccessEntriesCommand({ clusterName }),
      );
      expect(accessEntries).not.toContain(principalArn);
    },
  },
  {
    operation: 'eks:CreatePodIdentityAssociation',
    holds: 'refuses a second one for a service account',
    async check(target) {
      const { clusterName, namespace, serviceAccount, roleArn } =
        await association(target);
      await refuses(
        target.eks.send(
          new CreatePodIdentityAssociationCommand({
            clusterName,
            namespace,
            serviceAccount,
            roleArn,
          }),
        ),
        'ResourceInUseException',
        409,
      );
    },
  },
  {
    operation: 'eks:ListPodIdentityAssociations',
    holds: 'finds one by namespace and service account',
    async check(target) {
      const { namespace, serviceAccount, associationId } =
        await association(target);
      const { associations } = await target.eks.send(
        new ListPodIdentityAssociationsCommand({
          clusterName: target.cluster,
          namespace,
          serviceAccount,
        }),
      );
      expect(associations).toMatchObject([{ associationId, serviceAccount }]);
    },
  },
  {
    operation: 'eks:DescribePodIdentityAssociation',
    holds: 'tells its role and tags',
    async check(target) {
      const { associationId, roleArn } = await association(target);
      const answer = await target.eks.send(
        new DescribePodIdentityAssociationCommand({
          clusterName: target.cluster,
          associationId,
        }),
      );
      expect(answer.association).toMatchObject({
        associationId,
        roleArn,
        tags: { team: 'a' },
      });
    },
  },
  {
    operation: 'eks:UpdatePodIdentityAssociation',
    holds: 'changes the role, and keeps the tags',
    async check(target) {
      const { associationId } = await association(target);
      const roleArn = `arn:aws:iam::${ACCOUNT}:role/other`;
      const answer = await target.eks.send(
        new UpdatePodIdentityAssociationCommand({
          clusterName: target.cluster,
          associationId,
          roleArn,
        }),
      );
      expect(answer.association).toMatchObject({
        associationId,
        roleArn,
        tags: { team: 'a' },
      });
    },
  },
  {
    operation: 'eks:DeletePodIdentityAssociation',
    holds: 'removes one',
    async check(target) {
      const { associationId } = await association(target);
      const names = { clusterName: target.cluster, associationId };
      await target.eks.send(new DeletePodIdentityAssociationCommand(names));
      await refuses(
        target.eks.send(new DescribePodIdentityAssociationCommand(names)),
        'ResourceNotFoundException',
        404,
      );
    },
  },
];

export default cases;
