import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  orders,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import request from 'supertest';
import { readyPods, runOrders } from './__testUtils__/ordersInSandbox';
import { useSandbox } from './__testUtils__/useSandbox';
import eksPlugin from './index';

const use = useSandbox();
const ENTITY = '/runtime/component/default/orders';
const OWNER = 'user:default/owner';

interface Call {
  method: 'get' | 'post';
  path: string;
  query?: object;
  body?: object;
}

/** A call of every route that would work for somebody who may. */
const calls: Record<string, () => Call> = {
  'get /clusters': () => ({ method: 'get', path: '/clusters' }),
  'get /names/:name': () => ({ method: 'get', path: '/names/orders' }),
  'post /preflight': () => ({
    method: 'post',
    path: '/preflight',
    body: {
      name: 'orders',
      owner: 'group:default/payments',
      targets: [
        { environment: 'production', clusterArn: PROD_EU, namespace: 'orders' },
      ],
      scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
      repoUrl: 'localhost?owner=acme&repo=orders',
    },
  }),
  'get /runtime/:kind/:namespace/:name': () => ({
    method: 'get',
    path: ENTITY,
  }),
  'get /runtime/:kind/:namespace/:name/pod': () => ({
    method: 'get',
    path: `${ENTITY}/pod`,
    query: pod(),
  }),
  'get /runtime/:kind/:namespace/:name/logs': () => ({
    method: 'get',
    path: `${ENTITY}/logs`,
    query: pod(),
  }),
  'post /runtime/:kind/:namespace/:name/restart': () => ({
    method: 'post',
    path: `${ENTITY}/restart`,
    body: workload(),
  }),
  'post /runtime/:kind/:namespace/:name/scale': () => ({
    method: 'post',
    path: `${ENTITY}/scale`,
    body: { ...workload(), replicas: 2 },
  }),
  'post /runtime/:kind/:namespace/:name/delete-pod': () => ({
    method: 'post',
    path: `${ENTITY}/delete-pod`,
    body: pod(),
  }),
  'post /runtimes': () => ({
    method: 'post',
    path: '/runtimes',
    body: { entityRefs: ['component:default/orders'] },
  }),
};

function pod() {
  const [name] = readyPods(use.sandbox, 'prod-eu', 'orders');
  return { cluster: PROD_EU, namespace: 'orders', pod: name };
}
function workload() {
  return {
    cluster: PROD_EU,
    namespace: 'orders',
    kind: 'Deployment',
    name: 'orders',
  };
}

/** Who calls, and the status that says no; undefined for whoever may. */
const callers: Record<string, { header?: string; status?: number }> = {
  nobody: { header: mockCredentials.none.header(), status: 401 },
  'somebody whose token has expired': {
    header: mockCredentials.user.invalidHeader(),
    status: 401,
  },
  'another plugin': { header: mockCredentials.service.header(), status: 403 },
  'somebody who does not own it': {
    header: mockCredentials.user.header('user:default/other'),
    status: 403,
  },
  'its owner': { header: mockCredentials.user.header(OWNER) },
};

/** Answers with one entity or none, instead of refusing the whole list. */
const LIST = 'post /runtimes';

describe('every route', () => {
  let backend: TestBackend;

  beforeAll(async () => {
    await runOrders(use.sandbox, 'prod-eu', {
      namespace: 'orders',
      owner: 'component:default/orders',
    });
    backend = await startTestBackend({
      features: [
        eksPlugin,
        catalogServiceMock.factory({ entities: [orders] }),
        mockServices.rootConfig.factory({
          data: {
            ...use.sandbox.config,
            eks: {
              ...Object(use.sandbox.config.eks),
              runtime: { actions: { enabled: true } },
            },
          },
        }),
        // A policy that lets nobody do anything but the owner.
        mockServices.permissions.mock({
          authorize: async (requests, options) => {
            const { principal } = Object(options?.credentials);
            return requests.map(() => ({
              result:
                principal?.userEntityRef === OWNER
                  ? AuthorizeResult.ALLOW
                  : AuthorizeResult.DENY,
            }));
          },
        }).factory,
      ],
    });
  }, 60_000);

  afterAll(() => backend.stop());

  function send({ method, path, query = {}, body }: Call, header?: string) {
    const call = request(backend.server)
      [method](`/api/eks${path}`)
      .query(query)
      .set('authorization', header ?? '');
    return body ? call.send(body) : call;
  }

  it('is in this matrix', async () => {
    const routers: {
      stack: { route?: { path: string; methods: object } }[];
    }[] = [];
    const watched = await startTestBackend({
      features: [
        eksPlugin,
        catalogServiceMock.factory({ entities: [] }),
        mockServices.rootConfig.factory({ data: use.sandbox.config }),
        mockServices.httpRouter.mock({
          use: handler => routers.push(Object(handler)),
        }).factory,
      ],
    });
    await watched.stop();

    const routes = routers.flatMap(({ stack }) =>
      stack.flatMap(({ route }) =>
        route
          ? Object.keys(route.methods).map(method => `${method} ${route.path}`)
          : [],
      ),
    );
    // Backstage's own are beside ours: permissions and actions.
    const ours = routes.filter(
      route => !/ \/\.(backstage|well-known)\//.test(route),
    );
    expect(ours.sort()).toEqual(Object.keys(calls).sort());
  });

  const refused = Object.entries(callers).flatMap(
    ([caller, { header, status }]) =>
      status === undefined
        ? []
        : Object.keys(calls)
            .filter(route => route !== LIST || status === 401)
            .map(route => ({ route, caller, header, status })),
  );

  it.each(refused)(
    '$route answers $caller with $status and with nothing else',
    async ({ route, header, status }) => {
      const answer = await send(calls[route](), header);

      expect(answer.status).toBe(status);
      // What is wrong, and nothing of what runs.
      expect(Object.keys(answer.body)).toEqual(
        expect.arrayContaining(['error']),
      );
      expect(JSON.stringify(answer.body)).not.toMatch(/sha256|10\.\d+\.\d+/);
    },
  );

  it('of lists tells somebody who does not own it what to ask for, and nothing else', async () => {
    const { header } = callers['somebody who does not own it'];
    const answer = await send(calls[LIST](), header);

    expect(answer.status).toBe(200);
    expect(answer.body.items).toEqual([
      {
        entityRef: 'component:default/orders',
        error: expect.stringContaining('eks.runtime.read'),
      },
    ]);
  });

  it.each(Object.keys(calls))('%s works for its owner', async route => {
    const answer = await send(calls[route](), callers['its owner'].header);
    expect([answer.status, answer.body?.error]).toEqual([200, undefined]);
  });
});
