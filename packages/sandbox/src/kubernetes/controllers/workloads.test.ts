import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import {
  findCondition,
  isReady,
  typed,
  type DaemonSet,
  type Job,
  type PodSpec,
  type StatefulSet,
} from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const template = (image = 'registry/db:1', spec: Partial<PodSpec> = {}) => ({
  metadata: { labels: { app: 'db' } },
  spec: { containers: [{ name: 'db', image }], ...spec },
});
const selector = { matchLabels: { app: 'db' } };
const names = () => cluster.pods().map(({ metadata }) => metadata.name);
const ready = (count: number) => () =>
  cluster.pods().filter(isReady).length === count;
const images = () => [
  ...new Set(cluster.pods().map(({ spec }) => spec.containers[0].image)),
];

describe('a StatefulSet', () => {
  const statefulSet = (replicas: number): StatefulSet => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace },
    spec: { replicas, selector, template: template() },
  });
  const status = () =>
    cluster.store.get(typed.statefulSets, namespace, 'db')?.status;

  it('starts its pods in order, and ends them in the other', () => {
    cluster.create(statefulSet(3));
    cluster.pass(0.1);
    expect(names()).toEqual(['db-0']);
    cluster.passUntil(ready(1));
    cluster.pass(0.1);
    expect(names()).toEqual(['db-0', 'db-1']);
    cluster.passUntil(ready(3));
    cluster.pass(0.1);
    expect(status()).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      updatedReplicas: 3,
    });
    expect(cluster.pods()[1].metadata.labels).toMatchObject({
      'apps.kubernetes.io/pod-index': '1',
      'statefulset.kubernetes.io/pod-name': 'db-1',
    });
    cluster.change(typed.statefulSets, 'db', ({ spec }) => {
      spec.replicas = 1;
    });
    cluster.pass(0.1);
    expect(
      cluster
        .pods()
        .filter(({ metadata }) => metadata.deletionTimestamp)
        .map(({ metadata }) => metadata.name),
    ).toEqual(['db-2']);
    cluster.pass(10);
    expect(names()).toEqual(['db-0']);
  });

  it('replaces the highest first, and never two at once', () => {
    cluster.create(statefulSet(3));
    cluster.passUntil(ready(3));
    let fewest = 3;
    const order: string[] = [];
    cluster.store.subscribe(({ type, kind, object }) => {
      fewest = Math.min(fewest, cluster.pods().filter(isReady).length);
      if (kind === typed.pods && type === 'DELETED') {
        order.push(object.metadata.name);
      }
    });
    cluster.change(typed.statefulSets, 'db', ({ spec }) => {
      spec.template = template('registry/db:2');
    });
    cluster.passUntil(() => ready(3)() && images().join() === 'registry/db:2');
    expect(order).toEqual(['db-2', 'db-1', 'db-0']);
    expect(fewest).toBe(2);
  });
});

describe('a DaemonSet', () => {
  const daemonSet = (spec: Partial<PodSpec> = {}): DaemonSet => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace },
    spec: { selector, template: template('registry/agent:1', spec) },
  });
  const status = () =>
    cluster.store.get(typed.daemonSets, namespace, 'agent')?.status;
  const hosts = () =>
    cluster
      .pods()
      .map(({ spec }) => spec.nodeName)
      .sort();
  const nodes = () =>
    cluster.store.list(typed.nodes).map(({ metadata }) => metadata.name);

  it('runs on each node that takes it', () => {
    const [first] = nodes();
    cluster.change(typed.nodes, first, ({ spec }) => {
      spec.taints = [{ key: 'gpu', effect: 'NoSchedule' }];
    });
    cluster.create(daemonSet());
    cluster.passUntil(ready(2));
    expect(hosts()).toEqual(nodes().slice(1).sort());
    cluster.pass(0.1);
    expect(status()).toMatchObject({
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberReady: 2,
      numberAvailable: 2,
    });
    cluster.change(typed.nodes, first, ({ spec }) => {
      delete spec.taints;
    });
    cluster.passUntil(ready(3));
    expect(hosts()).toEqual(nodes().sort());
  });

  it('is replaced node by node', () => {
    cluster.create(daemonSet());
    cluster.passUntil(ready(3));
    let fewest = 3;
    cluster.store.subscribe(() => {
      fewest = Math.min(fewest, cluster.pods().filter(isReady).length);
    });
    cluster.change(typed.daemonSets, 'agent', ({ spec }) => {
      spec.template = template('registry/agent:2');
    });
    cluster.passUntil(
      () => ready(3)() && images().join() === 'registry/agent:2',
    );
    expect(fewest).toBe(2);
  });

  it('has no pods on Fargate, and starts no nodes', () => {
    cluster.stop();
    cluster = startSimulatedCluster({
      compute: {
        kind: 'fargate',
        fargateProfiles: [
          { name: 'p', selectors: [{ namespace, labels: { app: 'orders' } }] },
        ],
      },
    });
    cluster.create(deployment());
    cluster.create(daemonSet());
    cluster.passUntil(ready(1));
    cluster.pass(60);
    expect(cluster.pods()).toHaveLength(1);
    expect(status()).toMatchObject({ desiredNumberScheduled: 0 });
  });
});

describe('a Job', () => {
  const job = (spec: Partial<Job['spec']>, behaviour?: string): Job => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'import', namespace },
    spec: {
      template: {
        metadata: {
          annotations: behaviour
            ? { 'sandbox.slipway/behaviour': behaviour }
            : {},
        },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'import', image: 'registry/import:1' }],
        },
      },
      ...spec,
    },
  });
  const status = () =>
    cluster.store.get(typed.jobs, namespace, 'import')?.status;

  it('runs its pods to their end, so many at once', () => {
    cluster.create(job({ parallelism: 2, completions: 3 }));
    cluster.pass(2);
    expect(status()).toMatchObject({ active: 2 });
    cluster.passUntil(() => status()?.completionTime !== undefined);
    expect(status()).toMatchObject({ succeeded: 3 });
    expect(findCondition(status()?.conditions, 'Complete')).toMatchObject({
      status: 'True',
      reason: 'CompletionsReached',
    });
    expect(cluster.pods().map(({ status: of }) => of?.phase)).toEqual([
      'Succeeded',
      'Succeeded',
      'Succeeded',
    ]);
    const [pod] = cluster.pods();
    expect(findCondition(pod.status?.conditions, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PodCompleted',
    });
    expect(pod.metadata.labels?.['batch.kubernetes.io/job-name']).toBe(
      'import',
    );
  });

  it('gives up after so many failures', () => {
    cluster.create(job({ backoffLimit: 1 }, 'crash-loop'));
    cluster.passUntil(() => (status()?.conditions ?? []).length > 0);
    expect(findCondition(status()?.conditions, 'Failed')).toMatchObject({
      status: 'True',
      reason: 'BackoffLimitExceeded',
    });
    expect(status()).toMatchObject({ failed: 2 });
    cluster.pass(60);
    expect(cluster.pods()).toHaveLength(2);
    expect(cluster.pods()[0].status).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 1 } } }],
    });
  });
});
