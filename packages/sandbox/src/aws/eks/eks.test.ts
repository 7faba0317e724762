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
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  DisassociateAccessPolicyCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAccessPoliciesCommand,
  ListAddonsCommand,
  ListAssociatedAccessPoliciesCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
  ListTagsForResourceCommand,
  paginateListClusters,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import {
  ACCOUNT,
  OTHER_ACCOUNT,
  startTestAws,
  TestAws,
} from '../../__testUtils__/aws';

const PROD_EU = `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/prod-eu`;
const roleArn = `arn:aws:iam::${ACCOUNT}:role/team/orders`;

let test: TestAws;
let eks: EKSClient;
let us: EKSClient;

beforeEach(async () => {
  test = await startTestAws();
  eks = test.eks();
  us = test.eks({
    credentials: test.admin(OTHER_ACCOUNT),
    region: 'us-east-1',
  });
});
afterEach(() => test.stop());

describe('clusters', () => {
  it('are listed in pages, per account and region', async () => {
    const pages: unknown[] = [];
    for await (const { clusters } of paginateListClusters(
      { client: eks, pageSize: 1 },
      {},
    )) {
      pages.push(clusters);
    }
    expect(pages).toEqual([['batch-eu'], ['prod-eu']]);
    const there: unknown[] = [];
    for await (const { clusters } of paginateListClusters({ client: us }, {})) {
      there.push(clusters);
    }
    expect(there).toEqual([['prod-us', 'staging-us']]);
  });

  it('are described with where their Kubernetes API is', async () => {
    test.aws.connectCluster(PROD_EU, {
      url: 'https://localhost:7111',
      certificateAuthority: 'PEM',
    });
    const { cluster } = await eks.send(
      new DescribeClusterCommand({ name: 'prod-eu' }),
    );
    expect(cluster).toMatchObject({
      name: 'prod-eu',
      arn: PROD_EU,
      version: '1.35',
      status: 'ACTIVE',
      endpoint: 'https://localhost:7111',
      certificateAuthority: { data: Buffer.from('PEM').toString('base64') },
      computeConfig: {
        enabled: true,
        nodePools: ['general-purpose', 'system'],
      },
      accessConfig: { authenticationMode: 'API' },
      identity: { oidc: { issuer: expect.stringMatching(/^https:\/\/oidc/) } },
      createdAt: new Date('2026-02-03T09:00:00Z'),
    });
  });

  it('that do not exist are named', async () => {
    await expect(
      eks.send(new DescribeClusterCommand({ name: 'prod-us' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
      message: 'No cluster found for name: prod-us.',
    });
  });

  it('must have a valid name', async () => {
    await expect(
      eks.send(new DescribeClusterCommand({ name: '../x' })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('run versions whose support ends some day', async () => {
    const { clusterVersions } = await eks.send(
      new DescribeClusterVersionsCommand({
        clusterVersions: ['1.33', '1.35'],
      }),
    );
    expect(
      clusterVersions?.map(({ clusterVersion }) => clusterVersion),
    ).toEqual(['1.35', '1.33']);
    expect(clusterVersions?.[1].endOfStandardSupportDate).toEqual(
      new Date('2026-07-29T00:00:00Z'),
    );
  });
});

describe('node groups and add-ons', () => {
  it('are listed and described', async () => {
    const clusterName = 'staging-us';
    expect(
      (await us.send(new ListNodegroupsCommand({ clusterName }))).nodegroups,
    ).toEqual(['general']);
    const { nodegroup } = await us.send(
      new DescribeNodegroupCommand({ clusterName, nodegroupName: 'general' }),
    );
    expect(nodegroup).toMatchObject({
      status: 'ACTIVE',
      scalingConfig: { desiredSize: 3 },
    });
    const { addons, nextToken } = await us.send(
      new ListAddonsCommand({ clusterName, maxResults: 2 }),
    );
    expect(addons).toEqual(['amazon-cloudwatch-observability', 'coredns']);
    expect(nextToken).toBeDefined();
    const { addon } = await us.send(
      new DescribeAddonCommand({
        clusterName,
        addonName: 'amazon-cloudwatch-observability',
      }),
    );
    expect(addon).toMatchObject({
      addonVersion: expect.stringMatching(/^v4\./),
      status: 'ACTIVE',
    });
  });

  it('that do not exist are named', async () => {
    const clusterName = 'prod-eu';
    await expect(
      eks.send(
        new DescribeNodegroupCommand({ clusterName, nodegroupName: 'x' }),
      ),
    ).rejects.toThrow('No node group found for name: x.');
    await expect(
      eks.send(new DescribeAddonCommand({ clusterName, addonName: 'x' })),
    ).rejects.toThrow('No addon: x found in cluster: prod-eu');
  });
});

describe('Fargate profiles', () => {
  const clusterName = 'batch-eu';
  const fargateProfileName = 'jobs';
  const create = (count = 1, name = fargateProfileName) =>
    eks.send(
      new CreateFargateProfileCommand({
        clusterName,
        fargateProfileName: name,
        podExecutionRoleArn: roleArn,
        selectors: Array.from({ length: count }, (_, index) => ({
          namespace: `jobs-${index}`,
          labels: { tier: 'batch' },
        })),
      }),
    );
  const status = async () => {
    const { fargateProfile } = await eks.send(
      new DescribeFargateProfileCommand({ clusterName, fargateProfileName }),
    );
    return fargateProfile?.status;
  };

  it('take their time to be created and deleted', async () => {
    await create();
    expect(await status()).toBe('CREATING');
    await expect(create(1, 'other')).rejects.toMatchObject({
      name: 'ResourceInUseException',
      $metadata: { httpStatusCode: 409 },
    });
    test.advance(30_000);
    expect(await status()).toBe('ACTIVE');
    await expect(create()).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });

    await eks.send(
      new DeleteFargateProfileCommand({ clusterName, fargateProfileName }),
    );
    expect(await status()).toBe('DELETING');
    test.advance(30_000);
    await expect(status()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const { fargateProfileNames } = await eks.send(
      new ListFargateProfilesCommand({ clusterName }),
    );
    expect(fargateProfileNames).toEqual(['batch']);
  });

  it('have at most five selectors', async () => {
    await expect(create(6)).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('access entries', () => {
  const clusterName = 'prod-eu';
  const entry = { clusterName, principalArn: roleArn };
  const policyArn =
    'arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy';

  it('are made, described, changed and deleted', async () => {
    await eks.send(
      new CreateAccessEntryCommand({ ...entry, kubernetesGroups: ['orders'] }),
    );
    const { accessEntry } = await eks.send(
      new DescribeAccessEntryCommand(entry),
    );
    expect(accessEntry).toMatchObject({
      ...entry,
      kubernetesGroups: ['orders'],
      username: `arn:aws:sts::${ACCOUNT}:assumed-role/orders/{{SessionName}}`,
      type: 'STANDARD',
    });
    await expect(
      eks.send(new CreateAccessEntryCommand(entry)),
    ).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await eks.send(
      new UpdateAccessEntryCommand({ ...entry, kubernetesGroups: [] }),
    );
    const { accessEntries } = await eks.send(
      new ListAccessEntriesCommand({ clusterName }),
    );
    expect(accessEntries).toEqual([
      `arn:aws:iam::${ACCOUNT}:role/slipway-pipeline`,
      `arn:aws:iam::${ACCOUNT}:role/slipway-portal`,
      roleArn,
    ]);
    await eks.send(new DeleteAccessEntryCommand(entry));
    await expect(
      eks.send(new DescribeAccessEntryCommand(entry)),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('get and lose access policies', async () => {
    await eks.send(new CreateAccessEntryCommand(entry));
    await eks.send(
      new AssociateAccessPolicyCommand({
        ...entry,
        policyArn,
        accessScope: { type: 'namespace', namespaces: ['orders'] },
      }),
    );
    const list = async () => {
      const { associatedAccessPolicies } = await eks.send(
        new ListAssociatedAccessPoliciesCommand(entry),
      );
      return associatedAccessPolicies;
    };
    expect(await list()).toEqual([
      expect.objectContaining({
        policyArn,
        accessScope: { type: 'namespace', namespaces: ['orders'] },
      }),
    ]);
    await eks.send(
      new DisassociateAccessPolicyCommand({ ...entry, policyArn }),
    );
    expect(await list()).toEqual([]);
  });

  it.each([
    ['a principal that is none', { principalArn: 'orders' }, {}],
    ['a reserved group', {}, { kubernetesGroups: ['system:masters'] }],
  ])('are refused for %s', async (_, principal, settings) => {
    await expect(
      eks.send(
        new CreateAccessEntryCommand({ ...entry, ...principal, ...settings }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('take only policies that AWS offers', async () => {
    const { accessPolicies } = await eks.send(
      new ListAccessPoliciesCommand({}),
    );
    expect(accessPolicies?.map(({ arn }) => arn)).toContain(policyArn);
    await eks.send(new CreateAccessEntryCommand(entry));
    await expect(
      eks.send(
        new AssociateAccessPolicyCommand({
          ...entry,
          policyArn: `${policyArn}X`,
          accessScope: { type: 'cluster' },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

it('associates service accounts with roles', async () => {
  const clusterName = 'prod-eu';
  const wanted = {
    clusterName,
    namespace: 'orders',
    serviceAccount: 'orders',
    roleArn,
  };
  const create = () =>
    eks.send(new CreatePodIdentityAssociationCommand(wanted));
  const { association } = await create();
  const associationId = association?.associationId;
  expect(association).toMatchObject(wanted);
  await expect(create()).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: expect.stringContaining(String(associationId)),
  });
  const { associations } = await eks.send(
    new ListPodIdentityAssociationsCommand({
      clusterName,
      namespace: 'orders',
    }),
  );
  expect(associations).toEqual([expect.objectContaining({ associationId })]);
  await eks.send(
    new DeletePodIdentityAssociationCommand({ clusterName, associationId }),
  );
  await expect(
    eks.send(
      new DescribePodIdentityAssociationCommand({ clusterName, associationId }),
    ),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it('lets a policy ask whose a part is before it goes', async () => {
  const clusterName = 'prod-eu';
  const entry = { clusterName, principalArn: roleArn };
  await eks.send(new CreateAccessEntryCommand(entry));
  const { association } = await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName,
      namespace: 'orders',
      serviceAccount: 'orders',
      roleArn,
    }),
  );
  const associationId = association?.associationId;
  await eks.send(
    new CreateFargateProfileCommand({
      clusterName,
      fargateProfileName: 'orders',
      podExecutionRoleArn: roleArn,
      selectors: [{ namespace: 'orders' }],
    }),
  );
  const portal = test.eks({
    credentials: test.aws.roleCredentials(
      `arn:aws:iam::${ACCOUNT}:role/slipway-portal`,
      'test',
    ),
  });
  const denied = { name: 'AccessDeniedException' };
  const removeEntry = () => portal.send(new DeleteAccessEntryCommand(entry));
  const removeAssociation = () =>
    portal.send(
      new DeletePodIdentityAssociationCommand({ clusterName, associationId }),
    );
  await expect(removeEntry()).rejects.toMatchObject(denied);
  await expect(removeAssociation()).rejects.toMatchObject(denied);
  await expect(
    portal.send(
      new DeleteFargateProfileCommand({
        clusterName,
        fargateProfileName: 'orders',
      }),
    ),
  ).rejects.toMatchObject(denied);

  const { accessEntry } = await eks.send(new DescribeAccessEntryCommand(entry));
  for (const resourceArn of [
    accessEntry?.accessEntryArn,
    association?.associationArn,
  ]) {
    await eks.send(
      new TagResourceCommand({
        resourceArn,
        tags: { 'slipway:entity': 'component:default/orders' },
      }),
    );
  }
  await removeEntry();
  await removeAssociation();
});

it('tags clusters', async () => {
  const resourceArn = PROD_EU;
  const tags = async () =>
    (await eks.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
  await eks.send(
    new TagResourceCommand({ resourceArn, tags: { team: 'platform', x: '1' } }),
  );
  await eks.send(new UntagResourceCommand({ resourceArn, tagKeys: ['x'] }));
  expect(await tags()).toEqual({ team: 'platform' });
  await expect(
    eks.send(new ListTagsForResourceCommand({ resourceArn: `${PROD_EU}x` })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
