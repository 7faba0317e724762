import type { Entity } from '@backstage/catalog-model';
import type { JsonObject } from '@backstage/types';
import { kinds } from '@slipway/sandbox';
import { usualValues } from './__testUtils__/scaffolder';
import { useTasks } from './__testUtils__/tasks';
import { registeredTemplate } from './__testUtils__/template';

const entities: Entity[] = [
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name: 'payments', namespace: 'default' },
    spec: { type: 'team', children: [] },
  },
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'System',
    metadata: { name: 'shop', namespace: 'default' },
    spec: { owner: 'payments' },
  },
];

/** Without what needs a catalog that reads locations. */
function template() {
  const registered = registeredTemplate('eks-service');
  registered.spec.steps = registered.spec.steps.filter(
    ({ id = '' }) => !['register', 'page'].includes(id),
  );
  return registered;
}

describe('eks-service with a project on GitLab', () => {
  const tasks = useTasks([...entities, template()], { testServices: false });

  const valuesFor = (name: string, change: JsonObject = {}): JsonObject => ({
    ...usualValues,
    name,
    targets: [{ ...usualValues.targets[0], namespace: name }],
    pipeline: 'gitlab-ci',
    repoUrl: `${new URL(tasks.sandbox.urls.gitlab).host}?owner=acme&repo=${name}`,
    ...change,
  });
  const project = async (name: string) => {
    const { sandbox } = tasks;
    const answer = await fetch(
      `${sandbox.urls.gitlab}/api/v4/projects/acme%2F${name}`,
      { headers: { 'private-token': sandbox.env.SANDBOX_GITLAB_TOKEN } },
    );
    return answer.status === 200 ? answer.json() : undefined;
  };

  it('makes the project, the role that its pipeline on main alone takes, and pods', async () => {
    const run = await tasks.run('eks-service', valuesFor('orders'));
    expect({ status: run.status, error: run.error }).toEqual({
      status: 'completed',
      error: undefined,
    });
    expect(await project('orders')).toMatchObject({
      description: 'Takes orders',
      visibility: 'private',
      default_branch: 'main',
    });
    const links = JSON.stringify(run.output.links);
    expect(links).toContain(`${tasks.sandbox.urls.gitlab}/acme/orders"`);
    expect(links).toContain('/acme/orders/-/pipelines');

    await tasks.sandbox.pipelines.idle();
    const [played] = tasks.sandbox.pipelines.runs('acme/orders', 'gitlab');
    expect(played.steps.filter(({ status }) => status === 'failed')).toEqual(
      [],
    );
    expect(played.status).toBe('succeeded');
    expect(
      tasks.sandbox
        .cluster('prod-eu')
        .store.list(kinds.pods, { namespace: 'orders' })
        // Those that waited for the image may still be on their way out.
        .filter(pod => Object(pod).status?.phase === 'Running'),
    ).toHaveLength(3);

    const state = await (
      await fetch(`${tasks.sandbox.urls.status}/api/state`)
    ).json();
    const role = state.roles.find(({ arn }: { arn: string }) =>
      arn.endsWith('/slipway/orders-pipeline'),
    );
    expect(role.trusts.join()).toContain(
      'project_path:acme/orders:ref_type:branch:ref:main',
    );
    // The page for people has the project and its run.
    const page = await (await fetch(tasks.sandbox.urls.status)).text();
    expect(page).toContain(`${tasks.sandbox.urls.gitlab}/acme/orders`);
  });

  it.each([
    [
      'github-actions',
      'gitlab',
      /GitHub Actions runs in repositories on GitHub alone/,
    ],
    [
      'gitlab-ci',
      'github',
      /GitLab CI\/CD runs in repositories on GitLab alone/,
    ],
  ] as const)(
    'refuses %s for a repository on %s before anything is made',
    async (pipeline, host, sentence) => {
      const { host: place } = new URL(tasks.sandbox.urls[host]);
      const run = await tasks.run(
        'eks-service',
        valuesFor('refused', {
          pipeline,
          repoUrl: `${place}?owner=acme&repo=refused`,
        }),
      );
      expect(run.status).toBe('failed');
      expect(run.error).toMatch(sentence);
      expect(run.error).toMatch(/repoUrl/);
    },
  );
});
