import type { KubeConfig } from '@kubernetes/client-node';
import { clientNode } from './clientNode';
import { request } from './__testUtils__/request';
import {
  startTestCluster,
  type TestCluster,
} from './__testUtils__/testCluster';

const { ApisApi, VersionApi } = clientNode;

let cluster: TestCluster;
let admin: KubeConfig;

beforeAll(async () => {
  cluster = await startTestCluster({ metricsServer: false, version: '1.34' });
  admin = cluster.kubeConfig('admin');
});

afterAll(() => cluster?.stop());

const get = async (path: string, accept?: string) =>
  request(admin, 'GET', path, accept ? { headers: { accept } } : {});

describe('discovery', () => {
  it('names the groups and the preferred of their versions', async () => {
    const { groups } = await admin.makeApiClient(ApisApi).getAPIVersions();
    const autoscaling = groups.find(({ name }) => name === 'autoscaling');
    expect(autoscaling?.preferredVersion?.version).toBe('v2');
    expect(autoscaling?.versions.map(({ version }) => version)).toEqual([
      'v2',
      'v1',
    ]);
    // Without a metrics server there is no such API.
    expect(groups.map(({ name }) => name)).not.toContain('metrics.k8s.io');
  });

  it('names the kinds of a version, with their subresources', async () => {
    const { body } = await get('/apis/apps/v1');
    expect(body.resources).toContainEqual(
      expect.objectContaining({
        name: 'deployments',
        singularName: 'deployment',
        kind: 'Deployment',
        namespaced: true,
        shortNames: ['deploy'],
        verbs: expect.arrayContaining(['get', 'list', 'watch', 'patch']),
      }),
    );
    expect(body.resources).toContainEqual(
      expect.objectContaining({ name: 'deployments/scale', kind: 'Scale' }),
    );
    expect((await get('/apis/apps/v9')).status).toBe(404);
  });

  it('comes in one answer where that is asked for', async () => {
    const accept =
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { body, headers } = await get('/apis', `${accept},application/json`);
    expect(headers['content-type']).toBe(accept);
    expect(body.kind).toBe('APIGroupDiscoveryList');
    const apps = body.items.find(
      ({ metadata }: { metadata: { name: string } }) =>
        metadata.name === 'apps',
    );
    expect(apps.versions[0].resources).toContainEqual(
      expect.objectContaining({
        resource: 'deployments',
        scope: 'Namespaced',
        responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      }),
    );
  });

  it('describes fields', async () => {
    const { body: index } = await get('/openapi/v3');
    const { body } = await get(index.paths['apis/apps/v1'].serverRelativeURL);
    const schema = body.components.schemas['apps.v1.Deployment'];
    expect(schema['x-kubernetes-group-version-kind']).toEqual([
      { group: 'apps', version: 'v1', kind: 'Deployment' },
    ]);
    expect(
      schema.properties.spec.properties.template.properties.spec.properties
        .containers,
    ).toMatchObject({
      type: 'array',
      'x-kubernetes-patch-merge-key': 'name',
      items: { properties: { image: { type: 'string' } } },
    });
  });

  it('tells its version and its health', async () => {
    await expect(
      admin.makeApiClient(VersionApi).getCode(),
    ).resolves.toMatchObject({ major: '1', minor: '34' });
    for (const path of ['/healthz', '/livez', '/readyz']) {
      expect((await get(path)).body).toBe('ok');
    }
  });
});
