import type {
  EksClusterFacts,
  IngressClass,
  LoadBalancerSupport,
} from '../api';
import {
  type ComputeChoice,
  detectCompute,
  detectRouting,
  explainTargetProblems,
  findTargetProblems,
  gatewayClassFor,
  ingressClassFor,
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
  argoCd: 'none',
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

  it('lets somebody choose where a cluster has nodes and Auto Mode', () => {
    const both = facts({ computeKinds: ['managed-nodes', 'auto-mode'] });
    const on = (compute: ComputeChoice) =>
      detectCompute(both, { namespace: 'orders', compute });
    expect(on('nodes')).toBe('nodes');
    expect(on('auto-mode')).toBe('auto-mode');
    expect(on('auto-detect')).toBe('auto-mode');
  });
});

describe('what pods shall run on', () => {
  const profile = fargate({ namespace: 'batch-*' });
  const both = facts({
    computeKinds: ['managed-nodes', 'fargate'],
    fargateProfiles: profile.fargateProfiles,
  });
  const autoMode = facts({ computeKinds: ['auto-mode'] });

  it.each<[string, EksClusterFacts, string, ComputeChoice]>([
    ['nodes', facts(), 'orders', 'nodes'],
    ['nodes beside Fargate', both, 'orders', 'nodes'],
    ['Fargate beside nodes', both, 'batch-1', 'fargate'],
    ['Auto Mode', autoMode, 'orders', 'auto-mode'],
  ])('may be %s', (_, cluster, namespace, compute) => {
    expect(findTargetProblems(cluster, { namespace, compute })).toEqual([]);
    expect(detectCompute(cluster, { namespace, compute })).toBe(compute);
  });

  it.each<[string, EksClusterFacts, string, ComputeChoice, string, string]>([
    [
      'nodes where a Fargate profile takes the namespace',
      both,
      'batch-1',
      'nodes',
      'Fargate profile batch of cluster prod-eu takes the pods of namespace "batch-1"',
      'Choose "fargate", or a namespace that no profile takes.',
    ],
    [
      'Fargate where no profile takes the namespace',
      both,
      'orders',
      'fargate',
      'No Fargate profile of cluster prod-eu takes namespace "orders".',
      'Choose "nodes" or "auto-detect", or another cluster.',
    ],
    [
      'Fargate where there is none',
      facts(),
      'orders',
      'fargate',
      'Cluster prod-eu has no Fargate profile.',
      'Choose "nodes" or "auto-detect", or another cluster.',
    ],
    [
      'nodes where only Auto Mode brings them',
      autoMode,
      'orders',
      'nodes',
      'Cluster prod-eu has no nodes of its own: EKS Auto Mode brings them.',
      'Choose "auto-mode" or "auto-detect", or another cluster.',
    ],
    [
      'Auto Mode where it is off',
      facts(),
      'orders',
      'auto-mode',
      'Cluster prod-eu has EKS Auto Mode switched off.',
      'Choose "nodes" or "auto-detect", or another cluster.',
    ],
  ])('cannot be %s', (_, cluster, namespace, compute, message, remedy) => {
    expect(findTargetProblems(cluster, { namespace, compute })).toEqual([
      {
        about: 'compute-choice',
        message: expect.stringContaining(message),
        remedy,
      },
    ]);
  });
});

describe('ingressClassFor', () => {
  const open = { name: 'alb' };
  const world = { name: 'world', scheme: 'internet-facing' as const };
  const company = { name: 'company', scheme: 'internal' as const };
  const unread = { name: 'unread', scheme: 'unknown' as const };
  const support = (...ingressClasses: IngressClass[]): LoadBalancerSupport => ({
    kind: 'auto-mode',
    ingressClassName: ingressClasses[0]?.name,
    ingressClasses,
  });

  it.each([
    [support(open), 'alb', 'alb'],
    [support(world, company), 'world', 'company'],
    [support(open, company), 'alb', 'company'],
    [support(world), 'world', undefined],
    [support(company), undefined, 'company'],
    [support(unread, world), 'world', 'unread'],
    [support(), undefined, undefined],
    [{ kind: 'auto-mode' as const }, undefined, undefined],
  ])('chooses of %j for the world and the company', (from, pub, internal) => {
    expect([
      ingressClassFor(from, 'public'),
      ingressClassFor(from, 'internal'),
    ]).toEqual([pub, internal]);
  });

  it('has a service refused whose load balancer would be of the other kind', () => {
    const problemsOf = (
      loadBalancer: LoadBalancerSupport,
      exposure: 'public' | 'internal' | 'none',
    ) => explainTargetProblems(facts({ loadBalancer }), { exposure });

    expect(problemsOf(support(world), 'internal')).toEqual([
      'Cluster prod-eu makes no internal load balancers: the IngressClassParams of world say internet-facing. Choose "public", or ask the platform team for an IngressClass whose IngressClassParams say `scheme: internal`.',
    ]);
    expect(problemsOf(support(company), 'public')).toEqual([
      expect.stringContaining('makes no internet-facing load balancers'),
    ]);
    expect(problemsOf(support(), 'public')).toEqual([
      expect.stringContaining('has no IngressClass'),
    ]);
    expect(problemsOf(support(world), 'public')).toEqual([]);
    expect(problemsOf(support(world), 'none')).toEqual([]);
    // What could not be read refuses nobody.
    expect(problemsOf({ kind: 'auto-mode' }, 'internal')).toEqual([]);
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

describe('a Gateway', () => {
  const withGateways = (
    gatewayClasses: LoadBalancerSupport['gatewayClasses'],
    kind: LoadBalancerSupport['kind'] = 'aws-load-balancer-controller',
  ) =>
    facts({
      loadBalancer: {
        kind,
        ...(kind !== 'none' && {
          ingressClassName: 'alb',
          ingressClasses: [{ name: 'alb' }],
        }),
        ...(gatewayClasses && { gatewayClasses }),
      },
    });

  it('has the class whose configuration says what is wanted', () => {
    const classes = [
      { name: 'inside', scheme: 'internal' as const },
      { name: 'open' },
    ];
    const { loadBalancer } = withGateways(classes);
    expect(gatewayClassFor(loadBalancer, 'internal')).toBe('inside');
    expect(gatewayClassFor(loadBalancer, 'public')).toBe('open');
    expect(gatewayClassFor(loadBalancer, 'none')).toBeUndefined();
  });

  it.each([
    ['auto-detect', withGateways([{ name: 'alb' }]), 'ingress'],
    ['gateway', withGateways([{ name: 'alb' }]), 'gateway'],
    ['ingress', withGateways([{ name: 'alb' }], 'none'), 'ingress'],
    ['auto-detect', withGateways([{ name: 'alb' }], 'none'), 'gateway'],
    ['gateway', withGateways([]), 'ingress'],
    ['gateway', withGateways(undefined), 'ingress'],
  ] as const)('asked for %s', (choice, cluster, expected) => {
    expect(detectRouting(cluster, 'public', choice)).toBe(expected);
  });

  it.each([
    [withGateways([]), /has no GatewayClass.*Choose the routing "ingress"/],
    [
      withGateways([{ name: 'inside', scheme: 'internal' }]),
      /makes no internet-facing load balancers for Gateways.*inside says internal.*Choose "internal" or the routing "ingress"/,
    ],
  ])('is refused where it would get no load balancer', (cluster, message) => {
    expect(
      explainTargetProblems(cluster, {
        exposure: 'public',
        routing: 'gateway',
      }).join(' '),
    ).toMatch(message);
  });

  it('is no problem where it works, or where that is not known', () => {
    for (const cluster of [
      withGateways([{ name: 'alb' }], 'none'),
      withGateways(undefined),
    ]) {
      expect(
        findTargetProblems(cluster, {
          exposure: 'public',
          routing: 'gateway',
        }),
      ).toEqual([]);
    }
    // Nobody chose, and there is nothing else.
    expect(
      findTargetProblems(withGateways([{ name: 'alb' }], 'none'), {
        exposure: 'public',
      }),
    ).toEqual([]);
  });
});
