import { about } from './types';

interface Named {
  name: string;
}

export default about('discovery', {
  async 'names the groups, and the preferred of their versions'({ send }) {
    const { body } = await send('GET', '/apis');
    const autoscaling = body.groups.find(
      ({ name }: Named) => name === 'autoscaling',
    );
    expect(autoscaling).toMatchObject({
      preferredVersion: { version: 'v2', groupVersion: 'autoscaling/v2' },
      versions: [{ version: 'v2' }, { version: 'v1' }],
    });
    expect(body.groups.map(({ name }: Named) => name)).toContain(
      'metrics.k8s.io',
    );
  },

  async 'names the kinds of a version, with their subresources'({ send }) {
    const { body } = await send('GET', '/apis/apps/v1');
    expect(body.groupVersion).toBe('apps/v1');
    expect(body.resources).toContainEqual(
      expect.objectContaining({
        name: 'deployments',
        singularName: 'deployment',
        kind: 'Deployment',
        namespaced: true,
        shortNames: ['deploy'],
        categories: ['all'],
        verbs: [
          'create',
          'delete',
          'deletecollection',
          'get',
          'list',
          'patch',
          'update',
          'watch',
        ],
      }),
    );
    expect(body.resources).toContainEqual(
      expect.objectContaining({
        name: 'deployments/scale',
        group: 'autoscaling',
        version: 'v1',
        kind: 'Scale',
        verbs: ['get', 'patch', 'update'],
      }),
    );
  },

  async 'answers 404 for a version that is not served'({ send }) {
    expect((await send('GET', '/apis/apps/v9')).status).toBe(404);
    expect((await send('GET', '/apis/none.example/v1')).status).toBe(404);
  },

  async 'comes in one answer where that is asked for'({ send }) {
    const accept =
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { body, headers } = await send('GET', '/apis', {
      headers: { accept: `${accept},application/json` },
    });
    expect(headers['content-type']).toBe(accept);
    expect(body.kind).toBe('APIGroupDiscoveryList');
    const apps = body.items.find(
      ({ metadata }: { metadata: Named }) => metadata.name === 'apps',
    );
    expect(apps.versions[0].resources).toContainEqual(
      expect.objectContaining({
        resource: 'deployments',
        scope: 'Namespaced',
        // Of the group and version that it is in.
        responseKind: { group: '', version: '', kind: 'Deployment' },
      }),
    );
  },

  async 'has an OpenAPI document for each version'({ send }) {
    const { headers, body: text } = await send('GET', '/openapi/v3');
    // The index alone does not say that it is JSON.
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    const index = JSON.parse(text);
    const { status, body } = await send(
      'GET',
      index.paths['apis/apps/v1'].serverRelativeURL,
    );
    expect(status).toBe(200);
    expect(
      Object.values<Record<string, unknown>>(body.components.schemas).flatMap(
        schema => schema['x-kubernetes-group-version-kind'] ?? [],
      ),
    ).toContainEqual({ group: 'apps', version: 'v1', kind: 'Deployment' });
  },

  async 'tells version and health to anybody'({ send }) {
    const { body } = await send('GET', '/version', { token: '' });
    expect(body).toMatchObject({
      major: '1',
      minor: '35',
      gitVersion: expect.stringMatching(/^v1\.35\./),
    });
    for (const path of ['/healthz', '/livez', '/readyz']) {
      expect((await send('GET', path, { token: '' })).body).toBe('ok');
    }
  },
});
