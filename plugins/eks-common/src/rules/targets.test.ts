import type { EksClusterFacts } from '../api';
import {
  detectCompute,
  explainTargetProblems,
  matchingFargateProfile,
} from '.';

const facts = (changes: Partial<EksClusterFacts> = {}): EksClusterFacts => ({
  arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
  name: 'prod-eu',
  accountId: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  status: 'ACTIVE',
  version: '1.35',
  reachable: true,
  computeKinds: ['managed-nodes'],
  fargateProfiles: [],
  addons: [],
  loadBalancer: { kind: 'aws-load-balancer-controller' },
  metrics: 'metrics-server',
  containerInsights: 'otel',
  ...changes,
});

const fargate = (
  ...selectors: EksClusterFacts['fargateProfiles'][number]['selectors']
) =>
  facts({
    computeKinds: ['fargate'],
    fargateProfiles: [{ name: 'batch', status: 'ACTIVE', selectors }],
  });

describe('matchingFargateProfile', () => {
  it.each([
    ['batch', 'batch', true],
    ['batch', 'batches', false],
    ['batch-*', 'batch-orders', true],
    ['batch-*', 'batch-', true],
    ['batch-*', 'batch', false],
    ['*', 'anything', true],
    ['*-prod', 'orders-prod', true],
    ['*-prod', 'orders-prod-2', false],
    ['a*b*c', 'a-x-b-y-c', true],
    ['a*b*c', 'a-x-c-b', false],
    ['team-?', 'team-a', true],
    ['team-?', 'team-ab', false],
    ['team-?', 'team-', false],
    ['?*', 'x', true],
    ['a.c', 'abc', false],
  ])('selector %s takes namespace %s: %p', (pattern, namespace, taken) => {
    expect(
      matchingFargateProfile(
        fargate({ namespace: pattern }).fargateProfiles,
        namespace,
      ) !== undefined,
    ).toBe(taken);
  });

  it('wants every label of a selector', () => {
    const { fargateProfiles } = fargate({
      namespace: 'orders',
      labels: { compute: 'fargate', tier: 'b*' },
    });
    const matches = (labels?: Record<string, string>) =>
      matchingFargateProfile(fargateProfiles, 'orders', labels)?.name;
    expect(matches({ compute: 'fargate', tier: 'batch' })).toBe('batch');
    expect(matches({ compute: 'fargate' })).toBeUndefined();
    expect(matches()).toBeUndefined();
  });
});

describe('detectCompute', () => {
  it('prefers a Fargate profile that matches, as EKS does', () => {
    const mixed = {
      ...fargate({ namespace: 'batch-*' }),
      computeKinds: ['auto-mode' as const, 'fargate' as const],
    };
    expect(detectCompute(mixed, { namespace: 'batch-1' })).toBe('fargate');
    expect(detectCompute(mixed, { namespace: 'orders' })).toBe('auto-mode');
  });

  it('takes Karpenter and node groups for nodes', () => {
    expect(
      detectCompute(facts({ computeKinds: ['managed-nodes', 'karpenter'] }), {
        namespace: 'orders',
      }),
    ).toBe('nodes');
  });
});

describe('explainTargetProblems', () => {
  it('has nothing to say where everything works', () => {
    expect(
      explainTargetProblems(facts(), {
        namespace: 'orders',
        exposure: 'public',
      }),
    ).toEqual([]);
    expect(explainTargetProblems(facts(), {})).toEqual([]);
  });

  it.each([
    [facts({ status: 'CREATING' }), {}, 'is creating, not active'],
    [
      facts({ reachable: false, reason: 'Access denied; add an entry.' }),
      {},
      'Access denied; add an entry.',
    ],
    [facts({ reachable: false }), {}, 'does not answer'],
    [facts(), { namespace: 'kube-system' }, 'is reserved'],
    [
      facts({ loadBalancer: { kind: 'none' } }),
      { namespace: 'orders', exposure: 'public' as const },
      'no load balancer controller',
    ],
    [
      facts({ loadBalancer: { kind: 'none' } }),
      { namespace: 'orders', exposure: 'internal' as const },
      'no load balancer controller',
    ],
    [
      fargate({ namespace: 'batch-*' }, { namespace: 'kube-system' }),
      { namespace: 'orders' },
      'no profile matches namespace "orders" (they take batch-*, kube-system)',
    ],
    [facts({ computeKinds: [] }), { namespace: 'orders' }, 'nothing to run'],
  ])('explains %#', (cluster, target, sentence) => {
    expect(explainTargetProblems(cluster, target)).toEqual([
      expect.stringContaining(sentence),
    ]);
  });

  it('lets a service without exposure run where nothing makes load balancers', () => {
    expect(
      explainTargetProblems(facts({ loadBalancer: { kind: 'none' } }), {
        namespace: 'orders',
        exposure: 'none',
      }),
    ).toEqual([]);
  });

  it('does not refuse what it could not find out', () => {
    expect(
      explainTargetProblems(facts({ loadBalancer: { kind: 'unknown' } }), {
        namespace: 'orders',
        exposure: 'public',
      }),
    ).toEqual([]);
  });

  it('says all that is wrong at once', () => {
    expect(
      explainTargetProblems(
        {
          ...fargate({ namespace: 'batch-*' }),
          loadBalancer: { kind: 'none' },
        },
        { namespace: 'orders', exposure: 'public' },
      ),
    ).toHaveLength(2);
  });
});
