import { mockServices } from '@backstage/backend-test-utils';
import {
  onClusters,
  orders,
  pod,
  PROD_EU,
  PROD_US,
  NEW_RELEASE,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import {
  applyRuntimePatch,
  type Runtime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { FakeWatch } from '../../__testUtils__/FakeWatch';
import { assemble } from './assemble';
import type { Change } from './RuntimeView';
import { RuntimeViews } from './RuntimeViews';

let watch: FakeWatch;
let views: RuntimeViews;
const build = jest.fn(assemble);

beforeEach(() => {
  build.mockClear();
  watch = new FakeWatch();
  watch.addCluster(PROD_EU);
  views = new RuntimeViews({
    watch,
    build,
    joins: { join: runtime => runtime },
    logger: mockServices.logger.mock(),
    lingerMs: 50,
    patienceMs: 400,
  });
});

afterEach(() => views.stop());

const podOf = (name: string) => pod(name, { release: NEW_RELEASE });
const changeOf = (subscribe: (listener: (change: Change) => void) => void) =>
  new Promise<Change>(resolve => subscribe(resolve));

describe('the view of an entity', () => {
  it('is one for all, computed once', async () => {
    watch.set(PROD_EU, 'pods', [podOf('orders-1')]);
    const leases = Array.from({ length: 10 }, () => views.acquire(orders));
    const snapshots = await Promise.all(
      leases.map(({ view }) => view.snapshot()),
    );
    expect(new Set(leases.map(({ view }) => view)).size).toBe(1);
    expect(build).toHaveBeenCalledTimes(1);
    expect(new Set(snapshots.map(({ json }) => json)).size).toBe(1);
    expect(snapshots[0].runtime.clusters[0].pods).toHaveLength(1);
    expect(watch.opened.filter(({ kind }) => kind.plural === 'pods')).toEqual([
      expect.objectContaining({
        cluster: PROD_EU,
        namespace: 'orders',
        labelSelector: 'backstage.io/kubernetes-id=orders',
      }),
    ]);
  });

  it('tells of changes once for all, and they lead to the state', async () => {
    const { view } = views.acquire(orders);
    const before = await view.snapshot();
    build.mockClear();
    const heard: Change[][] = [[], []];
    heard.forEach(list => view.subscribe(change => list.push(change)));
    const told = changeOf(listener => view.subscribe(listener));

    watch.set(PROD_EU, 'pods', [podOf('orders-1')]);
    watch.set(PROD_EU, 'pods', [podOf('orders-1'), podOf('orders-2')]);
    const { id, json } = await told;

    expect(build).toHaveBeenCalledTimes(1);
    expect(heard).toEqual([[{ id, json }], [{ id, json }]]);
    const after = await view.snapshot();
    expect(after.id).toBe(id);
    const reached: Runtime = applyRuntimePatch(
      JSON.parse(String(before.json)),
      JSON.parse(json),
    );
    expect(reached).toEqual(JSON.parse(String(after.json)));
    expect(view.since(before.id)).toEqual([{ id, json }]);
    expect(view.since(id)).toEqual([]);
    expect(view.since('other.0')).toBeUndefined();
    expect(view.since(`${id.split('.')[0]}.99`)).toBeUndefined();
  });

  it('computes nothing while nobody looks, and is right again for the next', async () => {
    const { view } = views.acquire(orders);
    await view.snapshot();
    build.mockClear();
    watch.set(PROD_EU, 'pods', [podOf('orders-1')]);
    expect(build).not.toHaveBeenCalled();
    const { runtime } = await view.snapshot();
    expect(runtime.clusters[0].pods).toHaveLength(1);
  });

  it('does not wait for a cluster that does not answer', async () => {
    watch.addCluster(PROD_US, 'connecting');
    watch.set(PROD_EU, 'pods', [podOf('orders-1')]);
    const { view } = views.acquire(onClusters(PROD_EU, PROD_US));
    const { runtime } = await view.snapshot();
    expect(
      runtime.clusters.map(({ title, pods }) => [title, pods.length]),
    ).toEqual([
      ['prod-eu', 1],
      ['prod-us', 0],
    ]);

    const told = changeOf(listener => view.subscribe(listener));
    watch.set(PROD_US, 'pods', [podOf('orders-9')]);
    watch.connect(PROD_US, {
      state: 'live',
      since: '2026-11-23T14:00:01.000Z',
    });
    await told;
    const later = await view.snapshot();
    expect(later.runtime.clusters.map(({ pods }) => pods.length)).toEqual([
      1, 1,
    ]);
  });

  it('is another one when the entity runs somewhere else', () => {
    const one = views.acquire(orders);
    expect(views.acquire(onClusters(PROD_US)).view).not.toBe(one.view);
  });

  it('is kept for a while after the last one who looked', async () => {
    const one = views.acquire(orders);
    await one.view.snapshot();
    const other = views.acquire(orders);
    one.release();
    one.release();
    expect(watch.openViews).toBe(1);
    other.release();
    expect(views.acquire(orders).view).toBe(one.view);
  });

  it('is closed in the end', async () => {
    const { view, release } = views.acquire(orders);
    await view.snapshot();
    release();
    await new Promise<void>(resolve => {
      const poll = setInterval(() => {
        if (watch.openViews === 0) {
          clearInterval(poll);
          resolve();
        }
      }, 10);
    });
    expect(views.acquire(orders).view).not.toBe(view);
  });

  it('is refused to an entity that runs nowhere', () => {
    const { annotations: _, ...metadata } = orders.metadata;
    expect(() => views.acquire({ ...orders, metadata })).toThrow(
      /component:default\/orders: nothing says where it runs.*backstage.io\/kubernetes-id/,
    );
  });
});
