import { configMap, core, make, ROOT_CA } from './objects';
import { about, type KubernetesTarget } from './types';

interface WatchEvent {
  type: string;
  object: {
    metadata: { name?: string; annotations?: object; resourceVersion: string };
    code?: number;
    reason?: string;
  };
}

/** Watches for a second. */
async function watch(
  { send }: KubernetesTarget,
  path: string,
  query: string,
): Promise<WatchEvent[]> {
  const { body } = await send(
    'GET',
    `${path}?watch=true&timeoutSeconds=1&${query}`,
  );
  return [body || []].flat();
}

/** What was told of the objects that a case made. */
const told = (events: WatchEvent[]) =>
  events
    .filter(
      ({ type, object }) =>
        type !== 'BOOKMARK' && object.metadata.name !== ROOT_CA,
    )
    .map(({ type, object }) => `${type} ${object.metadata.name}`);

async function threeMaps(target: KubernetesTarget) {
  const maps = core(await target.namespace(), 'configmaps');
  for (const [name, tier] of [
    ['a', 'web'],
    ['b', 'web'],
    ['c', 'data'],
  ]) {
    await make(target, maps, configMap(name, {}, { labels: { tier } }));
  }
  return maps;
}

const label = (
  { send }: KubernetesTarget,
  maps: string,
  name: string,
  tier: string,
) =>
  send('PUT', `${maps}/${name}`, {
    body: configMap(name, { touched: tier }, { labels: { tier } }),
  });

const versionOf = async ({ send }: KubernetesTarget, maps: string) =>
  (await send('GET', maps)).body.metadata.resourceVersion;

export default about('watch', {
  async 'starts with all that is there, where no version is given'(target) {
    const maps = await threeMaps(target);
    expect(told(await watch(target, maps, '')).sort()).toEqual([
      'ADDED a',
      'ADDED b',
      'ADDED c',
    ]);
  },

  async 'tells what happened after a version, in order'(target) {
    const maps = await threeMaps(target);
    const version = await versionOf(target, maps);
    await label(target, maps, 'a', 'other');
    await make(target, maps, configMap('d'));
    await target.send('DELETE', `${maps}/b`);
    expect(
      told(await watch(target, maps, `resourceVersion=${version}`)),
    ).toEqual(['MODIFIED a', 'ADDED d', 'DELETED b']);
  },

  async 'tells of objects that come to match a selector, and that cease to'(
    target,
  ) {
    const maps = await threeMaps(target);
    const version = await versionOf(target, maps);
    await label(target, maps, 'c', 'web');
    await label(target, maps, 'b', 'data');
    const events = await watch(
      target,
      maps,
      `labelSelector=tier%3Dweb&resourceVersion=${version}`,
    );
    expect(told(events)).toEqual(['ADDED c', 'DELETED b']);
  },

  async 'tells of one object alone'(target) {
    const maps = await threeMaps(target);
    const version = await versionOf(target, maps);
    await label(target, maps, 'a', 'other');
    await label(target, maps, 'b', 'other');
    const events = await watch(
      target,
      maps,
      `fieldSelector=metadata.name%3Db&resourceVersion=${version}`,
    );
    expect(told(events)).toEqual(['MODIFIED b']);
  },

  async 'says where the initial events end'(target) {
    const maps = await threeMaps(target);
    const events = await watch(
      target,
      maps,
      'allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    );
    expect(told(events).sort()).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
    const bookmark = events.find(({ type }) => type === 'BOOKMARK');
    expect(bookmark?.object).toMatchObject({
      kind: 'ConfigMap',
      metadata: {
        resourceVersion: expect.stringMatching(/^\d+$/),
        annotations: { 'k8s.io/initial-events-end': 'true' },
      },
    });
  },

  async 'refuses initial events without a match of versions'(target) {
    const maps = await threeMaps(target);
    const { body } = await target.send(
      'GET',
      `${maps}?watch=true&timeoutSeconds=1&sendInitialEvents=true`,
    );
    expect(body).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(body.message).toContain(
      'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  },

  async 'answers 410 for a version that is forgotten'(target) {
    const ranges = core(await target.namespace(), 'limitranges');
    const version = await versionOf(target, ranges);
    for (const name of ['late', 'later']) {
      await make(target, ranges, {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name },
        spec: { limits: [] },
      });
    }
    await target.forget();
    const events = await watch(target, ranges, `resourceVersion=${version}`);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'ERROR',
      object: {
        kind: 'Status',
        status: 'Failure',
        code: 410,
        reason: 'Expired',
      },
    });
  },

  async 'says nothing for a version that is yet to come'(target) {
    const maps = await threeMaps(target);
    const events = await watch(target, maps, 'resourceVersion=99999999999');
    expect(events).toEqual([]);
  },
});
