import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AuthorizeResult,
  type AuthorizePermissionRequest,
  type DefinitivePolicyDecision,
} from '@backstage/plugin-permission-common';
import type { PodDetails } from '@slipway/backstage-plugin-eks-common/runtime';
import {
  orders,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { kinds } from '@slipway/sandbox';
import request from 'supertest';
import { openEvents } from '../__testUtils__/eventStream';
import { readyPods, runOrders, until } from '../__testUtils__/ordersInSandbox';
import { schemaProblems } from '../__testUtils__/schemaProblems';
import { useSandbox } from '../__testUtils__/useSandbox';
import eksPlugin from '../index';

const PATH = '/api/eks/runtime/component/default/orders';
const use = useSandbox();
let backend: TestBackend | undefined;

const store = () => use.sandbox.cluster('prod-eu').store;
const ready = (namespace: string) =>
  readyPods(use.sandbox, 'prod-eu', namespace);

beforeAll(async () => {
  await runOrders(use.sandbox, 'prod-eu', {
    namespace: 'orders',
    owner: 'component:default/orders',
  });
  await runOrders(use.sandbox, 'prod-eu', {
    namespace: 'others',
    owner: 'component:default/others',
    replicas: 1,
  });
}, 60_000);

async function start(
  options: { denied?: string[]; actions?: object; namespace?: string } = {},
) {
  const auditor = mockServices.auditor.mock();
  const event = {
    success: jest.fn(async () => {}),
    fail: jest.fn(async () => {}),
  };
  auditor.createEvent.mockResolvedValue(event);
  const permissions = mockServices.permissions.mock({
    authorize: jest.fn(
      async (
        requests: AuthorizePermissionRequest[],
      ): Promise<DefinitivePolicyDecision[]> =>
        requests.map(({ permission }) => ({
          result: options.denied?.includes(permission.name)
            ? AuthorizeResult.DENY
            : AuthorizeResult.ALLOW,
        })),
    ),
  });
  backend = await startTestBackend({
    features: [
      eksPlugin,
      catalogServiceMock.factory({
        entities: [
          {
            ...orders,
            metadata: {
              ...orders.metadata,
              annotations: {
                ...orders.metadata.annotations,
                'backstage.io/kubernetes-namespace':
                  options.namespace ?? 'orders',
              },
            },
          },
        ],
      }),
      mockServices.rootConfig.factory({
        data: {
          ...use.sandbox.config,
          eks: {
            ...Object(use.sandbox.config.eks),
            runtime: { actions: options.actions ?? { enabled: true } },
          },
        },
      }),
      permissions.factory,
      auditor.factory,
    ],
  });
  return { backend, server: backend.server, auditor, event };
}

afterEach(async () => {
  await backend?.stop();
  backend = undefined;
});

const podIn = (namespace = 'orders') => ({
  cluster: PROD_EU,
  namespace,
  pod: ready(namespace)[0],
});
const workloadIn = (namespace = 'orders') => ({
  cluster: PROD_EU,
  namespace,
  kind: 'Deployment',
  name: 'orders',
});
const query = (fields: object) =>
  new URLSearchParams(
    Object.entries(fields).map(([name, value]) => [name, String(value)]),
  );

describe('GET …/pod', () => {
  it('tells everything about a pod of the entity', async () => {
    const { server } = await start();
    const wanted = podIn();
    const { status, body } = await request(server).get(
      `${PATH}/pod?${query(wanted)}`,
    );
    expect(status).toBe(200);
    expect(schemaProblems('PodDetails', body)).toEqual([]);
    const details: PodDetails = body;
    expect(details.object).toMatchObject({
      kind: 'Pod',
      metadata: { name: wanted.pod },
    });
    expect(JSON.stringify(details.object)).not.toContain('managedFields');
    expect(details.containers).toEqual([
      expect.objectContaining({
        name: 'orders',
        state: 'running',
        ready: true,
      }),
    ]);
    expect(details.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', holds: true }),
    );
    expect(details.events.map(({ reason }) => reason)).toContain('Scheduled');
    expect(details.eventsProblem).toBeUndefined();
  });

  it('tells of the pod when its events cannot be read', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'kubernetes',
      operation: 'list events',
    });
    const { server } = await start();
    const { status, body } = await request(server).get(
      `${PATH}/pod?${query(podIn())}`,
    );
    expect(status).toBe(200);
    expect(body.events).toEqual([]);
    expect(body.eventsProblem).toMatch(/prod-eu.*may not list the events/);
  });

  it.each([
    ['of another entity', { namespace: 'others' }, 404, /has no pod/],
    ['of another cluster', { cluster: 'other' }, 404, /has no pod/],
    ['with a name that is none', { pod: '../secrets' }, 400, /^pod: /],
  ])('refuses a pod %s', async (_, fields, expected, message) => {
    const { server } = await start();
    const { status, body } = await request(server).get(
      `${PATH}/pod?${query({ ...podIn(), ...fields })}`,
    );
    expect(status).toBe(expected);
    expect(body.error.message).toMatch(message);
  });
});

describe('GET …/logs', () => {
  it('answers with the last lines as plain text, and has it noted', async () => {
    const { server, auditor, event } = await start();
    const wanted = podIn();
    const answer = await request(server).get(
      `${PATH}/logs?${query({ ...wanted, tailLines: 2 })}`,
    );
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store, no-transform',
    });
    expect(answer.text.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(answer.text).not.toBe('');
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'logs-read',
        severityLevel: 'medium',
        meta: expect.objectContaining({
          entityRef: 'component:default/orders',
          ...wanted,
        }),
      }),
    );
    expect(event.success).toHaveBeenCalled();
  });

  it('goes on with what is written', async () => {
    const { backend: started } = await start();
    const reader = await openEvents(
      started,
      `${PATH}/logs?${query({ ...podIn(), follow: true, tailLines: 1 })}`,
      { authorization: mockCredentials.user.header(), accept: 'text/plain' },
    );
    expect(reader.status).toBe(200);
    await until(() => reader.text().split('\n').length > 3);
    // The backend ends what is still followed.
    const stopped = started.stop();
    await reader.ended;
    await stopped;
  });

  it.each([
    [{ container: 'other' }, 400, /has no `other`; choose one of orders/],
    [{ previous: true }, 400, /previous terminated container.*not found/],
    [{ tailLines: 100_000 }, 400, /^tailLines: /],
    [{ follow: 'perhaps' }, 400, /^follow: /],
    [{ namespace: 'others' }, 404, /has no pod/],
  ])('refuses %j', async (fields, expected, message) => {
    const { server, event } = await start();
    const { status, body } = await request(server).get(
      `${PATH}/logs?${query({ ...podIn(), ...fields })}`,
    );
    expect(status).toBe(expected);
    expect(body.error.message).toMatch(message);
    expect(event.success).not.toHaveBeenCalled();
  });

  it('needs a permission of its own', async () => {
    const { server } = await start({ denied: ['eks.logs.read'] });
    const { status, body } = await request(server).get(
      `${PATH}/logs?${query(podIn())}`,
    );
    expect(status).toBe(403);
    expect(body.error.message).toContain('eks.logs.read');
  });
});

describe('POST …/restart', () => {
  it('replaces the pods', async () => {
    const { server, auditor } = await start();
    const before = ready('orders');
    const { status, body } = await request(server)
      .post(`${PATH}/restart`)
      .send(workloadIn());
    expect(status).toBe(200);
    expect(schemaProblems('RestartResponse', body)).toEqual([]);
    expect(body.restartedAt).toMatch(/^\d{4}-/);
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'runtime-restart',
        severityLevel: 'medium',
      }),
    );
    await until(
      () =>
        ready('orders').length === 2 &&
        ready('orders').every(name => !before.includes(name)),
    );
  });
});

describe('POST …/scale', () => {
  const scale = async (
    replicas: number,
    options?: Parameters<typeof start>[0],
  ) => {
    const { server } = await start(options);
    return request(server)
      .post(`${PATH}/scale`)
      .send({ ...workloadIn(), replicas });
  };

  it('changes how many pods there are', async () => {
    const { status, body } = await scale(3);
    expect(status).toBe(200);
    expect(body).toEqual({ from: 2, to: 3 });
    expect(schemaProblems('ScaleResponse', body)).toEqual([]);
    await until(() => ready('orders').length === 3);
    await backend?.stop();
    expect((await scale(2)).body).toEqual({ from: 3, to: 2 });
    await until(() => ready('orders').length === 2);
  });

  it('keeps to the bounds of the configuration', async () => {
    const { status, body } = await scale(5, {
      actions: { enabled: true, maxReplicas: 4 },
    });
    expect(status).toBe(400);
    expect(body.error.message).toMatch(/^replicas: choose between 1 and 4/);
  });

  it('keeps to the bounds of an autoscaler, which goes on deciding', async () => {
    use.sandbox.cluster('prod-eu').seed([
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: {
          name: 'orders',
          namespace: 'orders',
          labels: { 'backstage.io/kubernetes-id': 'orders' },
        },
        ...{
          spec: {
            minReplicas: 2,
            maxReplicas: 6,
            scaleTargetRef: {
              apiVersion: 'apps/v1',
              kind: 'Deployment',
              name: 'orders',
            },
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
        },
      },
    ]);
    try {
      const { status, body } = await scale(7);
      expect(status).toBe(400);
      expect(body.error.message).toMatch(
        /the autoscaler `orders` decides between 2 and 6, and would undo 7/,
      );
      await backend?.stop();
      expect((await scale(4)).body).toEqual({
        from: 2,
        to: 4,
        autoscaler: { name: 'orders', min: 2, max: 6 },
      });
    } finally {
      store().remove(kinds.horizontalPodAutoscalers, 'orders', 'orders');
      await backend?.stop();
      await scale(2);
      await until(() => ready('orders').length === 2);
    }
  });

  it('knows nothing to do with a DaemonSet', async () => {
    const { server } = await start();
    const { status, body } = await request(server)
      .post(`${PATH}/scale`)
      .send({ ...workloadIn(), kind: 'DaemonSet', replicas: 2 });
    expect(status).toBe(400);
    expect(body.error.message).toMatch(/cannot be scaled/);
  });
});

describe('POST …/delete-pod', () => {
  it('deletes one, which is replaced', async () => {
    const { server } = await start();
    const target = podIn();
    const { status, body } = await request(server)
      .post(`${PATH}/delete-pod`)
      .send(target);
    expect(status).toBe(200);
    expect(schemaProblems('DeletePodResponse', body)).toEqual([]);
    await until(
      () =>
        ready('orders').length === 2 && !ready('orders').includes(target.pod),
    );
  });

  it('leaves alone what nothing would make again', async () => {
    const [template] = store().list(kinds.pods, { namespace: 'orders' });
    store().create(kinds.pods, {
      ...template,
      metadata: {
        name: 'lonely',
        namespace: 'orders',
        labels: { 'backstage.io/kubernetes-id': 'orders' },
      },
    });
    const { server } = await start();
    const { status, body } = await request(server)
      .post(`${PATH}/delete-pod`)
      .send({ ...podIn(), pod: 'lonely' });
    expect(status).toBe(409);
    expect(body.error.message).toMatch(/nothing would make it again/);
    store().remove(kinds.pods, 'orders', 'lonely', { gracePeriodSeconds: 0 });
  });
});

describe('what changes something', () => {
  const restart = async (options: Parameters<typeof start>[0]) => {
    const { server, event } = await start(options);
    const answer = await request(server)
      .post(`${PATH}/restart`)
      .send(workloadIn(options?.namespace));
    expect(event.success).not.toHaveBeenCalled();
    return answer;
  };

  it('is off until an operator switches it on', async () => {
    const { status, body } = await restart({ actions: {} });
    expect(status).toBe(403);
    expect(body.error.message).toMatch(/eks\.runtime\.actions\.enabled/);
  });

  it('needs its permission', async () => {
    const { status, body } = await restart({
      denied: ['eks.workload.restart'],
    });
    expect(status).toBe(403);
    expect(body.error.message).toContain('eks.workload.restart');
  });

  it('leaves namespaces of others alone, whatever an entity says of itself', async () => {
    const { status, body } = await restart({ namespace: 'others' });
    expect(status).toBe(403);
    expect(body.error.message).toMatch(
      /namespace `others`: it does not belong to component:default\/orders/,
    );
  });

  it('may touch the namespaces that an operator names', async () => {
    const { server } = await start({
      namespace: 'others',
      actions: { enabled: true, allowedNamespaces: ['oth*'] },
    });
    const { status } = await request(server)
      .post(`${PATH}/restart`)
      .send(workloadIn('others'));
    expect(status).toBe(200);
  });

  it('says what a cluster refuses', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'kubernetes',
      operation: 'patch deployments.apps',
    });
    const { status, body } = await restart({});
    expect(status).toBe(403);
    expect(body.error.message).toMatch(
      /cluster `prod-eu`: .*may not restart Deployment `orders`.*kubernetes-rbac\.yaml/,
    );
  });
});
