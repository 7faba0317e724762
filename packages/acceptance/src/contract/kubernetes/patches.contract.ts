import {
  configMap,
  core,
  deployment,
  deploymentsIn,
  inGroup,
  make,
  patch,
  podSpec,
} from './objects';
import { about, type KubernetesTarget } from './types';

async function aMap(target: KubernetesTarget) {
  const maps = core(await target.namespace(), 'configmaps');
  await make(target, maps, configMap('m', { a: '1', b: '2' }));
  return `${maps}/m`;
}

async function aDeployment(target: KubernetesTarget) {
  const path = deploymentsIn(await target.namespace());
  await make(
    target,
    path,
    deployment('patched', {
      template: {
        metadata: { labels: { app: 'patched' } },
        spec: {
          containers: [
            { name: 'app', image: 'app:1', env: [{ name: 'A', value: '1' }] },
            { name: 'side', image: 'side:1' },
          ],
        },
      },
    }),
  );
  return `${path}/patched`;
}

export default about('patch', {
  async 'is refused, as an update of an old version'(target) {
    const path = await aMap(target);
    const { body: old } = await target.send('GET', path);
    await target.send('PUT', path, {
      body: { ...old, data: { a: '1', b: '3' } },
    });
    const late = await target.send('PUT', path, { body: old });
    expect(late.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "m": the object has been modified; please apply your changes to the latest version and try again',
    });
  },

  async 'takes JSON patches, all or nothing'(target) {
    const path = await aMap(target);
    const done = await patch(target, path, 'json', [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'remove', path: '/data/b' },
      { op: 'add', path: '/data/c', value: '4' },
    ]);
    expect(done.body.data).toEqual({ a: '1', c: '4' });
    const refused = await patch(target, path, 'json', [
      { op: 'remove', path: '/data/a' },
      { op: 'test', path: '/data/c', value: 'other' },
    ]);
    expect(refused.body).toMatchObject({ code: 422, reason: 'Invalid' });
    expect((await target.send('GET', path)).body.data.a).toBe('1');
  },

  async 'takes merge patches, in which null removes'(target) {
    const path = await aMap(target);
    const { body } = await patch(target, path, 'merge', {
      data: { a: null, d: '5' },
    });
    expect(body.data).toEqual({ b: '2', d: '5' });
  },

  async 'merges lists by key in strategic merge patches'(target) {
    const path = await aDeployment(target);
    const { body } = await patch(target, path, 'strategic-merge', {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'app', image: 'app:2' },
              { name: 'side', $patch: 'delete' },
            ],
          },
        },
      },
    });
    expect(body.spec.template.spec.containers).toMatchObject([
      { name: 'app', image: 'app:2', env: [{ name: 'A', value: '1' }] },
    ]);
    expect(body.spec.template.spec.containers).toHaveLength(1);
    expect(body.metadata.generation).toBe(2);
  },

  async 'replaces lists as a whole in merge patches'(target) {
    const path = await aDeployment(target);
    const { body } = await patch(target, path, 'merge', {
      spec: {
        template: { spec: { containers: [{ name: 'app', image: 'app:3' }] } },
      },
    });
    expect(body.spec.template.spec.containers).toHaveLength(1);
    expect(body.spec.template.spec.containers[0]).not.toHaveProperty('env');
  },

  async 'changes no version where nothing changes'(target) {
    const path = await aMap(target);
    const { body: before } = await target.send('GET', path);
    const { status, body } = await patch(target, path, 'merge', {
      data: { a: '1' },
    });
    expect(status).toBe(200);
    expect(body.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  },

  async 'refuses a form that it does not know'(target) {
    const path = await aMap(target);
    const { status } = await target.send('PATCH', path, {
      body: {},
      headers: { 'content-type': 'application/text' },
    });
    expect(status).toBe(415);
  },

  async 'answers 404 for what is not there'(target) {
    const path = await aMap(target);
    const { body } = await patch(target, `${path}x`, 'merge', {});
    expect(body).toMatchObject({
      code: 404,
      message: 'configmaps "mx" not found',
    });
  },

  async 'keeps status and spec apart'(target) {
    const cronJobs = inGroup('batch/v1', await target.namespace(), 'cronjobs');
    const path = `${cronJobs}/import`;
    const template = { spec: { ...podSpec(), restartPolicy: 'Never' } };
    const before = await make(target, cronJobs, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'import' },
      spec: {
        schedule: '0 3 * * *',
        suspend: true,
        jobTemplate: { spec: { template } },
      },
    });
    const [first, second] = ['2026-11-01T03:00:00Z', '2026-11-02T03:00:00Z'];
    await patch(target, `${path}/status`, 'merge', {
      spec: { suspend: false },
      status: { lastScheduleTime: first },
    });
    const { body: after } = await target.send('GET', path);
    expect(after.status.lastScheduleTime).toBe(first);
    expect(after.spec.suspend).toBe(true);
    expect(after.metadata.generation).toBe(before.metadata.generation);
    await patch(target, path, 'merge', {
      status: { lastScheduleTime: second },
    });
    expect((await target.send('GET', path)).body.status.lastScheduleTime).toBe(
      first,
    );
  },

  async 'scales by the subresource'(target) {
    const path = await aDeployment(target);
    expect((await target.send('GET', `${path}/scale`)).body).toMatchObject({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      spec: { replicas: 1 },
      status: { selector: 'app=patched' },
    });
    const scaled = await patch(target, `${path}/scale`, 'merge', {
      spec: { replicas: 3 },
    });
    expect(scaled.body.spec.replicas).toBe(3);
    expect((await target.send('GET', path)).body.spec.replicas).toBe(3);
    const refused = await patch(target, `${path}/scale`, 'merge', {
      spec: { replicas: -1 },
    });
    expect(refused.body).toMatchObject({ code: 422, reason: 'Invalid' });
  },

  async 'has no scale where a kind has none'(target) {
    expect(
      (await target.send('GET', `${await aMap(target)}/scale`)).status,
    ).toBe(404);
  },

  async 'refuses to change what cannot be changed'(target) {
    const path = await aDeployment(target);
    const { body } = await patch(target, path, 'merge', {
      spec: {
        selector: { matchLabels: { app: 'other' } },
        template: { metadata: { labels: { app: 'other' } } },
      },
    });
    expect(body.code).toBe(422);
    expect(body.details.causes).toEqual([
      {
        field: 'spec.selector',
        reason: 'FieldValueInvalid',
        message: expect.stringContaining('field is immutable'),
      },
    ]);
  },
});
