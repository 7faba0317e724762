import type { JsonObject } from '@backstage/types';
import { runAction, type RunOptions } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksClusterDescribeAction } from './eksClusterDescribe';

const arn = {
  prodEu: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
  batchEu: 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu',
  stagingUs: 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us',
  prodUs: 'arn:aws:eks:us-east-1:444455556666:cluster/prod-us',
};

describe('aws:eks:cluster:describe', () => {
  const environment = useSandbox({ action: 'aws:eks:cluster:describe' });

  function describeCluster(input: JsonObject, options?: RunOptions) {
    const { clusters, config } = environment;
    return runAction(
      createEksClusterDescribeAction({ clusters, config }),
      input,
      options,
    );
  }

  it('tells a cluster with Auto Mode', async () => {
    const { output, log } = await describeCluster({
      clusterArn: arn.prodEu,
      namespace: 'orders',
      exposure: 'public',
    });

    expect(output).toMatchObject({
      arn: arn.prodEu,
      name: 'prod-eu',
      accountId: '111122223333',
      region: 'eu-west-1',
      partition: 'aws',
      status: 'ACTIVE',
      version: '1.35',
      endpoint: expect.stringMatching(/^https:/),
      certificateAuthority: expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
      reachable: true,
      reason: '',
      compute: 'auto-mode',
      loadBalancer: {
        kind: 'auto-mode',
        ingressClassName: 'alb',
        ingressClasses: [
          { name: 'alb', scheme: 'internet-facing' },
          { name: 'alb-internal', scheme: 'internal' },
        ],
      },
      loadBalancerKind: 'auto-mode',
      ingressClassName: 'alb',
      metrics: 'metrics-server',
      containerInsights: 'otel',
      problems: [],
    });
    expect(output.computeKinds).toContain('auto-mode');
    expect(log.join('\n')).toContain('pods run on auto-mode');
  });

  it.each([
    ['public', 'alb'],
    ['internal', 'alb-internal'],
  ])('names the IngressClass for who is %s', async (exposure, expected) => {
    const { output } = await describeCluster({
      clusterArn: arn.prodEu,
      exposure,
    });
    expect(output.ingressClassName).toBe(expected);
  });

  it('tells Fargate by the namespace', async () => {
    const { output } = await describeCluster({
      clusterArn: arn.batchEu,
      namespace: 'batch-orders',
    });

    expect(output).toMatchObject({
      compute: 'fargate',
      loadBalancerKind: 'aws-load-balancer-controller',
      fargateProfiles: [
        {
          name: 'batch',
          selectors: expect.arrayContaining([
            expect.objectContaining({ namespace: 'batch-*' }),
          ]),
        },
      ],
    });
  });

  it('tells nodes, by name, account and region', async () => {
    const { output } = await describeCluster({
      clusterName: 'staging-us',
      accountId: '444455556666',
      region: 'us-east-1',
    });

    expect(output).toMatchObject({
      arn: arn.stagingUs,
      compute: 'nodes',
      computeKinds: expect.arrayContaining(['managed-nodes', 'karpenter']),
      containerInsights: 'classic',
    });
  });

  it('gives every output, so that lists of targets stay in step', async () => {
    const { clusters, config } = environment;
    const action = createEksClusterDescribeAction({ clusters, config });
    const names = Object.keys(action.schema?.output?.properties ?? {}).sort();

    for (const clusterArn of Object.values(arn)) {
      const { output } = await describeCluster({ clusterArn });
      expect(Object.keys(output).sort()).toEqual(names);
    }
  });

  it('does the same in a dry run', async () => {
    const input = { clusterArn: arn.prodEu, namespace: 'orders' };
    const real = await describeCluster(input);
    const dry = await describeCluster(input, { isDryRun: true });

    expect(dry.output).toEqual(real.output);
  });

  describe('what cannot work', () => {
    it('fails with the sentences', async () => {
      await expect(
        describeCluster({ clusterArn: arn.batchEu, namespace: 'orders' }),
      ).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringMatching(/no profile matches namespace "orders"/),
      });
    });

    it('is an output with failOnProblems: false', async () => {
      const { output, log } = await describeCluster({
        clusterArn: arn.batchEu,
        namespace: 'orders',
        failOnProblems: false,
      });

      expect(output.problems).toEqual([
        expect.stringMatching(/no profile matches namespace "orders"/),
      ]);
      expect(log.join('\n')).toContain('no profile matches');
    });

    it('says what to do about a cluster that does not know the role', async () => {
      await expect(
        describeCluster({ clusterArn: arn.prodUs, namespace: 'orders' }),
      ).rejects.toThrow(/prod-us.*access entry/);
      const { output } = await describeCluster({ clusterArn: arn.prodUs });

      expect(output).toMatchObject({
        reachable: false,
        reason: expect.stringMatching(/access entry/),
      });
    });
  });

  describe('refuses', () => {
    it.each<[string, JsonObject, string]>([
      ['no cluster', {}, '`clusterArn`'],
      ['an ARN that is none', { clusterArn: 'prod-eu' }, '`clusterArn`'],
      [
        'an ARN of another partition',
        {
          clusterArn: 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/prod-eu',
        },
        '`clusterArn`: account 111122223333 is configured in partition aws',
      ],
      [
        'a region of another partition',
        {
          clusterName: 'prod-eu',
          accountId: '111122223333',
          region: 'cn-north-1',
        },
        '`region`: account 111122223333 is configured in partition aws',
      ],
      [
        'an ARN and a region',
        { clusterArn: arn.prodEu, region: 'eu-west-1' },
        '`region`: `clusterArn` says this already',
      ],
      [
        'a name that is none',
        { clusterName: '../x', accountId: '111122223333', region: 'eu-west-1' },
        '`clusterName`',
      ],
      [
        'an account that is none',
        { clusterName: 'x', accountId: '1', region: 'eu-west-1' },
        '`accountId`',
      ],
      [
        'a region that is none',
        { clusterName: 'x', accountId: '111122223333', region: 'Mars' },
        '`region`',
      ],
      [
        'a reserved namespace',
        { clusterArn: arn.prodEu, namespace: 'kube-system' },
        '`namespace`: "kube-system" is reserved',
      ],
      [
        'a namespace that is no DNS label',
        { clusterArn: arn.prodEu, namespace: 'Orders' },
        '`namespace`',
      ],
    ])('%s, before anybody is asked', async (_, input, said) => {
      const before = environment.sandbox.journal.list().length;
      await expect(describeCluster(input)).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining(said),
      });
      expect(environment.sandbox.journal.list()).toHaveLength(before);
    });

    it('an account that the portal does not know', async () => {
      await expect(
        describeCluster({
          clusterArn: 'arn:aws:eks:eu-west-1:999999999999:cluster/x',
        }),
      ).rejects.toThrow('eks.discovery.accounts');
    });

    it('a cluster that is not there', async () => {
      await expect(
        describeCluster({
          clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/none',
        }),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
    });
  });
});
