import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { findCondition, typed, type Pod, type Service } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const pod = (): Pod => cluster.pods()[0];
const container = (name = 'app') =>
  pod().status?.containerStatuses?.find(status => status.name === name);
const waiting = () => container()?.state.waiting?.reason;
const conditions = () =>
  Object.fromEntries(
    (pod().status?.conditions ?? []).map(({ type, status }) => [type, status]),
  );
const misbehave = (behaviour: string, container_ = {}) =>
  cluster.create(
    deployment({
      annotations: { 'sandbox.slipway/behaviour': behaviour },
      container: container_,
    }),
  );

describe('a pod', () => {
  it('goes from its node to its image, its start and its readiness', () => {
    cluster.create(
      deployment({
        container: {
          startupProbe: { httpGet: { port: 'http' }, periodSeconds: 2 },
          readinessProbe: { httpGet: { port: 'http' }, periodSeconds: 5 },
        },
      }),
    );
    cluster.pass(0.1);
    expect(pod().status).toMatchObject({
      phase: 'Pending',
      qosClass: 'Burstable',
      startTime: expect.any(String),
      hostIP: expect.stringMatching(/^10\.0\./),
    });
    expect(waiting()).toBe('ContainerCreating');
    expect(conditions()).toEqual({
      PodScheduled: 'True',
      PodReadyToStartContainers: 'False',
      Initialized: 'True',
      ContainersReady: 'False',
      Ready: 'False',
    });

    cluster.passUntil(() => container()?.state.running !== undefined);
    expect(pod().status?.phase).toBe('Running');
    expect(container()).toMatchObject({ started: false, ready: false });
    expect(findCondition(pod().status?.conditions, 'Ready')).toMatchObject({
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [app]',
    });

    cluster.passUntil(() => container()?.ready === true);
    expect(container()).toMatchObject({
      started: true,
      restartCount: 0,
      imageID: expect.stringMatching(/^registry\/orders@sha256:[0-9a-f]{64}$/),
      containerID: expect.stringMatching(/^containerd:\/\//),
    });
    expect(pod().status?.podIP).toMatch(/^10\.0\.\d+\.\d+$/);
    expect(new Set(Object.values(conditions()))).toEqual(new Set(['True']));
    const { name } = pod().metadata;
    expect(cluster.told(name).map(text => text.split(':')[0])).toEqual([
      'Scheduled',
      'Pulling',
      'Pulled',
      'Created',
      'Started',
    ]);
    expect(
      cluster.store
        .list(typed.events, { namespace })
        .find(({ reason }) => reason === 'Started'),
    ).toMatchObject({
      message: 'Started container app',
      source: { component: 'kubelet', host: pod().spec.nodeName },
      involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{app}' },
    });
  });

  it('reports the digest it was told to run', () => {
    const image = `registry/orders:1@sha256:${'a'.repeat(64)}`;
    cluster.create(deployment({ container: { image } }));
    cluster.passUntil(() => container()?.ready === true);
    expect(container()?.imageID).toBe(
      `registry/orders@sha256:${'a'.repeat(64)}`,
    );
  });

  it('waits for the first probe to answer', () => {
    cluster.create(
      deployment({
        container: {
          readinessProbe: { initialDelaySeconds: 20, periodSeconds: 5 },
        },
      }),
    );
    const ready = cluster.passUntil(() => container()?.ready === true);
    expect(ready).toBeGreaterThan(20);
    expect(ready).toBeLessThan(26);
  });

  it('runs its init containers first, one after the other', () => {
    cluster.create(
      deployment({
        podSpec: {
          initContainers: [
            { name: 'migrate', image: 'registry/migrate:1' },
            { name: 'warm', image: 'registry/warm:1' },
          ],
        },
      }),
    );
    const inits = () => pod().status?.initContainerStatuses ?? [];
    cluster.passUntil(() => inits()[0]?.state.terminated !== undefined);
    expect(inits()[0].state.terminated).toMatchObject({
      exitCode: 0,
      reason: 'Completed',
    });
    expect(inits()[1].state.waiting?.reason).toBe('PodInitializing');
    expect(waiting()).toBe('PodInitializing');
    expect(
      findCondition(pod().status?.conditions, 'Initialized'),
    ).toMatchObject({
      status: 'False',
      message: 'containers with incomplete status: [warm]',
    });
    cluster.passUntil(() => container()?.ready === true);
    expect(conditions().Initialized).toBe('True');
  });

  it('serves until it ends, and takes its grace', () => {
    cluster.create(
      deployment({
        container: { lifecycle: { preStop: { sleep: { seconds: 10 } } } },
      }),
    );
    cluster.create<Service>({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'orders', namespace },
      spec: { selector: { app: 'orders' }, ports: [{ port: 80 }] },
    });
    cluster.passUntil(() => container()?.ready === true);
    const { name, uid } = pod().metadata;
    cluster.store.remove(typed.pods, namespace, name);
    cluster.pass(9);
    const going = () => cluster.store.get(typed.pods, namespace, name);
    expect(going()).toMatchObject({
      metadata: { uid, deletionTimestamp: expect.any(String) },
      status: { phase: 'Running' },
    });
    const [slice] = cluster.store.list(typed.endpointSlices, { namespace });
    expect(
      slice.endpoints.find(({ targetRef }) => targetRef.name === name)
        ?.conditions,
    ).toEqual({ ready: false, serving: true, terminating: true });
    expect(cluster.told(name)).toContain('Killing: Stopping container app');
    cluster.pass(2.1);
    expect(going()?.status).toMatchObject({
      phase: 'Succeeded',
      containerStatuses: [
        { ready: false, state: { terminated: { exitCode: 0 } } },
      ],
    });
    cluster.pass(1);
    expect(going()).toBeUndefined();
    expect(cluster.pods()).toHaveLength(1);
  });

  it('is killed when its grace is over', () => {
    cluster.create(
      deployment({
        podSpec: { terminationGracePeriodSeconds: 5 },
        container: {
          lifecycle: { preStop: { exec: { command: ['sleep', '60'] } } },
        },
      }),
    );
    cluster.passUntil(() => container()?.ready === true);
    const { name } = pod().metadata;
    cluster.store.remove(typed.pods, namespace, name);
    cluster.pass(5.1);
    expect(
      cluster.store.get(typed.pods, namespace, name)?.status
        ?.containerStatuses?.[0].state.terminated,
    ).toMatchObject({ exitCode: 137, reason: 'Error' });
  });
});

describe('a container that crashes', () => {
  it('is started again after 0, 10, 20, 40 … 300 seconds', () => {
    misbehave('crash-loop');
    cluster.passUntil(() => container()?.restartCount === 1);
    cluster.passUntil(() => waiting() === 'CrashLoopBackOff');
    const { name, uid } = pod().metadata;
    expect(pod().status?.phase).toBe('Running');
    expect(container()).toMatchObject({
      ready: false,
      restartCount: 1,
      state: {
        waiting: {
          message: `back-off 10s restarting failed container=app pod=${name}_shop(${uid})`,
        },
      },
      lastState: {
        terminated: {
          exitCode: 1,
          reason: 'Error',
          message: 'Error: DATABASE_URL is not set\n',
        },
      },
    });
    const pauses: number[] = [];
    for (const restarts of [2, 3, 4, 5, 6, 7, 8]) {
      cluster.passUntil(() => waiting() === 'CrashLoopBackOff');
      pauses.push(
        Math.round(
          cluster.passUntil(() => container()?.restartCount === restarts),
        ),
      );
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300]);
    cluster.passUntil(() => waiting() === 'CrashLoopBackOff');
    expect(container()?.state.waiting?.message).toContain('back-off 5m0s');
    expect(cluster.deployment().status?.availableReplicas).toBe(0);
    const backOff = cluster.store
      .list(typed.events, { namespace })
      .find(({ reason }) => reason === 'BackOff');
    expect(backOff).toMatchObject({
      type: 'Warning',
      message: `Back-off restarting failed container app in pod ${name}_shop(${uid})`,
      count: 8,
    });
  });

  it('says when it was its memory', () => {
    misbehave('oom', {
      resources: { limits: { memory: '128Mi' }, requests: { cpu: '100m' } },
    });
    cluster.passUntil(() => container()?.lastState.terminated !== undefined);
    expect(container()?.lastState.terminated).toMatchObject({
      exitCode: 137,
      reason: 'OOMKilled',
    });
  });

  it('does not keep the one beside it from being ready', () => {
    cluster.create(
      deployment({
        annotations: { 'sandbox.slipway/behaviour': 'crash-loop' },
        podSpec: {
          containers: [
            { name: 'app', image: 'registry/orders:1' },
            { name: 'proxy', image: 'registry/proxy:1' },
          ],
        },
      }),
    );
    cluster.passUntil(() => waiting() === 'CrashLoopBackOff');
    expect(container('proxy')).toMatchObject({ ready: true, restartCount: 0 });
    expect(conditions().Ready).toBe('False');
    expect(
      findCondition(pod().status?.conditions, 'ContainersReady')?.message,
    ).toBe('containers with unready status: [app]');
  });
});

describe('an image that is not there', () => {
  it.each(['registry/orders:missing', 'registry/does-not-exist:1'])(
    'keeps %s from starting, and is asked for again',
    image => {
      cluster.create(deployment({ container: { image } }));
      cluster.passUntil(() => waiting() === 'ErrImagePull');
      expect(container()?.state.waiting?.message).toBe(
        `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
      );
      cluster.passUntil(() => waiting() === 'ImagePullBackOff');
      expect(container()?.state.waiting?.message).toContain(
        `Back-off pulling image "${image}": ErrImagePull: rpc error`,
      );
      expect(pod().status?.phase).toBe('Pending');
      cluster.pass(60);
      expect(container()?.restartCount).toBe(0);
      const { name } = pod().metadata;
      expect(cluster.told(name)).toEqual(
        expect.arrayContaining([
          'Failed: Error: ErrImagePull',
          'Failed: Error: ImagePullBackOff',
          `BackOff: Back-off pulling image "${image}"`,
        ]),
      );
      const pulling = cluster.store
        .list(typed.events, { namespace })
        .find(({ reason }) => reason === 'Pulling');
      // At once, after 10, and after 20 more seconds.
      expect(pulling?.count).toBe(3);
    },
  );

  it('is found once the Deployment names another', () => {
    misbehave('image-pull-error');
    cluster.passUntil(() => waiting() === 'ImagePullBackOff');
    cluster.change(typed.deployments, 'orders', ({ spec }) => {
      spec.template.metadata = { labels: { app: 'orders' } };
    });
    cluster.passUntil(
      () =>
        cluster.deployment().status?.availableReplicas === 1 &&
        cluster.pods().length === 1,
    );
    expect(pod().status?.phase).toBe('Running');
  });
});

describe('a service that is slow', () => {
  it('is unready while it says so', () => {
    misbehave('never-ready', {
      readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
    });
    cluster.pass(120);
    expect(container()).toMatchObject({ started: true, ready: false });
    expect(pod().status?.phase).toBe('Running');
    const unhealthy = cluster.store
      .list(typed.events, { namespace })
      .find(({ reason }) => reason === 'Unhealthy');
    expect(unhealthy).toMatchObject({
      type: 'Warning',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
    });
    expect(unhealthy?.count).toBeGreaterThan(5);
  });

  it('is ready when its startup probe answers at last', () => {
    misbehave('slow-start', {
      startupProbe: { httpGet: { path: '/live', port: 'http' } },
    });
    const seconds = cluster.passUntil(() => container()?.ready === true);
    expect(seconds).toBeGreaterThan(45);
    expect(cluster.told(pod().metadata.name)).toContainEqual(
      expect.stringMatching(
        /^Unhealthy: Startup probe failed: Get "http:\/\/10\.0\.\d+\.\d+:8080\/live": dial tcp .*: connect: connection refused$/,
      ),
    );
  });
});
