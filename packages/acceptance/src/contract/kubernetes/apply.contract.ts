import {
  apply,
  configMap,
  core,
  deployment,
  deploymentsIn,
  make,
  patch,
  podSpec,
} from './objects';
import { about } from './types';

export default about('server-side apply', {
  async 'creates, says who owns what, and changes nothing the second time'(
    target,
  ) {
    const path = `${core(await target.namespace(), 'configmaps')}/a`;
    const object = configMap('a', { x: '1' }, { labels: { tier: 'web' } });
    const created = await apply(target, path, object, 'argo');
    expect(created.status).toBe(201);
    expect(created.body.metadata.managedFields).toEqual([
      {
        manager: 'argo',
        operation: 'Apply',
        apiVersion: 'v1',
        time: expect.any(String),
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:data': { 'f:x': {} },
          'f:metadata': { 'f:labels': { 'f:tier': {} } },
        },
      },
    ]);
    const again = await apply(target, path, object, 'argo');
    expect(again.status).toBe(200);
    expect(again.body.metadata.resourceVersion).toBe(
      created.body.metadata.resourceVersion,
    );
  },

  async 'takes YAML'(target) {
    const { body } = await apply(
      target,
      `${core(await target.namespace(), 'configmaps')}/yaml`,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: yaml }\ndata: { a: b }\n',
      'argo',
    );
    expect(body.data).toEqual({ a: 'b' });
  },

  async 'refuses what another manager has set, names it, and takes over by force'(
    target,
  ) {
    const path = `${core(await target.namespace(), 'configmaps')}/b`;
    await apply(target, path, configMap('b', { x: '1', y: '1' }), 'argo');
    const mine = configMap('b', { x: '2' });
    const refused = await apply(target, path, mine, 'slipway');
    expect(refused.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "argo": .data.x',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "argo"',
            field: '.data.x',
          },
        ],
      },
    });
    const forced = await apply(target, path, mine, 'slipway', {
      force: 'true',
    });
    expect(forced.body.data).toEqual({ x: '2', y: '1' });
    const back = await apply(
      target,
      path,
      configMap('b', { x: '1', y: '1' }),
      'argo',
    );
    expect(back.body.message).toContain('conflict with "slipway": .data.x');
  },

  async 'lets two managers set the same'(target) {
    const path = `${core(await target.namespace(), 'configmaps')}/s`;
    await apply(target, path, configMap('s', { x: '1' }), 'argo');
    const { status } = await apply(
      target,
      path,
      configMap('s', { x: '1' }),
      'slipway',
    );
    expect(status).toBe(200);
  },

  async 'removes what its manager stops applying, unless another one has it'(
    target,
  ) {
    const path = `${core(await target.namespace(), 'configmaps')}/c`;
    await apply(
      target,
      path,
      configMap('c', { own: '1', shared: '1' }),
      'argo',
    );
    await apply(target, path, configMap('c', { shared: '1' }), 'slipway');
    const { body } = await apply(target, path, configMap('c', {}), 'argo');
    expect(body.data).toEqual({ shared: '1' });
    const { body: last } = await apply(
      target,
      path,
      configMap('c', {}),
      'slipway',
    );
    expect(last.data ?? {}).toEqual({});
  },

  async 'merges containers by name and leaves what others added'(target) {
    const path = `${deploymentsIn(await target.namespace())}/orders`;
    await apply(target, path, deployment('orders'), 'argo');
    await apply(
      target,
      path,
      deployment('orders', {
        replicas: undefined,
        template: {
          spec: { containers: [{ name: 'proxy', image: 'proxy:1' }] },
        },
      }),
      'mesh',
    );
    const { body } = await apply(
      target,
      path,
      deployment('orders', {
        template: {
          metadata: { labels: { app: 'orders' } },
          spec: podSpec({ image: 'registry/app:2' }),
        },
      }),
      'argo',
    );
    expect(
      body.spec.template.spec.containers.map(
        ({ image }: { image: string }) => image,
      ),
    ).toEqual(['registry/app:2', 'proxy:1']);
  },

  async 'sees what was scaled meanwhile as the scaler’s'(target) {
    const path = `${deploymentsIn(await target.namespace())}/scaled`;
    await apply(target, path, deployment('scaled', { replicas: 2 }), 'argo');
    await patch(target, `${path}/scale?fieldManager=hpa`, 'merge', {
      spec: { replicas: 5 },
    });
    const refused = await apply(
      target,
      path,
      deployment('scaled', { replicas: 2 }),
      'argo',
    );
    expect(refused.body.message).toBe(
      'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
    );
    const without = await apply(
      target,
      path,
      deployment('scaled', { replicas: undefined }),
      'argo',
    );
    expect(without.body.spec.replicas).toBe(5);
  },

  async 'sees an update as its manager’s'(target) {
    const path = `${core(await target.namespace(), 'configmaps')}/u`;
    await apply(target, path, configMap('u', { x: '1' }), 'argo');
    await patch(target, `${path}?fieldManager=somebody`, 'merge', {
      data: { x: '2' },
    });
    const { body } = await apply(
      target,
      path,
      configMap('u', { x: '1' }),
      'argo',
    );
    expect(body.message).toBe(
      'Apply failed with 1 conflict: conflict with "somebody" using v1: .data.x',
    );
  },

  async 'only tries with dryRun'(target) {
    const path = `${core(await target.namespace(), 'configmaps')}/tried`;
    const tried = await apply(
      target,
      path,
      configMap('tried', { a: '1' }),
      'argo',
      { dryRun: 'All' },
    );
    expect(tried.status).toBe(201);
    expect((await target.send('GET', path)).status).toBe(404);
  },

  async 'refuses fields that a kind does not have'(target) {
    const namespace = await target.namespace();
    const { status, body } = await apply(
      target,
      `${core(namespace, 'configmaps')}/d`,
      { ...configMap('d', {}, { namespace }), dta: { a: '1' } },
      'argo',
    );
    expect(status).toBe(500);
    expect(body.message).toBe(
      `failed to create typed patch object (${namespace}/d; /v1, Kind=ConfigMap): .dta: field not declared in schema`,
    );
  },

  async 'refuses calls without a manager'(target) {
    const { body } = await apply(
      target,
      `${core(await target.namespace(), 'configmaps')}/d`,
      configMap('d'),
      '',
    );
    expect(body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: expect.stringContaining(
        'fieldManager: Required value: is required for apply patch',
      ),
    });
  },

  async 'refuses a namespace that is not there'(target) {
    const { body } = await apply(
      target,
      `${core('nowhere', 'configmaps')}/d`,
      configMap('d'),
      'argo',
    );
    expect(body).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
  },

  async 'replaces a selector as a whole'(target) {
    const service = (selector: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'orders' },
      spec: { selector, ports: [{ port: 80, targetPort: 'http' }] },
    });
    const path = `${core(await target.namespace(), 'services')}/orders`;
    await apply(target, path, service({ app: 'a', track: 'stable' }), 'argo');
    const { body } = await apply(target, path, service({ app: 'a' }), 'other', {
      force: 'true',
    });
    expect(body.spec.selector).toEqual({ app: 'a' });
    expect(body.spec.ports).toEqual([
      { port: 80, targetPort: 'http', protocol: 'TCP' },
    ]);
  },

  async 'takes over what was made without it, where nothing differs'(target) {
    const maps = core(await target.namespace(), 'configmaps');
    await make(
      target,
      `${maps}?fieldManager=kubectl`,
      configMap('e', { x: '1' }),
    );
    const { status, body } = await apply(
      target,
      `${maps}/e`,
      configMap('e', { x: '1' }),
      'argo',
    );
    expect(status).toBe(200);
    expect(
      body.metadata.managedFields.map(
        ({ manager, operation }: { manager: string; operation: string }) =>
          `${manager} ${operation}`,
      ),
    ).toEqual(['argo Apply', 'kubectl Update']);
  },
});
