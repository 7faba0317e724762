import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AuthorizeResult,
  type AuthorizePermissionRequest,
  type DefinitivePolicyDecision,
} from '@backstage/plugin-permission-common';
import { orders } from '@slipway/backstage-plugin-eks-common/testUtils';
import { RuntimeAccess } from './RuntimeAccess';

const REF = 'component:default/orders';
const guest = mockCredentials.user('user:default/guest');
const other = mockCredentials.user('user:default/other');

function setUp() {
  const permissions = mockServices.permissions.mock({
    authorize: jest.fn(
      async (
        requests: AuthorizePermissionRequest[],
      ): Promise<DefinitivePolicyDecision[]> =>
        requests.map(() => ({ result: AuthorizeResult.ALLOW })),
    ),
  });
  const catalog = catalogServiceMock.mock({
    getEntityByRef: jest.fn(async () => orders),
  });
  const access = new RuntimeAccess({
    catalog,
    permissions,
    actionsEnabled: true,
  });
  return { access, permissions, catalog };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('who may look', () => {
  it('is asked once for a user in five seconds', async () => {
    const { access, permissions } = setUp();
    await Promise.all([access.look(REF, guest), access.look(REF, guest)]);
    await access.look(REF, guest);
    expect(permissions.authorize).toHaveBeenCalledTimes(1);
    await access.look(REF, other);
    await access.look('component:default/others', guest);
    expect(permissions.authorize).toHaveBeenCalledTimes(3);
    jest.advanceTimersByTime(5_000);
    await access.look(REF, guest);
    expect(permissions.authorize).toHaveBeenCalledTimes(4);
  });

  it('is asked each time for what is more than looking, and for services', async () => {
    const { access, permissions } = setUp();
    await access.look(REF, guest);
    await access.require('logs', REF, guest);
    await access.require('restart', REF, guest);
    expect(permissions.authorize).toHaveBeenCalledTimes(3);
    await access.look(REF, mockCredentials.service());
    await access.look(REF, mockCredentials.service());
    expect(permissions.authorize).toHaveBeenCalledTimes(5);
  });

  it('is asked again after a failure', async () => {
    const { access, catalog } = setUp();
    catalog.getEntityByRef.mockRejectedValueOnce(new Error('down'));
    await expect(access.look(REF, guest)).rejects.toThrow('down');
    expect((await access.look(REF, guest)).entity).toBe(orders);
  });
});
