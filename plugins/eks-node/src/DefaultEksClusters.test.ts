import { mockServices } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import { setTimeout as wait } from 'node:timers/promises';
import { useSandbox } from './__testUtils__/useSandbox';
import { DefaultEksClusters } from './DefaultEksClusters';
import { readKubernetes } from './kubernetes/readKubernetes';

const PROD_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const BATCH_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu';
const PROD_US = 'arn:aws:eks:us-east-1:444455556666:cluster/prod-us';
const STAGING_US = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';

const use = useSandbox();
const running: DefaultEksClusters[] = [];

function start(discovery?: JsonObject) {
  const clusters = DefaultEksClusters.fromConfig(use.config(discovery), {
    logger: mockServices.logger.mock(),
  });
  running.push(clusters);
  return clusters;
}

const callsOf = (operation: string) =>
  use.sandbox.journal.list({ operation }).length;

afterEach(() => {
  running.splice(0).forEach(clusters => clusters.stop());
});

describe('list of clusters', () => {
  it('finds the clusters of all accounts and regions', async () => {
    const { clusters, failures } = await start().list();
    expect(
      clusters.map(({ name, accountId, region, version }) => [
        name,
        accountId,
        region,
        version,
      ]),
    ).toEqual([
      ['batch-eu', '111122223333', 'eu-west-1', '1.34'],
      ['prod-eu', '111122223333', 'eu-west-1', '1.35'],
      ['prod-us', '444455556666', 'us-east-1', '1.33'],
      ['staging-us', '444455556666', 'us-east-1', '1.34'],
    ]);
    expect(clusters[1]).toMatchObject({
      arn: PROD_EU,
      partition: 'aws',
      status: 'ACTIVE',
    });
    expect(failures).toEqual([]);
  });

  it('asks AWS once for all who ask at the same time and soon after', async () => {
    const clusters = start();
    const before = callsOf('ListClusters');
    await Promise.all([clusters.list(), clusters.list()]);
    await clusters.list();
    expect(callsOf('ListClusters') - before).toBe(2);
  });

  it('lists a denied account beside the clusters of the others', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'eks',
      operation: 'ListClusters',
      accountId: '444455556666',
    });
    const { clusters, failures } = await start().list();
    expect(clusters.map(({ name }) => name)).toEqual(['batch-eu', 'prod-eu']);
    expect(failures).toEqual([
      {
        accountId: '444455556666',
        region: 'us-east-1',
        message: expect.stringMatching(
          /^account 444455556666, region us-east-1: access denied.*eks:ListClusters is not allowed.*docs\/iam\.md#eks-listclusters$/,
        ),
      },
    ]);
  });

  it('says that a role could not be taken', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'sts',
      operation: 'AssumeRole',
      target: 'arn:aws:iam::444455556666:role/slipway-portal',
    });
    const { clusters, failures } = await start().list();
    expect(clusters.map(({ name }) => name)).toEqual(['batch-eu', 'prod-eu']);
    expect(failures).toHaveLength(1);
    expect(failures[0].message).toMatch(
      /account 444455556666.*may not take its role.*trust policy/,
    );
  });

  it('does not wait for an account that never answers', async () => {
    use.sandbox.faults.add({
      kind: 'hang',
      service: 'eks',
      region: 'us-east-1',
    });
    const clusters = start({ schedule: { timeout: { seconds: 1 } } });
    const { clusters: found, failures } = await clusters.list();
    expect(found.map(({ name }) => name)).toEqual(['batch-eu', 'prod-eu']);
    expect(failures).toEqual([
      expect.objectContaining({
        accountId: '444455556666',
        message: expect.stringMatching(/has not answered yet|in time/),
      }),
    ]);
  });

  it('hides no cluster when one cannot be described', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'eks',
      operation: 'DescribeCluster',
      target: PROD_EU,
    });
    const { clusters, failures } = await start().list();
    expect(clusters.map(({ name }) => name)).toEqual([
      'batch-eu',
      'prod-us',
      'staging-us',
    ]);
    expect(failures).toEqual([
      expect.objectContaining({
        region: 'eu-west-1',
        message: expect.stringMatching(/^cluster `prod-eu`: access denied/),
      }),
    ]);
  });

  it('outlasts a throttled call', async () => {
    use.sandbox.faults.add({
      kind: 'throttle',
      service: 'eks',
      operation: 'ListClusters',
      remaining: 2,
    });
    const { clusters, failures } = await start().list();
    expect(clusters).toHaveLength(4);
    expect(failures).toEqual([]);
  });
});

describe('facts of a cluster', () => {
  it('knows Auto Mode and the flavour of Container Insights', async () => {
    expect(await start().describe(PROD_EU)).toMatchObject({
      name: 'prod-eu',
      reachable: true,
      computeKinds: ['auto-mode'],
      loadBalancer: {
        kind: 'auto-mode',
        ingressClassName: 'alb',
        ingressClasses: [
          { name: 'alb', scheme: 'internet-facing' },
          { name: 'alb-internal', scheme: 'internal' },
        ],
      },
      metrics: 'metrics-server',
      containerInsights: 'otel',
      fargateProfiles: [],
      addons: expect.arrayContaining([
        {
          name: 'metrics-server',
          version: 'v0.8.0-eksbuild.3',
          status: 'ACTIVE',
          issues: [],
        },
      ]),
      supportEndsAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    });
  });

  it('says what AWS finds wrong with an add-on', async () => {
    const cluster = use.sandbox.aws
      .clusters()
      .find(({ arn }) => arn === STAGING_US);
    const addon = cluster?.addons.coredns;
    if (addon) {
      addon.issues = [
        { code: 'InsufficientNumberOfReplicas', message: 'No pod is ready.' },
      ];
    }
    expect((await start().describe(STAGING_US)).addons).toContainEqual(
      expect.objectContaining({
        name: 'coredns',
        status: 'DEGRADED',
        issues: ['InsufficientNumberOfReplicas: No pod is ready.'],
      }),
    );
  });

  it('knows Fargate profiles with their selectors', async () => {
    const facts = await start().describe(BATCH_EU);
    expect(facts).toMatchObject({
      reachable: true,
      computeKinds: ['fargate'],
      loadBalancer: {
        kind: 'aws-load-balancer-controller',
        ingressClassName: 'alb',
      },
      containerInsights: 'none',
    });
    expect(facts.reason).toBeUndefined();
    expect(facts.fargateProfiles).toEqual([
      {
        name: 'batch',
        status: 'ACTIVE',
        selectors: [{ namespace: 'batch-*' }, { namespace: 'kube-system' }],
      },
    ]);
  });

  it('knows Karpenter, node groups and classic Container Insights', async () => {
    expect(await start().describe(STAGING_US)).toMatchObject({
      computeKinds: ['managed-nodes', 'karpenter'],
      containerInsights: 'classic',
    });
  });

  it('says how to get into a cluster that does not know the portal', async () => {
    expect(await start().describe(PROD_US)).toMatchObject({
      reachable: false,
      reason:
        'cluster `prod-us`: access denied for role arn:aws:iam::444455556666:role/slipway-portal; add an access entry with AmazonEKSViewPolicy, see docs/iam.md',
      computeKinds: ['managed-nodes'],
      loadBalancer: { kind: 'unknown' },
      metrics: 'unknown',
    });
  });

  it('knows what AWS says of a cluster that does not answer', async () => {
    use.sandbox.faults.add({
      kind: 'hang',
      service: 'kubernetes',
      target: PROD_EU,
    });
    expect(await start().describe(PROD_EU)).toMatchObject({
      reachable: false,
      reason: expect.stringMatching(
        /^cluster `prod-eu`: the Kubernetes API did not answer in time/,
      ),
      computeKinds: ['auto-mode'],
      loadBalancer: { kind: 'auto-mode' },
      containerInsights: 'otel',
    });
  }, 15_000);

  it('says which question the cluster did not answer', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'kubernetes',
      operation: 'list ingressclasses.networking.k8s.io',
      target: BATCH_EU,
    });
    expect(await start().describe(BATCH_EU)).toMatchObject({
      reachable: true,
      reason: expect.stringMatching(/may not list ingress classes.*rbac\.yaml/),
      loadBalancer: { kind: 'unknown' },
      metrics: 'metrics-server',
    });
  });

  it('takes facts as true for a while', async () => {
    const clusters = start();
    await clusters.describe(PROD_EU);
    const before = callsOf('ListAddons');
    await clusters.describe(PROD_EU);
    expect(callsOf('ListAddons')).toBe(before);
  });

  it.each([
    [
      'a bad ARN',
      'prod-eu',
      'InputError',
      /"prod-eu" is not the ARN of an EKS cluster/,
    ],
    [
      'a cluster that is not there',
      `${PROD_EU}-2`,
      'NotFoundError',
      /^cluster `prod-eu-2`: not found/,
    ],
    [
      'an account that is not configured',
      PROD_EU.replace('111122223333', '999988887777'),
      'NotFoundError',
      /account 999988887777, region eu-west-1 .*eks\.discovery\.accounts/,
    ],
  ])('refuses %s', async (_case, arn, name, message) => {
    await expect(start().describe(arn)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it('names the permission that is missing', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'eks',
      operation: 'ListAddons',
    });
    await expect(start().describe(PROD_EU)).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: expect.stringContaining('eks:ListAddons'),
    });
  });

  it('gives up when the caller does', async () => {
    use.sandbox.faults.add({ kind: 'hang', service: 'eks' });
    const aborting = new AbortController();
    const described = start().describe(PROD_EU, { signal: aborting.signal });
    aborting.abort(new Error('cancelled'));
    await expect(described).rejects.toThrow('cancelled');
  });
});

describe('kubeConfig of a cluster', () => {
  it('reads the cluster with a fresh token and its own authority', async () => {
    const kubeConfig = await start().kubeConfig(PROD_EU);
    const { CoreV1Api } = await import('@kubernetes/client-node');
    const { items } = await kubeConfig.makeApiClient(CoreV1Api).listNamespace();
    expect(items.map(({ metadata }) => metadata?.name)).toContain(
      'kube-system',
    );
  });
});

describe('token of a cluster', () => {
  it('is one that EKS accepts for the role of the account', async () => {
    const token = await start().token(STAGING_US);
    expect(await use.sandbox.aws.authenticate(STAGING_US, token)).toMatchObject(
      { groups: expect.arrayContaining(['slipway:create']) },
    );
  });

  it('is of no use at another cluster', async () => {
    const token = await start().token(PROD_EU);
    expect(await use.sandbox.aws.authenticate(BATCH_EU, token)).toBeUndefined();
  });

  it('is made anew when a cluster did not take it', async () => {
    const clusters = start();
    const before = await clusters.token(PROD_EU);
    use.sandbox.faults.add({
      kind: 'expired-token',
      service: 'kubernetes',
      target: PROD_EU,
      operation: 'get /apis',
    });
    await expect(
      readKubernetes(
        await clusters.kubeConfig(PROD_EU),
        '/apis',
        AbortSignal.timeout(10_000),
      ),
    ).rejects.toMatchObject({ statusCode: 401 });
    // Tokens that are made within a second are the same.
    await wait(1_100);
    expect(await clusters.token(PROD_EU)).not.toBe(before);
  });

  it('takes the role once for many tokens', async () => {
    const clusters = start();
    const before = callsOf('AssumeRole');
    await clusters.token(PROD_EU);
    await clusters.token(BATCH_EU);
    await clusters.token(PROD_EU);
    expect(callsOf('AssumeRole') - before).toBe(1);
  });
});
