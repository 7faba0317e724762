import { actionsRegistryServiceFactory } from '@backstage/backend-defaults/alpha';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { startSandbox, type Sandbox } from '@slipway/sandbox';
import request from 'supertest';

// What clients of actions, such as those of the Model Context Protocol, are
// answered by Backstage's own registry, over HTTP and as a user.

const REGISTRY = '/api/eks/.backstage/actions/v1/actions';
const entityRef = 'component:default/products';
const environment = { ...process.env };

const products = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'products',
    namespace: 'default',
    annotations: {
      'aws.amazon.com/amazon-eks-cluster-arn':
        'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
      'backstage.io/kubernetes-id': 'products',
      'backstage.io/kubernetes-namespace': 'storefront',
    },
  },
  spec: { type: 'service', lifecycle: 'production', owner: 'group:default/a' },
};

let sandbox: Sandbox;
let backend: TestBackend | undefined;

beforeAll(async () => {
  sandbox = await startSandbox({
    ports: 'ephemeral',
    timeScale: 20,
    services: true,
  });
  Object.assign(process.env, sandbox.env);
}, 60_000);

afterEach(async () => {
  await backend?.stop();
  backend = undefined;
});

afterAll(async () => {
  await sandbox.stop();
  process.env = environment;
});

/** A backend in which everybody may do everything but what is denied. */
async function start(denied: string[] = []) {
  const permissions = mockServices.permissions.mock({
    authorize: async requests =>
      requests.map(({ permission }) => ({
        result: denied.includes(permission.name)
          ? AuthorizeResult.DENY
          : AuthorizeResult.ALLOW,
      })),
  });
  backend = await startTestBackend({
    features: [
      // eslint-disable-next-line @backstage/no-mixed-plugin-imports -- this is a backend
      import('@slipway/backstage-plugin-eks-backend'),
      import('@backstage/plugin-kubernetes-backend'),
      import('@slipway/backstage-plugin-kubernetes-backend-module-eks'),
      actionsRegistryServiceFactory,
      catalogServiceMock.factory({ entities: [products] }),
      mockServices.rootConfig.factory({
        data: {
          ...sandbox.config,
          kubernetes: {
            serviceLocatorMethod: { type: 'multiTenant' },
            clusterLocatorMethods: [],
          },
        },
      }),
      permissions.factory,
    ],
  });
  return backend.server;
}

type Server = TestBackend['server'];

const invoke = (server: Server, action: string, input: object) =>
  request(server)
    .post(`${REGISTRY}/eks:${action}/invoke`)
    .set('authorization', mockCredentials.user.header())
    .send(input);

/** Pods need a moment to be ready. */
async function whenReady(server: Server) {
  for (;;) {
    const { status, body } = await invoke(server, 'runtime', { entityRef });
    if (status !== 200 || /3 of 3 pods/.test(body.output.sentence)) {
      return { status, body };
    }
  }
}

describe('the actions of the EKS backend', () => {
  it('are listed with what they take, as ones that change nothing', async () => {
    const { body } = await request(await start())
      .get(REGISTRY)
      .set('authorization', mockCredentials.user.header());
    const byId = new Map(
      body.actions.map((action: { id: string }) => [action.id, action]),
    );
    for (const id of ['eks:runtime', 'eks:logs']) {
      expect(byId.get(id)).toMatchObject({
        attributes: { readOnly: true, destructive: false },
        schema: {
          input: {
            properties: { entityRef: expect.any(Object) },
            required: ['entityRef'],
          },
        },
      });
    }
  });

  it('tell what runs, and what it writes', async () => {
    const server = await start();
    const { status, body } = await whenReady(server);
    expect(status).toBe(200);
    expect(body.output).toMatchObject({
      sentence: expect.stringContaining('healthy in prod-eu; 3 of 3 pods'),
      runtime: { clusters: [{ title: 'prod-eu' }] },
    });
    const logs = await invoke(server, 'logs', { entityRef, tailLines: 3 });
    expect(logs.status).toBe(200);
    expect(logs.body.output).toMatchObject({
      pod: expect.stringMatching(/^products-/),
      namespace: 'storefront',
      text: expect.stringMatching(/\S/),
    });
  });

  it.each([
    ['runtime', 'eks.runtime.read'],
    ['logs', 'eks.runtime.read'],
    ['logs', 'eks.logs.read'],
  ])('refuse %s without %s', async (action, permission) => {
    const server = await start([permission]);
    const { status, body } = await invoke(server, action, { entityRef });
    expect(status).toBe(403);
    expect(body.error.message).toContain(permission);
  });

  it('refuse what they do not take, and who has no token that is valid', async () => {
    const server = await start();
    expect((await invoke(server, 'runtime', {})).status).toBe(400);
    const stranger = await request(server)
      .post(`${REGISTRY}/eks:runtime/invoke`)
      .set('authorization', mockCredentials.user.invalidHeader())
      .send({ entityRef });
    expect(stranger.status).toBe(401);
  });
});
