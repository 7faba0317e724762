import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { JsonObject } from '@backstage/types';
import { runAction, type RunOptions } from '../__testUtils__/runAction';
import { createCatalogEntityAwaitAction } from './catalogEntityAwait';

const orders: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'orders', namespace: 'default' },
};

describe('catalog:entity:await', () => {
  const catalog = catalogServiceMock.mock();

  beforeEach(() => {
    catalog.getEntityByRef.mockReset();
  });

  const awaitEntity = (input: JsonObject, options?: RunOptions) =>
    runAction(createCatalogEntityAwaitAction({ catalog }), input, options);

  it('goes on as soon as the catalog has the entity', async () => {
    catalog.getEntityByRef
      .mockResolvedValueOnce(undefined)
      .mockResolvedValueOnce(undefined)
      .mockResolvedValue(orders);

    const { output, log } = await awaitEntity({
      entityRef: 'Component:orders',
    });

    expect(output).toEqual({
      entityRef: 'component:default/orders',
      found: true,
    });
    expect(log).toEqual([]);
    expect(catalog.getEntityByRef).toHaveBeenCalledTimes(3);
  });

  it('asks as the one who started the task', async () => {
    catalog.getEntityByRef.mockResolvedValue(orders);

    await awaitEntity({ entityRef: 'component:default/orders' });

    expect(catalog.getEntityByRef).toHaveBeenCalledWith(
      'component:default/orders',
      {
        credentials: expect.objectContaining({
          principal: expect.objectContaining({ type: 'user' }),
        }),
      },
    );
  });

  it('asks again when the catalog does not answer', async () => {
    catalog.getEntityByRef
      .mockRejectedValueOnce(new Error('503'))
      .mockResolvedValue(orders);

    const { output } = await awaitEntity({ entityRef: 'orders' });

    expect(output.found).toBe(true);
  });

  it('warns when the time is up, and does not fail', async () => {
    catalog.getEntityByRef.mockRejectedValue(new Error('the catalog is down'));

    const { output, log } = await awaitEntity({
      entityRef: 'component:default/orders',
      timeoutSeconds: 1,
    });

    expect(output.found).toBe(false);
    expect(log).toEqual([
      expect.stringMatching(
        /does not have component:default\/orders after 1 s .*the catalog is down.*location/,
      ),
    ]);
  });

  it('ends at once when the task is cancelled, even while the catalog hangs', async () => {
    const cancelled = new AbortController();
    catalog.getEntityByRef.mockImplementation(() => {
      setImmediate(() => cancelled.abort(new Error('cancelled')));
      return new Promise(() => {});
    });

    await expect(
      awaitEntity(
        { entityRef: 'component:default/orders', timeoutSeconds: 600 },
        { signal: cancelled.signal },
      ),
    ).rejects.toThrow('cancelled');
  });

  it.each([
    [true, orders],
    [false, undefined],
  ])(
    'looks once in a dry run and says what is there: %s',
    async (found, entity) => {
      catalog.getEntityByRef.mockResolvedValue(entity);

      const { output, log } = await awaitEntity(
        { entityRef: 'component:default/orders' },
        { isDryRun: true },
      );

      expect(output).toEqual({ entityRef: 'component:default/orders', found });
      expect(log).toEqual([]);
      expect(catalog.getEntityByRef).toHaveBeenCalledTimes(1);
    },
  );

  it.each<[string, JsonObject, string]>([
    ['no entity', {}, 'entityRef'],
    ['a reference that is none', { entityRef: 'a:b:c' }, '`entityRef`'],
    [
      'a time that never ends',
      { entityRef: 'orders', timeoutSeconds: 601 },
      'timeoutSeconds',
    ],
  ])('refuses %s', async (_, input, said) => {
    await expect(awaitEntity(input)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(said),
    });
    expect(catalog.getEntityByRef).not.toHaveBeenCalled();
  });
});
