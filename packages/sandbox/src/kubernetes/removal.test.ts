import type { KubeConfig } from '@kubernetes/client-node';
import { configMap, podSpec, request } from './__testUtils__/request';
import {
  startTestCluster,
  until,
  type TestCluster,
} from './__testUtils__/testCluster';
import { kinds } from './kinds';
import type { OwnerReference } from './types';

const maps = '/api/v1/namespaces/shop/configmaps';
let cluster: TestCluster;
let admin: KubeConfig;

beforeAll(async () => {
  cluster = await startTestCluster();
  admin = cluster.kubeConfig('admin');
  cluster.standIn.store.create(kinds.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
  });
});

afterAll(() => cluster?.stop());

const call = (method: string, path: string, body?: object) =>
  request(admin, method, path, { body });

/** Makes a config map that others own. */
async function make(
  name: string,
  owners: { metadata: { name: string; uid: string } }[] = [],
  metadata: object = {},
) {
  const ownerReferences = owners.map((owner): OwnerReference => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    blockOwnerDeletion: true,
  }));
  const { body } = await call('POST', maps, {
    ...configMap(name),
    metadata: { name, ownerReferences, ...metadata },
  });
  return body;
}

const exists = async (name: string) =>
  (await call('GET', `${maps}/${name}`)).status === 200;

describe('delete', () => {
  it('says what is gone, or that it was not there', async () => {
    const { metadata } = await make('a');
    const { body } = await call('DELETE', `${maps}/a`);
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
    });
    expect((await call('DELETE', `${maps}/a`)).body.reason).toBe('NotFound');
  });

  it('takes what was owned alone along, and lets the rest go', async () => {
    const owner = await make('owner');
    const other = await make('other');
    await make('owned', [owner]);
    await make('shared', [owner, other]);
    await call('DELETE', `${maps}/owner`, { propagationPolicy: 'Background' });
    expect(await exists('owned')).toBe(false);
    const { body } = await call('GET', `${maps}/shared`);
    expect(body.metadata.ownerReferences).toHaveLength(1);
  });

  it('leaves orphans', async () => {
    const owner = await make('parent');
    await make('orphan', [owner]);
    await call('DELETE', `${maps}/parent`, { propagationPolicy: 'Orphan' });
    const { body } = await call('GET', `${maps}/orphan`);
    expect(body.metadata.ownerReferences).toEqual([]);
  });

  it('waits for dependents in the foreground', async () => {
    const owner = await make('waiting');
    await make('slow', [owner], { finalizers: ['shop.example/hold'] });
    const { body } = await call('DELETE', `${maps}/waiting`, {
      propagationPolicy: 'Foreground',
    });
    expect(body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ['foregroundDeletion'],
    });
    expect(await exists('waiting')).toBe(true);
    await request(admin, 'PATCH', `${maps}/slow`, {
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(await exists('slow')).toBe(false);
    expect(await exists('waiting')).toBe(false);
  });

  it('refuses an object that is not the expected one any more', async () => {
    await make('changed');
    const { body } = await call('DELETE', `${maps}/changed`, {
      preconditions: { uid: 'another' },
    });
    expect(body).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(await exists('changed')).toBe(true);
  });

  it('only tries with dryRun', async () => {
    await make('tried');
    expect((await call('DELETE', `${maps}/tried?dryRun=All`)).status).toBe(200);
    expect(await exists('tried')).toBe(true);
  });

  it('deletes what a selector selects', async () => {
    await make('one', [], { labels: { batch: 'x' } });
    await make('two', [], { labels: { batch: 'x' } });
    const { body } = await call('DELETE', `${maps}?labelSelector=batch%3Dx`);
    expect(body.items).toHaveLength(2);
    expect(await exists('one')).toBe(false);
    expect(await exists('tried')).toBe(true);
  });

  it('empties a namespace and then removes it', async () => {
    await call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'gone' },
    });
    await call('POST', '/api/v1/namespaces/gone/configmaps', configMap('a'));
    const { body } = await call('DELETE', '/api/v1/namespaces/gone');
    expect(body.metadata.deletionTimestamp).toEqual(expect.any(String));
    await until(
      async () => (await call('GET', '/api/v1/namespaces/gone')).status === 404,
    );
    expect(
      (await call('GET', '/api/v1/namespaces/gone/configmaps')).body.items,
    ).toEqual([]);
  });
});

describe('eviction', () => {
  it('asks to try again where a disruption budget forbids it', async () => {
    const labels = { app: 'evicted' };
    for (const name of ['p1', 'p2']) {
      await call('POST', '/api/v1/namespaces/shop/pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, labels },
        spec: podSpec(),
      });
    }
    const budget = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';
    await call('POST', budget, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'evicted' },
      spec: { minAvailable: 2, selector: { matchLabels: labels } },
    });
    const allowed = (count: number) =>
      until(async () => {
        const { body } = await call('GET', `${budget}/evicted`);
        return (
          body.status?.currentHealthy === 2 &&
          body.status?.disruptionsAllowed === count
        );
      });
    const evict = () =>
      call('POST', '/api/v1/namespaces/shop/pods/p1/eviction', {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'p1' },
      });
    await allowed(0);
    expect((await evict()).body).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message:
        "Cannot evict pod as it would violate the pod's disruption budget.",
    });
    await request(admin, 'PATCH', `${budget}/evicted`, {
      body: { spec: { minAvailable: 1 } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    await allowed(1);
    expect((await evict()).status).toBe(201);
    expect((await evict()).status).not.toBe(500);
  });
});
