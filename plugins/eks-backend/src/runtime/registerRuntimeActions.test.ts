import { createServiceFactory } from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AuthorizeResult,
  type AuthorizePermissionRequest,
  type DefinitivePolicyDecision,
} from '@backstage/plugin-permission-common';
import { orders } from '@slipway/backstage-plugin-eks-common/testUtils';
import { readyPods, runOrders } from '../__testUtils__/ordersInSandbox';
import { useSandbox } from '../__testUtils__/useSandbox';
import eksPlugin from '../index';

const use = useSandbox();
const credentials = mockCredentials.user('user:default/mock');
const entityRef = 'component:default/orders';
let backend: TestBackend | undefined;

beforeAll(async () => {
  await runOrders(use.sandbox, 'prod-eu', { namespace: 'orders' });
}, 60_000);

async function start(denied: string[] = []) {
  const registry = actionsRegistryServiceMock();
  const auditor = mockServices.auditor.mock();
  auditor.createEvent.mockResolvedValue({
    success: jest.fn(async () => {}),
    fail: jest.fn(async () => {}),
  });
  const permissions = mockServices.permissions.mock({
    authorize: jest.fn(
      async (
        requests: AuthorizePermissionRequest[],
      ): Promise<DefinitivePolicyDecision[]> =>
        requests.map(({ permission }) => ({
          result: denied.includes(permission.name)
            ? AuthorizeResult.DENY
            : AuthorizeResult.ALLOW,
        })),
    ),
  });
  backend = await startTestBackend({
    features: [
      eksPlugin,
      catalogServiceMock.factory({ entities: [orders] }),
      mockServices.rootConfig.factory({ data: use.sandbox.config }),
      permissions.factory,
      auditor.factory,
      createServiceFactory({
        service: actionsRegistryServiceRef,
        deps: {},
        factory: () => registry,
      }),
    ],
  });
  return { registry, auditor };
}

afterEach(async () => {
  await backend?.stop();
  backend = undefined;
});

describe('eks:runtime', () => {
  it('tells in a sentence, and in facts, what runs', async () => {
    const { registry } = await start();
    const { output } = await registry.invoke({
      id: 'test:runtime',
      input: { entityRef },
      credentials,
    });
    expect(output).toMatchObject({
      sentence: expect.stringMatching(
        /^component:default\/orders: healthy in prod-eu; 2 of 2 pods are ready; runs v1\.$/,
      ),
      runtime: {
        summary: { health: 'healthy' },
        clusters: [{ title: 'prod-eu', workloads: [{ name: 'orders' }] }],
      },
      omittedPods: 0,
    });
  });

  it.each([
    [['eks.runtime.read'], entityRef, /eks\.runtime\.read/],
    [[], 'component:default/other', /the catalog has no such entity/],
    [[], 'nonsense', /Entity reference/],
  ])('refuses without %j, of %s', async (denied, ref, message) => {
    const { registry } = await start(denied);
    await expect(
      registry.invoke({
        id: 'test:runtime',
        input: { entityRef: ref },
        credentials,
      }),
    ).rejects.toThrow(message);
  });
});

describe('eks:logs', () => {
  it('reads the last lines, and has it noted', async () => {
    const { registry, auditor } = await start();
    const { output } = await registry.invoke({
      id: 'test:logs',
      input: { entityRef, tailLines: 2 },
      credentials,
    });
    expect(output).toMatchObject({
      namespace: 'orders',
      container: 'orders',
      truncated: false,
      text: expect.stringContaining('{'),
    });
    expect(readyPods(use.sandbox, 'prod-eu', 'orders')).toContain(
      Object(output).pod,
    );
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'action-invoke',
        severityLevel: 'medium',
        meta: expect.objectContaining({ action: 'logs', entityRef }),
      }),
    );
  });

  it.each([
    [['eks.logs.read'], {}, /eks\.logs\.read/],
    [[], { pod: 'other' }, /has no pod `other`/],
    [[], { previous: true }, /previous terminated container/],
  ])('refuses without %j, with %j', async (denied, fields, message) => {
    const { registry } = await start(denied);
    await expect(
      registry.invoke({
        id: 'test:logs',
        input: { entityRef, ...fields },
        credentials,
      }),
    ).rejects.toThrow(message);
  });
});
