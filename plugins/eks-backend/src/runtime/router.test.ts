import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AuthorizeResult,
  type AuthorizePermissionRequest,
  type DefinitivePolicyDecision,
} from '@backstage/plugin-permission-common';
import { DefaultApiClient } from '@slipway/backstage-plugin-eks-common/client';
import {
  applyRuntimePatch,
  type RuntimeResponse,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  orders,
  pod,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { clusterWatchServiceRef } from '@slipway/backstage-plugin-eks-node';
import request from 'supertest';
import { openEvents, type EventReader } from '../__testUtils__/eventStream';
import { FakeWatch } from '../__testUtils__/FakeWatch';
import eksPlugin from '../index';

const PATH = '/api/eks/runtime/component/default/orders';
let backend: TestBackend | undefined;
let streams: EventReader[] = [];

async function start(
  options: {
    entities?: Entity[];
    /** Names of permissions that are denied. */
    denied?: string[];
    config?: object;
  } = {},
) {
  const watch = new FakeWatch();
  watch.addCluster(PROD_EU);
  watch.set(PROD_EU, 'pods', [pod('orders-1')]);
  const denied = new Set(options.denied);
  const entities = options.entities ?? [orders];
  const permissions = mockServices.permissions.mock({
    authorize: jest.fn(
      async (
        requests: AuthorizePermissionRequest[],
      ): Promise<DefinitivePolicyDecision[]> =>
        requests.map(({ permission }) => ({
          result: denied.has(permission.name)
            ? AuthorizeResult.DENY
            : AuthorizeResult.ALLOW,
        })),
    ),
  });
  const auditor = mockServices.auditor.mock();
  const event = {
    success: jest.fn(async () => {}),
    fail: jest.fn(async () => {}),
  };
  auditor.createEvent.mockResolvedValue(event);
  const catalog = catalogServiceMock.mock({
    getEntityByRef: jest.fn(async ref =>
      entities.find(
        ({ kind, metadata }) =>
          ref === `${kind}:default/${metadata.name}`.toLowerCase(),
      ),
    ),
  });
  backend = await startTestBackend({
    features: [
      eksPlugin,
      catalog.factory,
      mockServices.rootConfig.factory({ data: options.config ?? {} }),
      permissions.factory,
      auditor.factory,
      createServiceFactory({
        service: clusterWatchServiceRef,
        deps: {},
        factory: () => watch,
      }),
    ],
  });
  return {
    backend,
    server: backend.server,
    watch,
    auditor,
    event,
    entities,
    denied,
    permissions,
  };
}

async function stream(
  started: TestBackend,
  headers: Record<string, string> = {},
  path = PATH,
): Promise<EventReader> {
  const reader = await openEvents(started, path, {
    authorization: mockCredentials.user.header(),
    ...headers,
  });
  streams.push(reader);
  return reader;
}

afterEach(async () => {
  streams.forEach(reader => reader.close());
  streams = [];
  await backend?.stop();
  backend = undefined;
});

describe('GET /api/eks/runtime/:kind/:namespace/:name', () => {
  it('answers with what the entity has running', async () => {
    const { server, auditor, event } = await start();
    const { status, body, headers } = await request(server).get(PATH);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      runtime: {
        summary: { ready: 1, total: 1 },
        clusters: [{ title: 'prod-eu', pods: [{ name: 'orders-1' }] }],
      },
      abilities: ['logs'],
    });
    expect(headers['cache-control']).toBe('private, no-cache');
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'runtime-fetch',
        meta: { entityRef: 'component:default/orders', queryType: 'snapshot' },
      }),
    );
    expect(event.success).toHaveBeenCalled();
  });

  it('names what the viewer may do where changes are switched on', async () => {
    const { server } = await start({
      config: { eks: { runtime: { actions: { enabled: true } } } },
      denied: ['eks.pod.delete'],
    });
    const { body } = await request(server).get(PATH);
    expect(body.abilities).toEqual(['logs', 'restart', 'scale']);
  });

  it('decides about the entity', async () => {
    const { server, permissions } = await start();
    await request(server).get('/api/eks/runtime/Component/Default/Orders');
    expect(permissions.authorize).toHaveBeenCalledWith(
      [
        {
          permission: expect.objectContaining({ name: 'eks.runtime.read' }),
          resourceRef: 'component:default/orders',
        },
        {
          permission: expect.objectContaining({ name: 'eks.logs.read' }),
          resourceRef: 'component:default/orders',
        },
      ],
      expect.anything(),
    );
  });

  it.each([
    [
      'a viewer without the permission',
      { denied: ['eks.runtime.read'] },
      403,
      /component:default\/orders: .*eks\.runtime\.read/,
    ],
    [
      'an entity that the viewer does not see',
      { entities: [] },
      404,
      /component:default\/orders: the catalog has no such entity/,
    ],
    [
      'an entity that runs nowhere',
      {
        entities: [
          {
            ...orders,
            metadata: { ...orders.metadata, annotations: {} },
          },
        ],
      },
      404,
      /nothing says where it runs/,
    ],
  ])('refuses %s', async (_, options, expected, message) => {
    const { server, event } = await start(options);
    const { status, body } = await request(server).get(PATH);
    expect(status).toBe(expected);
    expect(body.error.message).toMatch(message);
    expect(event.fail).toHaveBeenCalled();
  });

  it('is for signed-in users, and for entities', async () => {
    const { server } = await start();
    const { status } = await request(server)
      .get(PATH)
      .set('authorization', mockCredentials.none.header());
    expect(status).toBe(401);
    const other = await request(server).get(
      '/api/eks/runtime/component/default/..%2Fsecrets',
    );
    expect(other.status).toBe(400);
    expect(other.body.error.message).toMatch(/names no entity/);
  });
});

describe('the stream of it', () => {
  it('begins with the state, and tells of each change', async () => {
    const { backend: started, watch } = await start();
    const reader = await stream(started);
    expect(reader.status).toBe(200);
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const first = await reader.next();
    expect(first.event).toBe('snapshot');
    const { runtime }: RuntimeResponse = JSON.parse(first.data);
    expect(runtime.clusters[0].pods.map(({ name }) => name)).toEqual([
      'orders-1',
    ]);

    const since = performance.now();
    watch.set(PROD_EU, 'pods', [pod('orders-1'), pod('orders-2')]);
    const second = await reader.next();
    expect(performance.now() - since).toBeLessThan(500);
    expect(second.event).toBe('patch');
    expect(second.id).not.toBe(first.id);
    expect(
      applyRuntimePatch(runtime, JSON.parse(second.data)).clusters[0].pods,
    ).toHaveLength(2);
  });

  it('goes on where the viewer was', async () => {
    const { backend: started, watch } = await start();
    const reader = await stream(started);
    const first = await reader.next();
    watch.set(PROD_EU, 'pods', [pod('orders-1'), pod('orders-2')]);
    const second = await reader.next();
    reader.close();

    const again = await stream(started, { 'last-event-id': `${first.id}` });
    expect(await again.next()).toEqual(second);
    const upToDate = await stream(started, {
      'last-event-id': `${second.id}`,
    });
    watch.set(PROD_EU, 'pods', []);
    expect((await upToDate.next()).event).toBe('patch');
    const stranger = await stream(started, { 'last-event-id': 'other.3' });
    expect((await stranger.next()).event).toBe('snapshot');
  });

  it('asks a cluster once for ten viewers', async () => {
    const { backend: started, watch } = await start();
    const readers = await Promise.all(
      Array.from({ length: 10 }, () => stream(started)),
    );
    await Promise.all(readers.map(reader => reader.next()));
    expect(watch.openViews).toBe(1);
    watch.set(PROD_EU, 'pods', []);
    const events = await Promise.all(
      readers.map(async reader => {
        let event = await reader.next();
        // Who came first is told what AWS knows of the image, too.
        while (!event.data.includes('nothing-deployed')) {
          event = await reader.next();
        }
        return event;
      }),
    );
    expect(new Set(events.map(({ data }) => data)).size).toBe(1);
  });

  it('refuses as the snapshot does', async () => {
    const { backend: started } = await start({ denied: ['eks.runtime.read'] });
    const reader = await stream(started);
    expect(reader.status).toBe(403);
    await reader.ended;
    expect(JSON.parse(reader.text()).error.name).toBe('NotAllowedError');
  });

  it('says so when the backend stops', async () => {
    const { backend: started } = await start();
    const reader = await stream(started);
    await reader.next();
    const stopped = started.stop();
    expect(await reader.next()).toEqual({
      event: 'end',
      data: '{"reason":"shutdown"}',
    });
    await reader.ended;
    await stopped;
  });
});

describe('the client that is made of the schema', () => {
  function clientOf({ server }: TestBackend) {
    const port = server.port();
    return new DefaultApiClient({
      discoveryApi: {
        getBaseUrl: async plugin => `http://localhost:${port}/api/${plugin}`,
      },
    });
  }
  const path = {
    entityKind: 'component',
    entityNamespace: 'default',
    entityName: 'orders',
  };
  const as = { token: mockCredentials.user.token() };

  it('is answered as it says', async () => {
    const client = clientOf((await start()).backend);
    const { runtime } = await (await client.getRuntime({ path }, as)).json();
    expect(runtime.clusters.map(({ title }) => title)).toEqual(['prod-eu']);
  });

  it('tells the namespace of a pod from that of its entity', async () => {
    const { backend: started, auditor } = await start();
    const query = { cluster: PROD_EU, namespace: 'orders', pod: 'orders-9' };
    const answer = await clientOf(started).getPod({ path, query }, as);
    expect(answer.status).toBe(404);
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        meta: { entityRef: 'component:default/orders', ...query },
      }),
    );
  });

  it('is refused with a token that is none', async () => {
    const client = clientOf((await start()).backend);
    const token = mockCredentials.user.invalidToken();
    expect((await client.getRuntime({ path }, { token })).status).toBe(401);
  });
});
