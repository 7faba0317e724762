import {
  disruptionBudget,
  NEW_RELEASE,
  onClusters,
  orders,
  pod,
  PROD_EU,
  PROD_US,
  replicaSet,
  service,
} from '../testUtils';
import { summarySentence } from './sentences';
import { buildRuntime, type KnownObjects } from './buildRuntime';
import { diffRuntime } from './patch';
import type { Connection } from './types';

const since = '2026-11-23T14:00:00.000Z';
const live: Connection = { state: 'live', since, asOf: since };
const known = (objects: object[], connection = live): KnownObjects => ({
  objects: JSON.parse(JSON.stringify(objects)),
  connection,
});
const onNode = pod('orders-1', { node: 'node-1', release: NEW_RELEASE });
const cluster = (kinds: Record<string, KnownObjects>) => ({
  name: PROD_EU,
  title: 'prod-eu',
  arn: PROD_EU,
  kinds,
});
const only = (kinds: Record<string, KnownObjects>) =>
  buildRuntime({ entity: orders, clusters: [cluster(kinds)] }).clusters[0];

describe('what a cluster tells', () => {
  it('is readable while it is live, and says nothing of the time', () => {
    expect(only({ pods: known([onNode]) })).toMatchObject({
      state: 'readable',
      problems: [],
      connection: { state: 'live', since },
      pods: [{ name: 'orders-1', state: 'ready' }],
    });
    expect(only({ pods: known([onNode]) }).connection?.asOf).toBeUndefined();
  });

  it.each([
    ['stale', 'readable', 1],
    ['connecting', 'readable', 1],
    ['denied', 'unreadable', 1],
    ['unreachable', 'unreadable', 1],
    ['gone', 'unreadable', 1],
  ] as const)('is kept when it is %s', (state, expected, pods) => {
    const part = only({ pods: known([onNode], { ...live, state }) });
    expect(part.state).toBe(expected);
    expect(part.pods).toHaveLength(pods);
    expect(part.connection).toMatchObject({ state, asOf: since });
  });

  it('says in the summary what is of a while ago', () => {
    const summaryWith = (connection: Connection) =>
      buildRuntime({
        entity: orders,
        clusters: [cluster({ pods: known([onNode], connection) })],
      }).summary;
    const asOf = '2026-11-23T14:00:00.000Z';
    const summary = summaryWith({ ...live, state: 'stale', asOf });
    expect(summary.stale).toEqual({ clusters: ['prod-eu'], asOf });
    expect(summarySentence('orders', summary)).toMatch(
      /what is in prod-eu was true at 2026-11-23T14:00:00\.000Z and may have changed/,
    );
    expect(summaryWith(live).stale).toBeUndefined();
  });

  it('hands on why a cluster is not read, with texts cut as all others', () => {
    const cause = {
      code: 'not-understood' as const,
      facts: { said: 'a\nb', status: 5 },
    };
    const part = only({
      pods: known([], { state: 'unreachable', since, cause }),
    });
    const shown = { code: 'not-understood', facts: { said: 'a b', status: 5 } };
    expect(part.connection?.cause).toEqual(shown);
    expect(part.problems[0].cause).toEqual(shown);
  });

  it.each([
    ['connecting', undefined],
    ['denied', 'forbidden'],
    ['unreachable', 'unreachable'],
    ['gone', 'not-known'],
  ] as const)(
    'is unreadable when nothing came of it and it is %s',
    (state, code) => {
      const connection: Connection = { state, since, message: 'why\nand how' };
      const part = only({ pods: known([], connection) });
      expect(part.state).toBe('unreadable');
      expect(part.problems.map(problem => problem.code)).toEqual(
        code ? [code] : [],
      );
      expect(part.connection?.message).toBe('why and how');
    },
  );

  it('is partial when one kind is refused', () => {
    const part = only({
      pods: known([onNode]),
      ingresses: known([], { state: 'denied', since }),
    });
    expect(part.state).toBe('partial');
    expect(part.problems).toEqual([{ code: 'forbidden', path: 'ingresses' }]);
  });

  it('has its place when nobody knows it', () => {
    const { clusters, summary } = buildRuntime({
      entity: onClusters(PROD_EU, PROD_US),
      clusters: [cluster({ pods: known([onNode]) })],
    });
    expect(clusters.map(({ title, state }) => [title, state])).toEqual([
      ['prod-eu', 'readable'],
      ['prod-us', 'unreadable'],
    ]);
    expect(summary.unreadable).toEqual(['prod-us']);
  });

  it('has usage, or why there is none', () => {
    const measured = buildRuntime({
      entity: orders,
      clusters: [
        {
          ...cluster({ pods: known([onNode]) }),
          podMetrics: known([
            {
              metadata: { name: 'orders-1', namespace: 'orders' },
              containers: [
                { name: 'orders', usage: { cpu: '125m', memory: '64Mi' } },
              ],
            },
          ]),
        },
      ],
    }).clusters[0];
    expect(measured.pods[0].cpu?.used).toBe(0.125);
    const refused = buildRuntime({
      entity: orders,
      clusters: [
        {
          ...cluster({ pods: known([onNode]) }),
          podMetrics: known([], { state: 'denied', since }),
        },
      ],
    }).clusters[0];
    expect(refused.pods[0].cpu).toBeUndefined();
    expect(refused.metricsProblem?.code).toBe('forbidden');
    expect(refused.state).toBe('readable');
  });
});

describe('the nodes of pods', () => {
  const node = (labels: Record<string, string>, name = 'node-1') => ({
    metadata: { name, labels },
  });

  it.each([
    [
      {
        'eks.amazonaws.com/nodegroup': 'general',
        'eks.amazonaws.com/capacityType': 'ON_DEMAND',
        'node.kubernetes.io/instance-type': 'm7g.large',
        'topology.kubernetes.io/zone': 'eu-west-1a',
      },
      {
        madeBy: 'managed-node-group',
        capacity: 'on-demand',
        instanceType: 'm7g.large',
        zone: 'eu-west-1a',
        pool: 'general',
      },
    ],
    [
      {
        'eks.amazonaws.com/nodegroup': 'gpu',
        'eks.amazonaws.com/capacityType': 'CAPACITY_BLOCK',
      },
      { madeBy: 'managed-node-group', capacity: 'reserved', pool: 'gpu' },
    ],
    [
      {
        'karpenter.sh/nodepool': 'default',
        'karpenter.sh/capacity-type': 'spot',
      },
      { madeBy: 'karpenter', capacity: 'spot', pool: 'default' },
    ],
    [
      {
        'karpenter.sh/nodepool': 'steady',
        'karpenter.sh/capacity-type': 'reserved',
      },
      { madeBy: 'karpenter', capacity: 'reserved', pool: 'steady' },
    ],
    [
      {
        'eks.amazonaws.com/compute-type': 'auto',
        'karpenter.sh/nodepool': 'general-purpose',
        'karpenter.sh/capacity-type': 'on-demand',
      },
      {
        madeBy: 'auto-mode',
        capacity: 'on-demand',
        pool: 'general-purpose',
      },
    ],
    [{}, { madeBy: 'unknown' }],
  ])('with %j', (labels, expected) => {
    const part = only({
      pods: known([onNode]),
      nodes: known([node(labels), node(labels, 'other')]),
    });
    expect(part.nodes).toEqual([{ name: 'node-1', ...expected }]);
  });

  it('are of Fargate where a profile takes the pod', () => {
    const part = only({
      pods: known([
        pod('orders-1', {
          node: 'fargate-ip-10-0-1-7.eu-west-1.compute.internal',
          labels: { 'eks.amazonaws.com/fargate-profile': 'batch' },
        }),
      ]),
      nodes: known([
        node(
          {
            'eks.amazonaws.com/compute-type': 'fargate',
            'topology.kubernetes.io/zone': 'eu-west-1a',
          },
          'fargate-ip-10-0-1-7.eu-west-1.compute.internal',
        ),
      ]),
    });
    expect(part.nodes).toEqual([
      {
        name: 'fargate-ip-10-0-1-7.eu-west-1.compute.internal',
        zone: 'eu-west-1a',
        capacity: 'fargate',
        madeBy: 'fargate',
      },
    ]);
  });

  it.each([
    ['cordoned', { spec: { unschedulable: true } }],
    [
      'emptied by Karpenter',
      { spec: { taints: [{ key: 'karpenter.sh/disrupted' }] } },
    ],
    [
      'emptied by Cluster Autoscaler',
      { spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler' }] } },
    ],
    ['taken away', { metadata: { name: 'node-1', deletionTimestamp: since } }],
  ])('are leaving when they are %s', (_, object) => {
    const part = only({
      pods: known([onNode]),
      nodes: known([{ ...node({}), ...object }]),
    });
    expect(part.nodes).toEqual([
      { name: 'node-1', madeBy: 'unknown', leaving: true },
    ]);
  });

  it('are no reason to call a cluster partly read', () => {
    const part = only({
      pods: known([onNode]),
      nodes: known([], { state: 'denied', since }),
    });
    expect(part).toMatchObject({ state: 'readable', problems: [] });
    expect(part.nodes).toBeUndefined();
  });
});

describe('the next state', () => {
  const names = ['orders-1', 'orders-2', 'orders-3'];
  const read: string[] = [];
  /** A pod that notes when somebody looks what became of it. */
  const watched = (name: string, restartCount = 0) => {
    const object = pod(name, {
      release: NEW_RELEASE,
      container: { restartCount },
    });
    const { status } = object;
    return Object.defineProperty(object, 'status', {
      enumerable: true,
      get() {
        read.push(name);
        return status;
      },
    });
  };
  const objects = names.map(name => watched(name));
  const usageOf = (name: string, cpu: string) => ({
    metadata: { name, namespace: 'orders' },
    containers: [{ name: 'orders', usage: { cpu, memory: '64Mi' } }],
  });
  const figures = names.map(name => usageOf(name, '125m'));
  const stateOf = (
    pods: object[],
    usage: object[] = figures,
    kinds: Record<string, object[]> = { services: [service()] },
  ) =>
    buildRuntime({
      entity: orders,
      clusters: [
        {
          ...cluster(
            Object.fromEntries(
              Object.entries({ pods, ...kinds }).map(([plural, of]) => [
                plural,
                { objects: of, connection: live },
              ]),
            ),
          ),
          podMetrics: { objects: usage, connection: live },
        },
      ],
    });
  const before = stateOf(objects);

  it('looks at the pod that changed, and leaves the others what they were', () => {
    read.length = 0;
    const changed = watched('orders-2', 7);
    const after = stateOf([objects[0], changed, objects[2]]);
    expect(new Set(read)).toEqual(new Set(['orders-2']));
    const [first, second, third] = after.clusters[0].pods;
    expect(first).toBe(before.clusters[0].pods[0]);
    expect(second.restarts).toBe(7);
    expect(third).toBe(before.clusters[0].pods[2]);
    expect(JSON.stringify(diffRuntime(before, after))).not.toMatch(
      /orders-[13]/,
    );
  });

  it('has what is new of a pod that did not change: usage, and its workload', () => {
    const [first, second] = stateOf(objects, [
      usageOf('orders-1', '250m'),
      ...figures.slice(1),
    ]).clusters[0].pods;
    expect(first.cpu?.used).toBe(0.25);
    expect(first.restarts).toBe(0);
    expect(second).toBe(before.clusters[0].pods[1]);
    expect(stateOf(objects, []).clusters[0].pods[0].cpu).toBeUndefined();

    expect(first.owner?.kind).toBe('ReplicaSet');
    const [owned] = stateOf(objects, figures, {
      replicasets: [replicaSet(NEW_RELEASE)],
    }).clusters[0].pods;
    expect(owned.owner).toEqual({ kind: 'Deployment', name: 'orders' });
  });

  it('is of one cluster, though another has the same objects', () => {
    const elsewhere = buildRuntime({
      entity: onClusters(PROD_US),
      clusters: [
        {
          ...cluster({ pods: { objects, connection: live } }),
          name: PROD_US,
          arn: PROD_US,
        },
      ],
    });
    expect(elsewhere.clusters[0].pods[0]).toMatchObject({
      id: `${PROD_US}/orders/orders-1`,
      cluster: PROD_US,
    });
  });
});

describe('a kind that everything else stands without', () => {
  it.each([
    ['nodes', 'nodes'],
    ['events', 'events'],
    ['endpointslices', 'endpointslices.discovery.k8s.io'],
    ['poddisruptionbudgets', 'poddisruptionbudgets.policy'],
    ['httproutes', 'httproutes.gateway.networking.k8s.io'],
    ['gateways', 'gateways.gateway.networking.k8s.io'],
    ['nodeclaims', 'nodeclaims.karpenter.sh'],
  ])('is named where it may not be read: %s', (plural, path) => {
    const part = only({
      pods: known([onNode]),
      [plural]: known([], { state: 'denied', since, message: 'no' }),
    });
    expect(part).toMatchObject({
      state: 'readable',
      problems: [],
      connection: { state: 'live' },
      gaps: [{ code: 'forbidden', path, message: 'no' }],
    });
  });

  it('is not named where the cluster does not have it', () => {
    const part = only({ pods: known([onNode]), gateways: known([]) });
    expect(part.gaps).toBeUndefined();
  });

  it('is not named where nothing can be read', () => {
    const denied: Connection = { state: 'denied', since };
    const part = only({ pods: known([], denied), gateways: known([], denied) });
    expect(part).toMatchObject({ state: 'unreadable' });
    expect(part.gaps).toBeUndefined();
  });
});

describe('a disruption budget', () => {
  it('is that of the pods that its selector matches', () => {
    const part = only({
      pods: known([onNode]),
      replicasets: known([replicaSet(NEW_RELEASE)]),
      poddisruptionbudgets: known([
        disruptionBudget({ allowed: 0, healthy: 1, needed: 1, expected: 2 }),
        {
          ...disruptionBudget({
            allowed: 1,
            healthy: 1,
            needed: 0,
            expected: 1,
          }),
          spec: { selector: { matchLabels: { app: 'other' } } },
        },
      ]),
    });
    expect(part.budgets).toEqual([
      {
        id: 'orders/orders',
        name: 'orders',
        namespace: 'orders',
        rule: 'maxUnavailable 1',
        allowed: 0,
        healthy: 1,
        needed: 1,
        expected: 2,
        workloads: [{ kind: 'Deployment', name: 'orders' }],
      },
    ]);
  });

  it.each([
    [{ key: 'tier', operator: 'In', values: ['web', 'api'] }, true],
    [{ key: 'tier', operator: 'NotIn', values: ['web'] }, false],
    [{ key: 'tier', operator: 'Exists' }, true],
    [{ key: 'tier', operator: 'DoesNotExist' }, false],
    [{ key: 'tier', operator: 'Resembles' }, false],
  ])('may select by %j', (expression, selected) => {
    const part = only({
      pods: known([pod('orders-1', { labels: { tier: 'web' } })]),
      poddisruptionbudgets: known([
        {
          ...disruptionBudget({
            allowed: 1,
            healthy: 1,
            needed: 0,
            expected: 1,
          }),
          spec: {
            minAvailable: '50%',
            selector: { matchExpressions: [expression] },
          },
        },
      ]),
    });
    expect(part.budgets?.map(({ rule }) => rule)).toEqual(
      selected ? ['minAvailable 50%'] : undefined,
    );
  });
});
