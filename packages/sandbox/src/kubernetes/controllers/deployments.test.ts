import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { findCondition, isActive, isReady, typed } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const available = () => cluster.deployment().status?.availableReplicas ?? 0;
const images = () => [
  ...new Set(cluster.pods().map(({ spec }) => spec.containers[0].image)),
];
const replicaSets = () => cluster.store.list(typed.replicaSets, { namespace });
const condition = (type: string) =>
  findCondition(cluster.deployment().status?.conditions, type);
const setImage = (image: string) =>
  cluster.change(typed.deployments, 'orders', ({ spec }) => {
    spec.template.spec.containers[0].image = image;
  });
const annotate = (annotations: Record<string, string>) =>
  cluster.change(typed.deployments, 'orders', ({ spec }) => {
    spec.template.metadata = { ...spec.template.metadata, annotations };
  });
const scaleTo = (replicas: number) =>
  cluster.change(typed.deployments, 'orders', ({ spec }) => {
    spec.replicas = replicas;
  });
const rolledOut = (image: string, replicas: number) => () =>
  available() === replicas &&
  cluster.pods().length === replicas &&
  images().join() === image;

describe('a Deployment', () => {
  it('runs its pods, and says how it gets on', () => {
    cluster.create(deployment({ replicas: 3 }));
    cluster.pass(0.1);
    expect(cluster.deployment().status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      unavailableReplicas: 3,
    });
    expect(condition('Progressing')).toMatchObject({ status: 'True' });
    expect(condition('Available')).toMatchObject({
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
    });
    cluster.passUntil(() => available() === 3);
    const [{ metadata }] = replicaSets();
    expect(cluster.deployment().status).toMatchObject({
      readyReplicas: 3,
      unavailableReplicas: 0,
    });
    expect(condition('Available')?.reason).toBe('MinimumReplicasAvailable');
    expect(condition('Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${metadata.name}" has successfully progressed.`,
    });
    const hash = metadata.labels?.['pod-template-hash'];
    expect(metadata).toMatchObject({
      name: `orders-${hash}`,
      annotations: {
        'deployment.kubernetes.io/revision': '1',
        'deployment.kubernetes.io/desired-replicas': '3',
        'deployment.kubernetes.io/max-replicas': '4',
      },
    });
    expect(cluster.pods()[0].metadata).toMatchObject({
      generateName: `orders-${hash}-`,
      labels: { app: 'orders', 'pod-template-hash': hash },
    });
    expect(cluster.told('orders')).toContain(
      `ScalingReplicaSet: Scaled up replica set orders-${hash} from 0 to 3`,
    );
  });

  it('stays as it is when nothing happens', () => {
    cluster.create(deployment({ replicas: 2 }));
    cluster.passUntil(() => available() === 2);
    cluster.pass(60);
    const before = cluster.store.resourceVersion;
    cluster.pass(600);
    expect(cluster.store.resourceVersion).toBe(before);
  });

  it.each([
    { replicas: 4, maxSurge: '25%', maxUnavailable: 0, fewest: 4, most: 5 },
    { replicas: 4, maxSurge: 0, maxUnavailable: '25%', fewest: 3, most: 4 },
    { replicas: 10, maxSurge: 3, maxUnavailable: 2, fewest: 8, most: 13 },
    { replicas: 3, maxSurge: '25%', maxUnavailable: '25%', fewest: 3, most: 4 },
    { replicas: 1, maxSurge: 0, maxUnavailable: 0, fewest: 0, most: 1 },
  ])(
    'rolls out with no fewer and no more pods than allowed: %p',
    ({ replicas, fewest, most, ...rollingUpdate }) => {
      cluster.create(
        deployment({
          replicas,
          strategy: { type: 'RollingUpdate', rollingUpdate },
        }),
      );
      cluster.passUntil(() => available() === replicas);
      let ready = replicas;
      cluster.store.subscribe(({ kind }) => {
        if (kind === typed.pods) {
          ready = Math.min(ready, cluster.pods().filter(isReady).length);
        }
      });
      setImage('registry/orders:2');
      const counts: number[] = [];
      cluster.passUntil(() => {
        counts.push(cluster.pods().filter(isActive).length);
        return rolledOut('registry/orders:2', replicas)();
      });
      expect(ready).toBe(fewest);
      expect(Math.max(...counts)).toBe(most);
      expect(cluster.deployment().metadata.annotations).toEqual({
        'deployment.kubernetes.io/revision': '2',
      });
    },
  );

  it('keeps what runs while the new pods do not, and tells when it is too late', () => {
    const strategy = {
      type: 'RollingUpdate' as const,
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    };
    cluster.create(
      deployment({ replicas: 3, strategy, progressDeadlineSeconds: 60 }),
    );
    cluster.passUntil(() => available() === 3);
    annotate({ 'sandbox.slipway/behaviour': 'never-ready' });
    cluster.pass(50);
    expect(condition('Progressing')?.reason).toBe('ReplicaSetUpdated');
    cluster.pass(30);
    expect(condition('Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: expect.stringMatching(
        /^ReplicaSet "orders-\w+" has timed out progressing\.$/,
      ),
    });
    expect(condition('Available')?.status).toBe('True');
    expect(cluster.deployment().status).toMatchObject({
      replicas: 4,
      updatedReplicas: 1,
      availableReplicas: 3,
      unavailableReplicas: 1,
    });

    annotate({});
    cluster.passUntil(
      () => condition('Progressing')?.reason === 'NewReplicaSetAvailable',
    );
    expect(cluster.deployment().status).toMatchObject({
      replicas: 3,
      availableReplicas: 3,
    });
  });

  it('takes an old replica set up again, as a new revision', () => {
    cluster.create(deployment({ replicas: 2 }));
    cluster.passUntil(() => available() === 2);
    const [first] = replicaSets();
    setImage('registry/orders:2');
    cluster.passUntil(rolledOut('registry/orders:2', 2));
    setImage('registry/orders:1');
    cluster.passUntil(rolledOut('registry/orders:1', 2));
    expect(replicaSets()).toHaveLength(2);
    expect(
      cluster.store.get(typed.replicaSets, namespace, first.metadata.name),
    ).toMatchObject({
      spec: { replicas: 2 },
      metadata: {
        annotations: {
          'deployment.kubernetes.io/revision': '3',
          'deployment.kubernetes.io/revision-history': '1',
        },
      },
    });
  });

  it('forgets replica sets beyond its history', () => {
    cluster.create(deployment({ revisionHistoryLimit: 1 }));
    for (const version of [1, 2, 3, 4]) {
      setImage(`registry/orders:${version}`);
      cluster.passUntil(rolledOut(`registry/orders:${version}`, 1));
    }
    cluster.pass(5);
    expect(
      replicaSets()
        .map(({ spec }) => spec.replicas)
        .sort(),
    ).toEqual([0, 1]);
  });

  it('makes no new pods while it is paused, but scales', () => {
    cluster.create(deployment({ replicas: 2 }));
    cluster.passUntil(() => available() === 2);
    const pause = (paused: boolean) =>
      cluster.change(typed.deployments, 'orders', ({ spec }) => {
        spec.paused = paused;
      });
    pause(true);
    setImage('registry/orders:2');
    scaleTo(3);
    cluster.passUntil(() => available() === 3);
    cluster.pass(20);
    expect(images()).toEqual(['registry/orders:1']);
    expect(condition('Progressing')).toMatchObject({
      status: 'Unknown',
      reason: 'DeploymentPaused',
    });
    pause(false);
    cluster.passUntil(rolledOut('registry/orders:2', 3));
    expect(condition('Progressing')?.reason).toBe('NewReplicaSetAvailable');
  });

  it('shares what is added in the middle of a rollout', () => {
    cluster.create(deployment({ replicas: 10 }));
    cluster.passUntil(() => available() === 10);
    annotate({ 'sandbox.slipway/behaviour': 'never-ready' });
    cluster.pass(20);
    const sizes = () =>
      replicaSets()
        .map(({ spec }) => spec.replicas)
        .sort((a, b) => a - b);
    expect(sizes()).toEqual([5, 8]);
    scaleTo(15);
    cluster.pass(20);
    // 15 and a quarter more: 19.
    expect(sizes()).toEqual([7, 12]);
  });

  it('lets all old pods go before the first new one comes, with Recreate', () => {
    cluster.create(deployment({ replicas: 2, strategy: { type: 'Recreate' } }));
    cluster.passUntil(() => available() === 2);
    const together = new Set<string>();
    cluster.store.subscribe(() => together.add(images().sort().join()));
    setImage('registry/orders:2');
    cluster.passUntil(rolledOut('registry/orders:2', 2));
    expect([...together].sort()).toEqual([
      '',
      'registry/orders:1',
      'registry/orders:2',
    ]);
  });

  it('counts a pod as available only after minReadySeconds', () => {
    cluster.create(deployment({ minReadySeconds: 30 }));
    cluster.passUntil(() => cluster.deployment().status?.readyReplicas === 1);
    cluster.pass(20);
    expect(available()).toBe(0);
    cluster.pass(15);
    expect(available()).toBe(1);
  });

  it('tells why its pods are refused', () => {
    cluster.create(deployment({ podSpec: { serviceAccountName: 'orders' } }));
    cluster.pass(12);
    const message = expect.stringMatching(
      /^pods "orders-\w+-\w+" is forbidden: error looking up service account shop\/orders: serviceaccount "orders" not found$/,
    );
    expect(condition('ReplicaFailure')).toMatchObject({
      status: 'True',
      reason: 'FailedCreate',
      message,
    });
    expect(cluster.told('orders')).toContainEqual(
      expect.stringMatching(/^FailedCreate: Error creating: pods "orders-/),
    );
    // It is not tried all the time.
    expect(
      cluster.told('orders').filter(text => text.startsWith('FailedCreate')),
    ).toHaveLength(3);
    cluster.create({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'orders', namespace },
    });
    cluster.passUntil(() => available() === 1);
    expect(condition('ReplicaFailure')).toBeUndefined();
  });

  it('goes with all that it owns', () => {
    cluster.create(deployment({ replicas: 2 }));
    cluster.passUntil(() => available() === 2);
    cluster.store.remove(typed.deployments, namespace, 'orders');
    expect(cluster.pods()).toHaveLength(2);
    cluster.pass(5);
    expect([...cluster.pods(), ...replicaSets()]).toEqual([]);
  });

  it('takes over what was left alone', () => {
    cluster.create(deployment({ replicas: 2 }));
    cluster.passUntil(() => available() === 2);
    const before = cluster.pods().map(({ metadata }) => metadata.uid);
    cluster.store.remove(typed.deployments, namespace, 'orders', {
      propagationPolicy: 'Orphan',
    });
    cluster.pass(5);
    cluster.create(deployment({ replicas: 2 }));
    cluster.pass(5);
    expect(cluster.pods().map(({ metadata }) => metadata.uid)).toEqual(before);
    expect(replicaSets()).toHaveLength(1);
    expect(available()).toBe(2);
  });
});

it('keeps pods that serve when there are too many', () => {
  cluster.create(deployment({ replicas: 3 }));
  cluster.passUntil(() => available() === 3);
  scaleTo(5);
  cluster.pass(0.1);
  expect(cluster.pods()).toHaveLength(5);
  const serving = cluster.pods().filter(isReady);
  expect(serving).toHaveLength(3);
  scaleTo(3);
  cluster.pass(10);
  expect(cluster.pods().map(({ metadata }) => metadata.name)).toEqual(
    serving.map(({ metadata }) => metadata.name),
  );
});
