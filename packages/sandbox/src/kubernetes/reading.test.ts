import type { KubeConfig } from '@kubernetes/client-node';
import { configMap, podSpec, request } from './__testUtils__/request';
import {
  startTestCluster,
  until,
  type TestCluster,
} from './__testUtils__/testCluster';
import { kinds } from './kinds';

const maps = '/api/v1/namespaces/shop/configmaps';
let cluster: TestCluster;
let admin: KubeConfig;

beforeAll(async () => {
  cluster = await startTestCluster();
  admin = cluster.kubeConfig('admin');
  const { store } = cluster.standIn;
  store.create(kinds.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
  });
  for (const [name, tier] of [
    ['a', 'web'],
    ['b', 'web'],
    ['c', 'data'],
  ]) {
    store.create(kinds.configMaps, {
      ...configMap(name, {}, { tier }),
      metadata: { name, namespace: 'shop', labels: { tier, [name]: 'yes' } },
    });
  }
});

afterAll(() => cluster?.stop());

/** What is in every namespace. */
const ROOT_CA = 'kube-root-ca.crt';

const names = (answer: { body: { items: { metadata: { name: string } }[] } }) =>
  answer.body.items
    .map(({ metadata }) => metadata.name)
    .filter(name => name !== ROOT_CA);

const get = (path: string, accept?: string) =>
  request(admin, 'GET', path, accept ? { headers: { accept } } : {});

describe('lists', () => {
  it.each([
    ['tier=web', ['a', 'b']],
    ['tier==web,a', ['a']],
    ['tier!=web', ['c']],
    ['tier in (data, other)', ['c']],
    ['tier notin (data),!a', ['b']],
    ['!missing', ['a', 'b', 'c']],
  ])('selects by labels %s', async (selector, expected) => {
    const answer = await get(
      `${maps}?labelSelector=${encodeURIComponent(selector)}`,
    );
    expect(names(answer)).toEqual(expected);
  });

  it('selects by fields, and refuses those that cannot be selected by', async () => {
    expect(names(await get(`${maps}?fieldSelector=metadata.name!=a`))).toEqual([
      'b',
      'c',
    ]);
    const refused = await get(`${maps}?fieldSelector=data.x=y`);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      kind: 'Status',
      reason: 'BadRequest',
      message: expect.stringContaining('field label not supported: data.x'),
    });
    await expect(
      get(`${maps}?labelSelector=${encodeURIComponent('a in b')}`),
    ).resolves.toMatchObject({ status: 400 });
  });

  it('gives pages that do not shift when objects come and go', async () => {
    const first = await get(`${maps}?limit=2`);
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.body.metadata.remainingItemCount).toBe(2);
    await request(admin, 'POST', maps, { body: configMap('aa') });
    const token = encodeURIComponent(first.body.metadata.continue);
    const second = await get(`${maps}?limit=2&continue=${token}`);
    expect(names(second)).toEqual(['c']);
    expect(second.body.metadata).toEqual({
      resourceVersion: first.body.metadata.resourceVersion,
    });
    await request(admin, 'DELETE', `${maps}/aa`);
    expect((await get(`${maps}?limit=2&continue=no`)).body.message).toBe(
      'continue key is not valid',
    );
  });

  it('answers 404 in its own words for an object and for a kind', async () => {
    expect((await get(`${maps}/nobody`)).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "nobody" not found',
      reason: 'NotFound',
      details: { name: 'nobody', kind: 'configmaps' },
      code: 404,
    });
    expect((await get('/apis/none.example/v1/things')).body).toMatchObject({
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    });
    expect((await get('/api/v1/namespaces/%zz')).status).toBe(404);
  });

  it('is printed as a table where that is asked for', async () => {
    cluster.standIn.store.create(kinds.services, {
      ...{ spec: { type: 'ClusterIP', ports: [{ port: 80 }] } },
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'orders', namespace: 'shop' },
    });
    const { body } = await get(
      '/api/v1/namespaces/shop/services',
      'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    );
    expect(body.kind).toBe('Table');
    expect(
      body.columnDefinitions.map((column: { name: string }) => column.name),
    ).toEqual([
      'Name',
      'Type',
      'Cluster-IP',
      'External-IP',
      'Port(s)',
      'Age',
      'Selector',
    ]);
    expect(body.rows[0].cells.slice(0, 5)).toEqual([
      'orders',
      'ClusterIP',
      '<none>',
      '<none>',
      '80/TCP',
    ]);
    expect(body.rows[0].object.kind).toBe('PartialObjectMetadata');
  });

  it('shows one object in both versions of its API', async () => {
    await request(
      admin,
      'POST',
      '/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers',
      {
        body: {
          apiVersion: 'autoscaling/v1',
          kind: 'HorizontalPodAutoscaler',
          metadata: { name: 'orders' },
          spec: {
            scaleTargetRef: { kind: 'Deployment', name: 'orders' },
            maxReplicas: 5,
            targetCPUUtilizationPercentage: 60,
          },
        },
      },
    );
    const inVersion = (version: string) =>
      get(
        `/apis/autoscaling/${version}/namespaces/shop/horizontalpodautoscalers/orders`,
      );
    expect((await inVersion('v2')).body).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: {
        metrics: [
          {
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: 60 },
            },
          },
        ],
      },
    });
    expect((await inVersion('v1')).body).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { maxReplicas: 5, targetCPUUtilizationPercentage: 60 },
    });
  });

  it('selects events by the object they are about', async () => {
    const about = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.`, name: '', namespace: 'shop' },
      involvedObject: { kind: 'Pod', name, namespace: 'shop' },
      lastTimestamp: new Date().toISOString(),
      reason: 'Killing',
      message: 'Stopping container app',
      type: 'Normal',
    });
    cluster.standIn.store.create(kinds.events, about('x'));
    cluster.standIn.store.create(kinds.events, about('y'));
    const { body } = await get(
      '/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name=x,involvedObject.kind=Pod',
    );
    expect(body.items).toHaveLength(1);
    const { body: own } = await get(
      '/apis/events.k8s.io/v1/namespaces/shop/events',
    );
    expect(own.apiVersion).toBe('events.k8s.io/v1');
    expect(own.items).toContainEqual(
      expect.objectContaining({
        regarding: expect.objectContaining({ name: 'x' }),
        note: 'Stopping container app',
      }),
    );
  });

  it('reads the usage of pods from metrics', async () => {
    await request(admin, 'POST', '/api/v1/namespaces/shop/pods', {
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'one' },
        spec: podSpec({ resources: { requests: { cpu: '100m' } } }),
      },
    });
    const metrics = '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods';
    const { items } = await until(async () => {
      const { body } = await get(metrics);
      return body.items.length > 0 && body;
    });
    expect(items[0]).toMatchObject({
      metadata: { name: 'one', namespace: 'shop' },
      containers: [
        { name: 'app', usage: { cpu: expect.stringMatching(/^\d+n$/) } },
      ],
    });
    expect((await get(`${metrics}/none`)).body.message).toBe(
      'pods.metrics.k8s.io "none" not found',
    );
    const { body } = await get('/apis/metrics.k8s.io/v1beta1');
    expect(
      body.resources.map(({ name }: { name: string }) => name).sort(),
    ).toEqual(['nodes', 'pods']);
  });
});

interface WatchEvent {
  type: string;
  object: {
    metadata: { name?: string; annotations?: object; resourceVersion: string };
    code?: number;
    reason?: string;
  };
}

describe('watches', () => {
  const watch = async (query: string): Promise<WatchEvent[]> =>
    [(await get(`${maps}?watch=true&timeoutSeconds=1&${query}`)).body].flat();
  const told = (events: WatchEvent[]) =>
    events
      .filter(({ object }) => object.metadata.name !== ROOT_CA)
      .map(({ type, object }) => `${type} ${object.metadata.name}`);
  const put = (name: string, labels: Record<string, string>) =>
    request(admin, 'PUT', `${maps}/${name}`, {
      body: configMap(name, {}, labels),
    });

  it('starts with all that is there, or after a version', async () => {
    const { body } = await get(maps);
    expect(told(await watch(''))).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
    await put('a', { tier: 'web', touched: '1' });
    expect(
      told(await watch(`resourceVersion=${body.metadata.resourceVersion}`)),
    ).toEqual(['MODIFIED a']);
  });

  it('tells of objects that come to match a selector, and that cease to', async () => {
    const { body } = await get(maps);
    await put('c', { tier: 'web' });
    await put('b', { tier: 'data' });
    const events = await watch(
      `labelSelector=tier%3Dweb&resourceVersion=${body.metadata.resourceVersion}`,
    );
    expect(told(events)).toEqual(['ADDED c', 'DELETED b']);
  });

  it('tells how far it has got', async () => {
    const events = await watch('allowWatchBookmarks=true&resourceVersion=0');
    const bookmark = events.find(({ type }) => type === 'BOOKMARK');
    expect(bookmark?.object).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
    });
  });

  it('says where the initial events end', async () => {
    const events = await watch(
      'allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    );
    expect(told(events).slice(0, 3)).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
    const bookmark = events.find(({ type }) => type === 'BOOKMARK');
    expect(bookmark?.object.metadata.annotations).toEqual({
      'k8s.io/initial-events-end': 'true',
    });
    expect(
      (await get(`${maps}?watch=true&sendInitialEvents=true`)).status,
    ).toBe(422);
  });

  it('answers 410 for a version that is forgotten', async () => {
    const { body } = await get(maps);
    const { store } = cluster.standIn;
    for (let i = 0; i < 6_000; i += 1) {
      store.update(kinds.namespaces, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'shop', annotations: { i: `${i}` } },
      });
    }
    const [event] = await watch(
      `resourceVersion=${body.metadata.resourceVersion}`,
    );
    expect(event).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
  });

  it('asks to try again for a version that is yet to come', async () => {
    const answer = await get(`${maps}?watch=true&resourceVersion=99999999`);
    expect(answer.status).toBe(504);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body.message).toMatch('Too large resource version');
  });
});
