import { configMap, core, inGroup, make, patch, pod } from './objects';
import { about, type KubernetesTarget, until } from './types';

interface Owner {
  metadata: { name: string; uid: string };
}

const mapsOf = async (target: KubernetesTarget) =>
  core(await target.namespace(), 'configmaps');

/** Makes a config map that others own. */
const owned = (
  target: KubernetesTarget,
  maps: string,
  name: string,
  owners: Owner[] = [],
  metadata: object = {},
) =>
  make(
    target,
    maps,
    configMap(
      name,
      {},
      {
        ownerReferences: owners.map(owner => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          blockOwnerDeletion: true,
        })),
        ...metadata,
      },
    ),
  );

const gone = (target: KubernetesTarget, path: string) =>
  until(async () => (await target.send('GET', path)).status === 404);

export default about('delete', {
  async 'says what is gone, or that it was not there'(target) {
    const maps = await mapsOf(target);
    const { metadata } = await owned(target, maps, 'a');
    const { body } = await target.send('DELETE', `${maps}/a`);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
    });
    expect((await target.send('DELETE', `${maps}/a`)).body.reason).toBe(
      'NotFound',
    );
  },

  async 'takes along what was owned alone, and lets the rest go'(target) {
    const maps = await mapsOf(target);
    const owner = await owned(target, maps, 'owner');
    const other = await owned(target, maps, 'other');
    await owned(target, maps, 'owned', [owner]);
    await owned(target, maps, 'shared', [owner, other]);
    await target.send('DELETE', `${maps}/owner`, {
      body: { propagationPolicy: 'Background' },
    });
    await gone(target, `${maps}/owned`);
    await until(async () => {
      const { body } = await target.send('GET', `${maps}/shared`);
      return body.metadata.ownerReferences.length === 1;
    });
  },

  async 'leaves orphans'(target) {
    const maps = await mapsOf(target);
    const owner = await owned(target, maps, 'parent');
    await owned(target, maps, 'orphan', [owner]);
    await target.send('DELETE', `${maps}/parent`, {
      body: { propagationPolicy: 'Orphan' },
    });
    await gone(target, `${maps}/parent`);
    const { body } = await target.send('GET', `${maps}/orphan`);
    expect(body.metadata.ownerReferences).toBeUndefined();
  },

  async 'waits for dependents in the foreground'(target) {
    const maps = await mapsOf(target);
    const owner = await owned(target, maps, 'waiting');
    await owned(target, maps, 'slow', [owner], {
      finalizers: ['shop.example/hold'],
    });
    const { body } = await target.send('DELETE', `${maps}/waiting`, {
      body: { propagationPolicy: 'Foreground' },
    });
    expect(body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ['foregroundDeletion'],
    });
    await until(async () => {
      const slow = await target.send('GET', `${maps}/slow`);
      return slow.body.metadata.deletionTimestamp !== undefined;
    });
    expect((await target.send('GET', `${maps}/waiting`)).status).toBe(200);
    await patch(target, `${maps}/slow`, 'merge', {
      metadata: { finalizers: null },
    });
    await gone(target, `${maps}/slow`);
    await gone(target, `${maps}/waiting`);
  },

  async 'refuses an object that is not the expected one any more'(target) {
    const maps = await mapsOf(target);
    await owned(target, maps, 'changed');
    const { body } = await target.send('DELETE', `${maps}/changed`, {
      body: { preconditions: { uid: 'another' } },
    });
    expect(body).toMatchObject({ code: 409, reason: 'Conflict' });
    expect((await target.send('GET', `${maps}/changed`)).status).toBe(200);
  },

  async 'only tries with dryRun'(target) {
    const maps = await mapsOf(target);
    await owned(target, maps, 'tried');
    expect(
      (await target.send('DELETE', `${maps}/tried?dryRun=All`)).status,
    ).toBe(200);
    expect((await target.send('GET', `${maps}/tried`)).status).toBe(200);
  },

  async 'removes what a selector selects'(target) {
    const maps = await mapsOf(target);
    const labels = { batch: 'x' };
    await owned(target, maps, 'one', [], { labels });
    await owned(target, maps, 'two', [], { labels });
    await owned(target, maps, 'three');
    const { body } = await target.send(
      'DELETE',
      `${maps}?labelSelector=batch%3Dx`,
    );
    expect(body.items).toHaveLength(2);
    expect((await target.send('GET', `${maps}/one`)).status).toBe(404);
    expect((await target.send('GET', `${maps}/three`)).status).toBe(200);
  },

  async 'empties a namespace and then removes it'(target) {
    const namespace = await target.namespace();
    const maps = core(namespace, 'configmaps');
    await owned(target, maps, 'a');
    const path = `/api/v1/namespaces/${namespace}`;
    const { body } = await target.send('DELETE', path);
    expect(body).toMatchObject({
      metadata: { deletionTimestamp: expect.any(String) },
      status: { phase: 'Terminating' },
    });
    const { body: refused } = await target.send('POST', maps, {
      body: configMap('late'),
    });
    // Refused while it goes; not there any more on a fast machine.
    expect([403, 404]).toContain(refused.code);
    await gone(target, path);
    expect((await target.send('GET', maps)).body.items).toEqual([]);
  },

  async 'of a running pod gives it time to end'(target) {
    const pods = core(await target.namespace(), 'pods');
    await make(target, pods, pod('p'));
    await until(async () => {
      const { body } = await target.send('GET', `${pods}/p`);
      return body.status.phase === 'Running';
    });
    const { body } = await target.send('DELETE', `${pods}/p`, {
      body: { gracePeriodSeconds: 7 },
    });
    expect(body).toMatchObject({
      kind: 'Pod',
      metadata: {
        deletionGracePeriodSeconds: 7,
        deletionTimestamp: expect.any(String),
      },
    });
    await gone(target, `${pods}/p`);
  },

  async 'by eviction asks to try again where a disruption budget forbids it'(
    target,
  ) {
    const namespace = await target.namespace();
    const pods = core(namespace, 'pods');
    const labels = { app: 'evicted' };
    for (const name of ['p1', 'p2']) {
      await make(target, pods, pod(name, undefined, { labels }));
    }
    const budgets = inGroup('policy/v1', namespace, 'poddisruptionbudgets');
    await make(target, budgets, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'evicted' },
      spec: { minAvailable: 2, selector: { matchLabels: labels } },
    });
    const allowed = (count: number) =>
      until(async () => {
        const { body } = await target.send('GET', `${budgets}/evicted`);
        return (
          body.status?.currentHealthy === 2 &&
          body.status?.disruptionsAllowed === count
        );
      });
    const evict = () =>
      target.send('POST', `${pods}/p1/eviction`, {
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: 'p1' },
        },
      });
    await allowed(0);
    expect((await evict()).body).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message:
        "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message:
              'The disruption budget evicted needs 2 healthy pods and has 2 currently',
          },
        ],
      },
    });
    await patch(target, `${budgets}/evicted`, 'merge', {
      spec: { minAvailable: 1 },
    });
    await allowed(1);
    expect((await evict()).status).toBe(201);
  },
});
