import type { KubeConfig } from '@kubernetes/client-node';
import { configMap, request } from './__testUtils__/request';
import {
  startTestCluster,
  type TestCluster,
} from './__testUtils__/testCluster';
import { kinds } from './kinds';

// What the contract of packages/acceptance does not hold, as it is the sandbox's own.

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
  store.create(kinds.configMaps, {
    ...configMap('a'),
    metadata: { name: 'a', namespace: 'shop' },
  });
});

afterAll(() => cluster?.stop());

const get = (path: string) => request(admin, 'GET', path);

it('answers 404 for a path that is none', async () => {
  expect((await get('/api/v1/namespaces/%zz')).status).toBe(404);
});

describe('a watch', () => {
  it('tells how far it has got, sooner than a real one', async () => {
    const { body } = await get(
      `${maps}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=0`,
    );
    expect(body).toContainEqual({
      type: 'BOOKMARK',
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
      },
    });
  });

  it('asks to try again for a version that is yet to come', async () => {
    const answer = await get(`${maps}?watch=true&resourceVersion=99999999`);
    expect(answer.status).toBe(504);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body.message).toMatch('Too large resource version');
  });
});
