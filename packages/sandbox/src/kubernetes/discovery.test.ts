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

  it('describes fields', async () => {
    const { body: index } = await get('/openapi/v3');
    const { body } = await get(
      JSON.parse(index).paths['apis/apps/v1'].serverRelativeURL,
    );
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
