import { createObjects } from '../../seed';
import type { ClusterCompute, KubernetesObject } from '../types';
import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { nodeClaimKind } from './nodeClaims';
import { findCondition, isReady, typed } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const start = (compute: ClusterCompute, seed: KubernetesObject[] = []) => {
  cluster = startSimulatedCluster({ compute, seed });
};
const nodes = () => cluster.store.list(typed.nodes);
const zonesOfPods = () =>
  cluster
    .pods()
    .map(
      ({ spec }) =>
        cluster.store.get(typed.nodes, undefined, spec.nodeName ?? '')?.metadata
          .labels?.['topology.kubernetes.io/zone'],
    );
const problem = () =>
  cluster
    .pods()
    .map(({ status }) => findCondition(status?.conditions, 'PodScheduled'))
    .find(condition => condition?.status === 'False');
const allReady = (count: number) => () =>
  cluster.pods().filter(isReady).length === count;
const ask = (cpu: string, memory = '64Mi') => ({
  resources: { requests: { cpu, memory } },
});

describe('with managed nodes', () => {
  beforeEach(() => start({ kind: 'managed-nodes' }));

  it('has one in each zone, and spreads pods over them', () => {
    expect(
      nodes().map(({ metadata }) => ({
        zone: metadata.labels?.['topology.kubernetes.io/zone'],
        group: metadata.labels?.['eks.amazonaws.com/nodegroup'],
        type: metadata.labels?.['node.kubernetes.io/instance-type'],
      })),
    ).toEqual(
      expect.arrayContaining(
        ['a', 'b', 'c'].map(zone => ({
          zone: `eu-west-1${zone}`,
          group: 'general',
          type: 'm7g.large',
        })),
      ),
    );
    cluster.create(deployment({ replicas: 3 }));
    cluster.passUntil(allReady(3));
    expect(zonesOfPods().sort()).toEqual([
      'eu-west-1a',
      'eu-west-1b',
      'eu-west-1c',
    ]);
  });

  it('leaves pods pending that ask for too much, until there is room', () => {
    cluster.create(deployment({ replicas: 4, container: ask('1200m') }));
    cluster.passUntil(allReady(3));
    cluster.pass(60);
    expect(problem()).toMatchObject({
      reason: 'Unschedulable',
      message:
        '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    });
    expect(nodes()).toHaveLength(3);
    const [gone] = cluster.pods().filter(isReady);
    cluster.store.remove(typed.pods, namespace, gone.metadata.name);
    cluster.passUntil(
      () =>
        cluster.pods().filter(({ spec }) => spec.nodeName).length === 3 &&
        cluster.pods().length === 4,
    );
  });

  it('minds selectors, taints and cordons', () => {
    const [first, second] = nodes();
    for (const [node, change] of [
      [first, { unschedulable: true }],
      [second, { taints: [{ key: 'gpu', effect: 'NoSchedule' as const }] }],
    ] as const) {
      cluster.change(typed.nodes, node.metadata.name, ({ spec }) =>
        Object.assign(spec, change),
      );
    }
    cluster.create(deployment({ podSpec: { nodeSelector: { disk: 'fast' } } }));
    cluster.pass(5);
    expect(problem()?.message).toBe(
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {gpu: }, 1 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    );
    cluster.change(typed.nodes, nodes()[2].metadata.name, ({ metadata }) => {
      metadata.labels = { ...metadata.labels, disk: 'fast' };
    });
    cluster.passUntil(allReady(1));
    expect(cluster.pods()[0].spec.nodeName).toBe(nodes()[2].metadata.name);
  });

  it('loses the pods of a node that is deleted, and makes new ones', () => {
    cluster.create(deployment({ replicas: 3 }));
    cluster.passUntil(allReady(3));
    const { nodeName = '' } = cluster.pods()[0].spec;
    cluster.store.remove(typed.nodes, undefined, nodeName);
    cluster.pass(0.1);
    expect(cluster.pods().filter(isReady)).toHaveLength(2);
    cluster.passUntil(allReady(3));
    expect(cluster.pods().map(({ spec }) => spec.nodeName)).not.toContain(
      nodeName,
    );
  });
});

describe('with Karpenter and its definitions', () => {
  it('keeps a claim for each node that it makes, from the start to the end', () => {
    start(
      { kind: 'managed-nodes', karpenter: true },
      createObjects('staging-us', true).filter(
        ({ metadata }) => metadata.name === 'nodeclaims.karpenter.sh',
      ),
    );
    const claims = () => cluster.store.list(nodeClaimKind);
    const said = (type: string) =>
      findCondition(claims()[0]?.status?.conditions, type)?.status;
    cluster.create(deployment({ replicas: 5, container: ask('1200m') }));
    cluster.passUntil(() => claims().length > 0);
    expect(claims()[0].metadata).toMatchObject({
      name: expect.stringMatching(/^default-\w{5}$/),
      labels: { 'karpenter.sh/nodepool': 'default' },
    });
    expect([said('Launched'), said('Registered')]).toEqual(['True', 'Unknown']);

    cluster.passUntil(allReady(5));
    expect([said('Launched'), said('Registered')]).toEqual(['True', 'True']);
    expect(nodes().map(({ metadata }) => metadata.name)).toContain(
      claims()[0].status?.nodeName,
    );

    cluster.change(typed.deployments, 'orders', ({ spec }) => {
      spec.replicas = 0;
    });
    cluster.pass(80);
    expect(claims()).toEqual([]);
  });
});

describe('with Karpenter', () => {
  beforeEach(() => start({ kind: 'managed-nodes', karpenter: true }));

  it('starts a node for pods that fit nowhere, and ends it when it is empty', () => {
    cluster.create(deployment({ replicas: 5, container: ask('1200m') }));
    cluster.passUntil(allReady(3));
    cluster.passUntil(() => nodes().length > 3);
    cluster.passUntil(allReady(5));
    const added = nodes().filter(
      ({ metadata }) => metadata.labels?.['karpenter.sh/nodepool'],
    );
    // Both pods fit on one node of four cores.
    expect(added).toHaveLength(1);
    expect(added[0].metadata.labels).toMatchObject({
      'karpenter.sh/nodepool': 'default',
      'karpenter.sh/capacity-type': 'spot',
      'kubernetes.io/arch': 'arm64',
      'node.kubernetes.io/instance-type': 'c7g.xlarge',
    });
    const late = cluster
      .pods()
      .find(({ spec }) => spec.nodeName === added[0].metadata.name);
    expect(
      cluster.told(late?.metadata.name ?? '').map(text => text.split(':')[0]),
    ).toEqual(expect.arrayContaining(['FailedScheduling', 'Nominated']));
    expect(cluster.told(late?.metadata.name ?? '')).toContainEqual(
      expect.stringMatching(
        /^Nominated: Pod should schedule on: nodeclaim\/default-\w{5}$/,
      ),
    );

    cluster.change(typed.deployments, 'orders', ({ spec }) => {
      spec.replicas = 0;
    });
    cluster.pass(50);
    expect(nodes()).toHaveLength(4);
    cluster.pass(30);
    expect(nodes()).toHaveLength(3);
    expect(cluster.told(added[0].metadata.name)).toContain(
      'DisruptionTerminating: Disrupting Node: Empty',
    );
  });

  it('says what it has no nodes for', () => {
    cluster.create(
      deployment({
        podSpec: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } },
      }),
    );
    cluster.pass(60);
    expect(nodes()).toHaveLength(3);
    expect(cluster.told('orders')).toContainEqual(
      'FailedScheduling: Failed to schedule pod, incompatible with nodepool "default", incompatible requirements, key kubernetes.io/arch, kubernetes.io/arch In [amd64] not in kubernetes.io/arch In [arm64]',
    );
  });

  it('starts nothing for what no machine can hold', () => {
    cluster.create(deployment({ container: ask('64') }));
    cluster.pass(120);
    expect(nodes()).toHaveLength(3);
    expect(cluster.told('orders')).toContainEqual(
      expect.stringContaining(
        'no instance type satisfied resources and requirements',
      ),
    );
  });
});

describe('with Auto Mode', () => {
  beforeEach(() => start({ kind: 'auto-mode' }));

  it('starts nodes across the zones for pods that ask to be spread', () => {
    cluster.create(
      deployment({
        replicas: 6,
        container: ask('1500m'),
        podSpec: {
          topologySpreadConstraints: [
            { topologyKey: 'topology.kubernetes.io/zone' },
          ],
        },
      }),
    );
    cluster.passUntil(allReady(6));
    const added = nodes().filter(
      ({ metadata }) =>
        metadata.annotations?.['karpenter.sh/do-not-disrupt'] === undefined,
    );
    expect(
      added
        .map(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone'])
        .sort(),
    ).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    expect(added[0].metadata).toMatchObject({
      name: expect.stringMatching(/^i-0[0-9a-f]{16}$/),
      labels: {
        'eks.amazonaws.com/compute-type': 'auto',
        'karpenter.sh/nodepool': 'general-purpose',
        'karpenter.sh/capacity-type': 'on-demand',
        'kubernetes.io/arch': 'amd64',
      },
    });
    expect(
      cluster.store
        .list(typed.events, { namespace })
        .find(({ reason }) => reason === 'Nominated'),
    ).toMatchObject({
      message: expect.stringMatching(/nodeclaim\/general-purpose-\w{5}$/),
      source: { component: 'eks-auto-mode/compute' },
    });
  });

  it('keeps the room that it started with', () => {
    cluster.pass(600);
    expect(nodes()).toHaveLength(3);
  });
});

describe('with Fargate', () => {
  beforeEach(() =>
    start({
      kind: 'fargate',
      fargateProfiles: [
        {
          name: 'batch',
          selectors: [
            { namespace: 'batch-*' },
            { namespace: 'sh?p', labels: { tier: 'web' } },
          ],
        },
      ],
    }),
  );

  it('leaves a pod pending that no profile takes', () => {
    cluster.create(deployment());
    cluster.pass(300);
    expect(cluster.pods()[0]).toMatchObject({ status: { phase: 'Pending' } });
    expect(cluster.pods()[0].spec.nodeName).toBeUndefined();
    expect(problem()?.message).toBe('no nodes available to schedule pods');
    expect(nodes()).toEqual([]);
  });

  it('says that the machines of other pods are not for it', () => {
    cluster.create(
      deployment({ name: 'web', labels: { tier: 'web' }, replicas: 2 }),
    );
    cluster.passUntil(allReady(2));
    cluster.create(deployment());
    cluster.pass(10);
    expect(problem()?.message).toBe(
      '0/2 nodes are available: 2 node(s) had untolerated taint {eks.amazonaws.com/compute-type: fargate}. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    );
  });

  it('gives each pod a machine, that goes with it', () => {
    cluster.create(
      deployment({
        labels: { tier: 'web' },
        replicas: 2,
        container: ask('500m', '900Mi'),
      }),
    );
    cluster.passUntil(allReady(2));
    expect(nodes()).toHaveLength(2);
    const [pod] = cluster.pods();
    const node = cluster.store.get(
      typed.nodes,
      undefined,
      pod.spec.nodeName ?? '',
    );
    expect(node?.metadata).toMatchObject({
      name: expect.stringMatching(
        /^fargate-ip-10-0-\d+-\d+\.eu-west-1\.compute\.internal$/,
      ),
      labels: { 'eks.amazonaws.com/compute-type': 'fargate' },
    });
    expect(node?.status.addresses[0].address).toBe(pod.status?.podIP);
    expect(pod).toMatchObject({
      metadata: {
        labels: { 'eks.amazonaws.com/fargate-profile': 'batch' },
        // With the 256 MiB that Kubernetes needs there.
        annotations: { CapacityProvisioned: '0.5vCPU 2GB' },
      },
      spec: { schedulerName: 'fargate-scheduler' },
    });
    expect(cluster.told(pod.metadata.name)).toEqual(
      expect.arrayContaining([
        'LoggingDisabled: Disabled logging because aws-logging configmap was not found. configmap "aws-logging" not found',
        `Scheduled: Successfully assigned shop/${pod.metadata.name} to ${node?.metadata.name}`,
      ]),
    );
    cluster.store.remove(typed.deployments, namespace, 'orders');
    cluster.pass(60);
    expect(nodes()).toEqual([]);
  });

  it.each([
    [
      { hostNetwork: true },
      'Pod not supported on Fargate: fields not supported: HostNetwork',
    ],
    [
      { volumes: [{ name: 'data', hostPath: { path: '/data' } }] },
      'Pod not supported on Fargate: volumes not supported: data is of an unsupported volume Type',
    ],
  ])('refuses %p', (podSpec, message) => {
    cluster.create(deployment({ labels: { tier: 'web' }, podSpec }));
    cluster.pass(60);
    expect(problem()?.message).toBe(message);
    expect(nodes()).toEqual([]);
  });

  it('refuses what is larger than any machine', () => {
    cluster.create(
      deployment({ labels: { tier: 'web' }, container: ask('20') }),
    );
    cluster.pass(60);
    expect(problem()?.message).toBe(
      "Your pod's cpu/memory requirements exceed the max Fargate configuration",
    );
  });
});
