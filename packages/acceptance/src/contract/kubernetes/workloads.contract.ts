import {
  core,
  deployment,
  deploymentsIn,
  inGroup,
  make,
  patch,
  pod,
  podSpec,
} from './objects';
import {
  about,
  type ContractCase,
  type KubernetesTarget,
  until,
} from './types';

interface Condition {
  type: string;
  status: string;
  reason?: string;
}

interface Pod {
  metadata: { name: string; ownerReferences: { kind: string }[] };
  spec: { containers: { image: string }[] };
  status: { conditions?: Condition[] };
}

const isReady = ({ status }: Pod) =>
  status.conditions?.some(
    ({ type, status: value }) => type === 'Ready' && value === 'True',
  ) ?? false;

const conditionOf = (
  object: { status: { conditions?: Condition[] } },
  type: string,
) => object.status.conditions?.find(condition => condition.type === type);

const podsOf = async ({ send }: KubernetesTarget, namespace: string) => {
  const { body } = await send('GET', core(namespace, 'pods'));
  return body.items as Pod[];
};

const sized = (name: string, spec: object = {}) =>
  deployment(name, {
    replicas: 3,
    template: {
      metadata: { labels: { app: name } },
      spec: podSpec({ resources: { requests: { cpu: '100m' } } }),
    },
    ...spec,
  });

async function running(target: KubernetesTarget, spec: object = {}) {
  const namespace = await target.namespace();
  const path = `${deploymentsIn(namespace)}/orders`;
  await make(target, deploymentsIn(namespace), sized('orders', spec));
  await until(async () => {
    const { body } = await target.send('GET', path);
    return body.status.availableReplicas === 3;
  });
  return { namespace, path };
}

const rollouts: ContractCase[] = about('rollout', {
  async 'runs the pods of a Deployment, and says so'(target) {
    const { namespace, path } = await running(target);
    const { body } = await target.send('GET', path);
    expect(body.status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(conditionOf(body, 'Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
    });
    const pods = await podsOf(target, namespace);
    expect(pods.every(isReady)).toBe(true);
    expect(
      pods.map(({ metadata }) => metadata.ownerReferences[0].kind),
    ).toEqual(['ReplicaSet', 'ReplicaSet', 'ReplicaSet']);
    const { body: sets } = await target.send(
      'GET',
      inGroup('apps/v1', namespace, 'replicasets'),
    );
    expect(sets.items[0].metadata).toMatchObject({
      name: expect.stringMatching(/^orders-[a-z0-9]{8,10}$/),
      annotations: { 'deployment.kubernetes.io/revision': '1' },
      ownerReferences: [
        { kind: 'Deployment', name: 'orders', controller: true },
      ],
    });
  },

  async 'brings a new image out without one pod less'(target) {
    const { namespace, path } = await running(target, {
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
    });
    const { metadata } = (await target.send('GET', deploymentsIn(namespace)))
      .body;
    await patch(target, path, 'strategic-merge', {
      spec: {
        template: {
          spec: { containers: [{ name: 'app', image: 'registry/app:2' }] },
        },
      },
    });
    const done = await until(async () => {
      const { body } = await target.send('GET', path);
      return (
        body.status.observedGeneration === 2 &&
        body.status.updatedReplicas === 3 &&
        body.status.replicas === 3 &&
        body
      );
    });
    expect(conditionOf(done, 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
    });
    const { body: events } = await target.send(
      'GET',
      `${deploymentsIn(namespace)}?watch=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`,
    );
    const fewest = [events]
      .flat()
      .map(({ object }) => object.status.availableReplicas ?? 0);
    expect(Math.min(...fewest)).toBe(3);
    await until(async () => {
      const pods = await podsOf(target, namespace);
      return (
        pods.length === 3 &&
        pods.every(({ spec }) => spec.containers[0].image === 'registry/app:2')
      );
    });
  },

  async 'keeps the old pods while the new image cannot be pulled'(target) {
    const { namespace, path } = await running(target, {
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    });
    await patch(target, path, 'strategic-merge', {
      spec: {
        template: {
          spec: {
            containers: [{ name: 'app', image: 'registry/app:missing' }],
          },
        },
      },
    });
    const broken = await until(async () =>
      (await target.send('GET', core(namespace, 'pods'))).body.items
        .flatMap(
          ({ status }: { status: { containerStatuses?: object[] } }) =>
            status.containerStatuses ?? [],
        )
        .find(
          ({ state }: { state: { waiting?: { reason: string } } }) =>
            state.waiting?.reason === 'ImagePullBackOff',
        ),
    );
    expect(broken).toMatchObject({ ready: false, started: false });
    const { body } = await target.send('GET', path);
    expect(body.status).toMatchObject({
      availableReplicas: 3,
      unavailableReplicas: 1,
    });
  },

  async 'ends the pods when the Deployment is gone'(target) {
    const { namespace, path } = await running(target);
    await target.send('DELETE', path);
    await until(async () => (await podsOf(target, namespace)).length === 0);
  },

  async 'completes a Job'(target) {
    const jobs = inGroup('batch/v1', await target.namespace(), 'jobs');
    await make(target, jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate' },
      spec: {
        template: { spec: { ...podSpec(), restartPolicy: 'Never' } },
      },
    });
    const done = await until(async () => {
      const { body } = await target.send('GET', `${jobs}/migrate`);
      return conditionOf(body, 'Complete') && body;
    });
    expect(done.status).toMatchObject({
      succeeded: 1,
      completionTime: expect.any(String),
    });
  },

  async 'says why a pod cannot be placed'(target) {
    const pods = core(await target.namespace(), 'pods');
    await make(
      target,
      pods,
      pod('large', podSpec({ resources: { requests: { cpu: '900' } } })),
    );
    const condition = await until(async () => {
      const { body } = await target.send('GET', `${pods}/large`);
      return conditionOf(body, 'PodScheduled');
    });
    expect(condition).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message: expect.stringMatching(/^0\/\d+ nodes are available: /),
    });
  },

  async 'gives endpoints to a Service'(target) {
    const { namespace } = await running(target);
    await make(target, core(namespace, 'services'), {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'orders' },
      spec: {
        selector: { app: 'orders' },
        ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      },
    });
    const slice = await until(async () => {
      const { body } = await target.send(
        'GET',
        `${inGroup('discovery.k8s.io/v1', namespace, 'endpointslices')}?labelSelector=kubernetes.io%2Fservice-name%3Dorders`,
      );
      return body.items[0]?.endpoints?.length === 3 && body.items[0];
    });
    expect(slice.ports).toEqual([
      { name: 'http', port: 8080, protocol: 'TCP' },
    ]);
    expect(slice.endpoints[0]).toMatchObject({
      conditions: { ready: true, serving: true, terminating: false },
      targetRef: { kind: 'Pod', namespace },
    });
  },
});

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'orders' },
  spec: {
    scaleTargetRef: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'orders',
    },
    minReplicas: 3,
    maxReplicas: 10,
    metrics: [
      {
        type: 'Resource',
        resource: {
          name: 'cpu',
          target: { type: 'Utilization', averageUtilization: 70 },
        },
      },
    ],
  },
};

const autoscalersIn = (namespace: string) =>
  inGroup('autoscaling/v2', namespace, 'horizontalpodautoscalers');

const autoscaling: ContractCase[] = about('autoscaling', {
  async 'adds pods while they are too busy, up to the most'(target) {
    const { namespace } = await running(target);
    await make(target, autoscalersIn(namespace), autoscaler);
    const path = `${autoscalersIn(namespace)}/orders`;
    const read = async () => (await target.send('GET', path)).body;
    const calm = await until(async () => {
      const hpa = await read();
      return (
        hpa.status?.currentMetrics?.[0]?.resource?.current
          ?.averageUtilization !== undefined && hpa
      );
    });
    expect(calm.status).toMatchObject({
      currentReplicas: 3,
      desiredReplicas: 3,
    });
    target.setLoad(namespace, 'orders', 300);
    const scaled = await until(async () => {
      const hpa = await read();
      return hpa.status.currentReplicas >= 6 && hpa;
    });
    expect(
      scaled.status.conditions
        .map(({ type, status }: Condition) => `${type} ${status}`)
        .sort(),
    ).toEqual([
      'AbleToScale True',
      'ScalingActive True',
      expect.stringMatching(/^ScalingLimited /),
    ]);
    expect(scaled.status.lastScaleTime).toEqual(expect.any(String));
    await until(async () => (await read()).status.currentReplicas === 10);
  },

  async 'says that it cannot scale what is not there'(target) {
    const namespace = await target.namespace();
    await make(target, autoscalersIn(namespace), autoscaler);
    const condition = await until(async () => {
      const { body } = await target.send(
        'GET',
        `${autoscalersIn(namespace)}/orders`,
      );
      return conditionOf({ status: body.status ?? {} }, 'AbleToScale');
    });
    expect(condition).toMatchObject({
      status: 'False',
      reason: 'FailedGetScale',
      message: expect.stringContaining('deployments.apps "orders" not found'),
    });
  },
});

const usage: ContractCase[] = about('metrics', {
  async 'says what pods use'(target) {
    const { namespace } = await running(target);
    const pods = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    const { body } = await target.send('GET', pods);
    expect(body).toMatchObject({
      kind: 'PodMetricsList',
      apiVersion: 'metrics.k8s.io/v1beta1',
    });
    expect(body.items).toHaveLength(3);
    expect(body.items[0]).toMatchObject({
      metadata: { namespace },
      timestamp: expect.any(String),
      window: expect.any(String),
      containers: [
        { name: 'app', usage: { cpu: expect.stringMatching(/^\d+n$/) } },
      ],
    });
    expect((await target.send('GET', `${pods}/none`)).status).toBe(404);
  },

  async 'says what nodes use'({ send }) {
    const { body } = await send('GET', '/apis/metrics.k8s.io/v1beta1/nodes');
    expect(body.items[0].usage).toEqual({
      cpu: expect.stringMatching(/^\d+n$/),
      memory: expect.stringMatching(/^\d+Ki$/),
    });
  },
});

async function writing(target: KubernetesTarget, containers = ['app']) {
  const namespace = await target.namespace();
  const path = `${core(namespace, 'pods')}/p`;
  await make(
    target,
    core(namespace, 'pods'),
    pod('p', {
      containers: containers.map(name => ({ name, image: 'registry/app:1' })),
    }),
  );
  await until(async () => {
    const { body } = await target.send('GET', path);
    return isReady(body);
  });
  return path;
}

const logs: ContractCase[] = about('logs', {
  async 'are what the container wrote, as text'(target) {
    const path = await writing(target);
    const lines = await until(async () => {
      const { status, headers, body } = await target.send('GET', `${path}/log`);
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^text\/plain/);
      return body.trim() && body;
    });
    expect(lines).toMatch(/\n$/);
  },

  async 'are as many of the last lines as asked for, with their times'(target) {
    const path = await writing(target);
    const body = await until(async () => {
      const answer = await target.send(
        'GET',
        `${path}/log?tailLines=1&timestamps=true`,
      );
      return answer.body.trim() && answer.body;
    });
    expect(body).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z .+\n$/);
  },

  async 'ask which container, where there are several'(target) {
    const path = await writing(target, ['app', 'proxy']);
    expect((await target.send('GET', `${path}/log`)).body).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message:
        'a container name must be specified for pod p, choose one of: [app proxy]',
    });
    expect(
      (await target.send('GET', `${path}/log?container=none`)).body,
    ).toMatchObject({
      code: 400,
      message: 'container none is not valid for pod p',
    });
    expect(
      (await target.send('GET', `${path}/log?container=proxy`)).status,
    ).toBe(200);
  },

  async 'are refused for a pod that is not there'(target) {
    const path = core(await target.namespace(), 'pods');
    expect((await target.send('GET', `${path}/none/log`)).body).toMatchObject({
      code: 404,
      message: 'pods "none" not found',
    });
  },

  async 'are refused for a container that has not started'(target) {
    const pods = core(await target.namespace(), 'pods');
    await make(
      target,
      pods,
      pod('p', podSpec({ image: 'registry/app:missing' })),
    );
    const answer = await until(async () => {
      const { body } = await target.send('GET', `${pods}/p`);
      return (
        body.status.containerStatuses?.[0].state.waiting?.reason ===
          'ImagePullBackOff' && target.send('GET', `${pods}/p/log`)
      );
    });
    expect(answer.body).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message:
        'container "app" in pod "p" is waiting to start: trying and failing to pull image',
    });
  },
});

export default [...rollouts, ...autoscaling, ...usage, ...logs];
