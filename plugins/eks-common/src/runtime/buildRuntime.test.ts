import {
  NEW_RELEASE,
  onClusters,
  orders,
  pod,
  PROD_EU,
  PROD_US,
} from '../testUtils';
import { buildRuntime, type KnownObjects } from './buildRuntime';
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
      },
    ],
    [
      {
        'karpenter.sh/nodepool': 'default',
        'karpenter.sh/capacity-type': 'spot',
      },
      { madeBy: 'karpenter', capacity: 'spot' },
    ],
    [
      {
        'eks.amazonaws.com/compute-type': 'auto',
        'karpenter.sh/nodepool': 'general-purpose',
        'karpenter.sh/capacity-type': 'on-demand',
      },
      { madeBy: 'auto-mode', capacity: 'on-demand' },
    ],
    [{}, { madeBy: 'unknown' }],
  ])('with %j', (labels, expected) => {
    const part = only({
      pods: known([onNode]),
      nodes: known([node(labels), node(labels, 'other')]),
    });
    expect(part.nodes).toEqual([{ name: 'node-1', ...expected }]);
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
