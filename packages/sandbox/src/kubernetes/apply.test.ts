import type { KubeConfig } from '@kubernetes/client-node';
import {
  configMap,
  deployment,
  podSpec,
  request,
} from './__testUtils__/request';
import {
  startTestCluster,
  type TestCluster,
} from './__testUtils__/testCluster';
import { kinds } from './kinds';

const maps = '/api/v1/namespaces/shop/configmaps';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';
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

const apply = (
  path: string,
  body: object,
  manager: string,
  parameters: Record<string, string> = {},
) =>
  request(
    admin,
    'PATCH',
    `${path}?${new URLSearchParams({ fieldManager: manager, ...parameters })}`,
    { body, headers: { 'content-type': 'application/apply-patch+yaml' } },
  );

describe('server-side apply', () => {
  it('creates, says who owns what, and changes nothing the second time', async () => {
    const created = await apply(
      `${maps}/a`,
      configMap('a', { x: '1' }),
      'argo',
    );
    expect(created.status).toBe(201);
    expect(created.body.metadata.managedFields).toEqual([
      {
        manager: 'argo',
        operation: 'Apply',
        apiVersion: 'v1',
        time: expect.any(String),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:x': {} }, 'f:metadata': { 'f:labels': {} } },
      },
    ]);
    const again = await apply(`${maps}/a`, configMap('a', { x: '1' }), 'argo');
    expect(again.status).toBe(200);
    expect(again.body.metadata.resourceVersion).toBe(
      created.body.metadata.resourceVersion,
    );
  });

  it('takes YAML', async () => {
    const { body } = await request(
      admin,
      'PATCH',
      `${maps}/yaml?fieldManager=argo`,
      {
        body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: yaml }\ndata: { a: b }\n',
        headers: { 'content-type': 'application/apply-patch+yaml' },
      },
    );
    expect(body.data).toEqual({ a: 'b' });
  });

  it('refuses what another manager has set, names it, and takes over by force', async () => {
    await apply(`${maps}/b`, configMap('b', { x: '1', y: '1' }), 'argo');
    const refused = await apply(
      `${maps}/b`,
      configMap('b', { x: '2' }),
      'slipway',
    );
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
    const forced = await apply(
      `${maps}/b`,
      configMap('b', { x: '2' }),
      'slipway',
      { force: 'true' },
    );
    expect(forced.body.data).toEqual({ x: '2', y: '1' });
    const back = await apply(
      `${maps}/b`,
      configMap('b', { x: '1', y: '1' }),
      'argo',
    );
    expect(back.body.message).toContain('conflict with "slipway": .data.x');
  });

  it('removes what its manager stops applying, unless another one has it', async () => {
    await apply(`${maps}/c`, configMap('c', { own: '1', shared: '1' }), 'argo');
    await apply(`${maps}/c`, configMap('c', { shared: '1' }), 'slipway');
    const { body } = await apply(`${maps}/c`, configMap('c', {}), 'argo');
    expect(body.data).toEqual({ shared: '1' });
    const { body: last } = await apply(
      `${maps}/c`,
      configMap('c', {}),
      'slipway',
    );
    expect(last.data ?? {}).toEqual({});
  });

  it('merges containers by name and leaves what others added', async () => {
    const path = `${deployments}/orders`;
    await apply(path, deployment('orders'), 'argo');
    const withSidecar = deployment('orders', {
      replicas: undefined,
      template: {
        spec: { containers: [{ name: 'proxy', image: 'proxy:1' }] },
      },
    });
    await apply(path, withSidecar, 'mesh');
    const { body } = await apply(
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
  });

  it('sees what a controller has changed meanwhile as the controller’s', async () => {
    const path = `${deployments}/scaled`;
    await apply(path, deployment('scaled', { replicas: 2 }), 'argo');
    await request(admin, 'PATCH', `${path}/scale?fieldManager=hpa`, {
      body: { spec: { replicas: 5 } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    const refused = await apply(
      path,
      deployment('scaled', { replicas: 2 }),
      'argo',
    );
    expect(refused.body.message).toContain(
      'conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
    );
    const without = await apply(
      path,
      deployment('scaled', { replicas: undefined }),
      'argo',
    );
    expect(without.body.spec.replicas).toBe(5);
  });

  it('only tries with dryRun', async () => {
    const tried = await apply(
      `${maps}/tried`,
      configMap('tried', { a: '1' }),
      'argo',
      { dryRun: 'All' },
    );
    expect(tried.status).toBe(201);
    expect((await request(admin, 'GET', `${maps}/tried`)).status).toBe(404);
  });

  it('refuses fields that a kind does not have, and calls without a manager', async () => {
    const odd = { ...configMap('d'), dta: { a: '1' } };
    expect((await apply(`${maps}/d`, odd, 'argo')).body.message).toMatch(
      /^failed to create typed patch object \(shop\/d; v1, Kind=ConfigMap\): \.dta: field not declared in schema$/,
    );
    expect((await apply(`${maps}/d`, configMap('d'), '')).body).toMatchObject({
      code: 400,
      message: expect.stringContaining('fieldManager: Required value'),
    });
    expect(
      (
        await apply(
          '/api/v1/namespaces/nowhere/configmaps/d',
          configMap('d'),
          'argo',
        )
      ).body.message,
    ).toBe('namespaces "nowhere" not found');
  });

  it('replaces a selector as a whole', async () => {
    const service = (selector: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'orders' },
      spec: { selector, ports: [{ port: 80, targetPort: 'http' }] },
    });
    const path = '/api/v1/namespaces/shop/services/orders';
    await apply(path, service({ app: 'orders', track: 'stable' }), 'argo');
    const { body } = await apply(path, service({ app: 'orders' }), 'other', {
      force: 'true',
    });
    expect(body.spec.selector).toEqual({ app: 'orders' });
    expect(body.spec.ports).toEqual([
      { port: 80, targetPort: 'http', protocol: 'TCP' },
    ]);
  });
});
