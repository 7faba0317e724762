import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { useSandbox } from '../__testUtils__/useSandbox';
import eksPlugin from '../index';

const use = useSandbox();
let backend: TestBackend | undefined;

async function start(
  decision:
    AuthorizeResult.ALLOW | AuthorizeResult.DENY = AuthorizeResult.ALLOW,
) {
  const registry = actionsRegistryServiceMock();
  const entities = catalogServiceMock({
    entities: [
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Group',
        metadata: { name: 'payments', namespace: 'default' },
      },
    ],
  });
  const catalog = catalogServiceMock.mock({
    getEntityByRef: (ref, options) => entities.getEntityByRef(ref, options),
  });
  const permissions = mockServices.permissions.mock({
    authorize: jest.fn(async () => [{ result: decision }]),
  });
  const auditor = mockServices.auditor.mock();
  auditor.createEvent.mockResolvedValue({
    success: jest.fn(async () => {}),
    fail: jest.fn(async () => {}),
  });
  backend = await startTestBackend({
    features: [
      eksPlugin,
      catalog.factory,
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
  return { registry, permissions, auditor, catalog };
}

afterEach(async () => {
  await backend?.stop();
  backend = undefined;
});

const credentials = mockCredentials.user('user:default/mock');

// The mock puts `test:` where the registry has the plugin's id.
describe('the actions of the registry', () => {
  it('only read, and are seen by who may', async () => {
    const { registry } = await start();
    const { actions } = await registry.list();

    expect(
      actions.map(({ id, attributes }) => ({ id, ...attributes })),
    ).toEqual([
      {
        id: 'test:describe-cluster',
        readOnly: true,
        destructive: false,
        idempotent: true,
      },
      {
        id: 'test:preflight-service',
        readOnly: true,
        destructive: false,
        idempotent: true,
      },
      {
        id: 'test:runtime',
        readOnly: true,
        destructive: false,
        idempotent: true,
      },
      {
        id: 'test:logs',
        readOnly: true,
        destructive: false,
        idempotent: true,
      },
    ]);
    expect(
      [...registry.actions.values()].map(
        ({ visibilityPermission }) => visibilityPermission?.name,
      ),
    ).toEqual([
      'eks.clusters.read',
      'eks.preflight.read',
      // Whom these answer depends on the entity.
      undefined,
      undefined,
    ]);
  });

  it('describe a cluster, by its name, for a service', async () => {
    const { registry, permissions, auditor } = await start();
    const { output } = await registry.invoke({
      id: 'test:describe-cluster',
      input: {
        clusterName: 'batch-eu',
        accountId: '111122223333',
        region: 'eu-west-1',
        namespace: 'orders',
      },
      credentials,
    });

    expect(output).toMatchObject({
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu',
      computeKinds: ['fargate'],
      problems: [expect.stringContaining('no profile matches')],
    });
    expect(permissions.authorize).toHaveBeenCalledWith(
      [{ permission: expect.objectContaining({ name: 'eks.clusters.read' }) }],
      { credentials },
    );
    expect(auditor.createEvent).toHaveBeenCalledWith({
      eventId: 'action-invoke',
      meta: { action: 'describe-cluster' },
    });
  });

  it('say which fields name no cluster', async () => {
    const { registry } = await start();
    await expect(
      registry.invoke({ id: 'test:describe-cluster', input: {}, credentials }),
    ).rejects.toThrow(/clusterArn: name the cluster/);
  });

  it('check a new service as the user who asks', async () => {
    const { registry, permissions, auditor, catalog } = await start();
    const { output } = await registry.invoke({
      id: 'test:preflight-service',
      input: {
        name: 'orders',
        owner: 'group:default/payments',
        targets: [
          {
            environment: 'production',
            clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
            namespace: 'orders',
          },
        ],
        scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
        repoUrl: `${new URL(use.sandbox.urls.github).host}?owner=acme&repo=orders`,
      },
      credentials,
    });

    expect(output).toMatchObject({
      report: expect.arrayContaining([
        expect.objectContaining({ check: 'cluster', status: 'passed' }),
        expect.objectContaining({ check: 'owner', status: 'passed' }),
      ]),
    });
    expect(permissions.authorize).toHaveBeenCalledWith(
      [{ permission: expect.objectContaining({ name: 'eks.preflight.read' }) }],
      { credentials },
    );
    for (const ref of ['group:default/payments', 'component:default/orders']) {
      expect(catalog.getEntityByRef).toHaveBeenCalledWith(ref, { credentials });
    }
    expect(auditor.createEvent).toHaveBeenCalledWith({
      eventId: 'action-invoke',
      meta: { action: 'preflight-service' },
    });
  });

  it.each([
    ['test:describe-cluster', {}, 'eks.clusters.read'],
    [
      'test:preflight-service',
      {
        name: 'orders',
        owner: 'group:default/payments',
        targets: [],
        scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
        repoUrl: 'github.com?owner=acme&repo=orders',
      },
      'eks.preflight.read',
    ],
  ])('refuse %s to who may not', async (id, input, permission) => {
    const { registry } = await start(AuthorizeResult.DENY);
    await expect(registry.invoke({ id, input, credentials })).rejects.toThrow(
      permission,
    );
  });
});
