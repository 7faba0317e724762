import { mockServices } from '@backstage/backend-test-utils';
import { AttachRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
} from '@aws-sdk/client-ecr';
import { DeleteFargateProfileCommand } from '@aws-sdk/client-eks';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { JsonObject } from '@backstage/types';
import { ClusterResourcesInTest } from '../__testUtils__/clusterResources';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEcrRepositoryEnsureAction } from './ecrRepositoryEnsure';
import { createIamPipelineRoleEnsureAction } from './iamPipelineRoleEnsure';
import { createEksServiceUndoAction } from './eksServiceUndo';
import { createKubernetesApplyAction } from './kubernetesApply';

const environment = useSandbox({ action: 'aws:eks:service:undo' });
const place = { accountId: '111122223333', region: 'eu-west-1' };
const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const fargateArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu';
const deniedArn = 'arn:aws:eks:us-east-1:444455556666:cluster/prod-us';

const namespaces = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  namespaced: false,
};
const applications = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Application',
  plural: 'applications',
  singular: 'application',
  namespaced: true,
};
const resourceQuotas = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  namespaced: true,
};

let count = 0;
/** A service that no other test uses. */
const newService = () => {
  count += 1;
  const name = `undone-${count}`;
  return { name, owner: `component:default/${name}` };
};

/** Addresses that the catalog reads services from. */
const registered = new Set<string>();
const locations = catalogServiceMock.mock({
  getLocationByRef: async ref => {
    const target = ref.replace(/^url:/, '');
    return registered.has(target)
      ? { id: target, type: 'url', target, entityRef: 'location:default/some' }
      : undefined;
  },
  removeLocationById: async id => {
    registered.delete(id);
  },
});

function undo(input: JsonObject, options?: RunOptions) {
  const { clusters, config } = environment;
  return runAction(
    createEksServiceUndoAction({
      clusters,
      config,
      catalog: locations,
      integrations: ScmIntegrations.fromConfig(config),
      database: mockServices.database.mock(),
    }),
    input,
    options,
  );
}

function makeImages(
  { name, owner }: { name: string; owner: string },
  options?: RunOptions,
) {
  return runAction(
    createEcrRepositoryEnsureAction({ clients: environment.administrator }),
    { ...place, name, owner, onExisting: 'adopt' },
    options,
  );
}

function makeNamespace(
  { name, owner }: { name: string; owner: string },
  options?: RunOptions,
) {
  const { clusters, config } = environment;
  return runAction(
    createKubernetesApplyAction({ clusters, config }),
    {
      clusterArn,
      owner,
      manifests: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name, namespace: name },
          spec: { hard: { pods: '5' } },
        },
      ],
    },
    options,
  );
}

/** Has Argo CD deliver it. */
function makeApplication(
  { name, owner }: { name: string; owner: string },
  options?: RunOptions,
) {
  const { clusters, config } = environment;
  return runAction(
    createKubernetesApplyAction({ clusters, config }),
    {
      clusterArn,
      owner,
      manifests: [
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name, namespace: 'argocd' },
          spec: {
            project: 'default',
            source: { repoURL: 'https://github.com/acme/orders.git' },
            destination: {
              server: 'https://kubernetes.default.svc',
              namespace: name,
            },
          },
        },
      ],
    },
    options,
  );
}

const applicationOf = (name: string) =>
  environment.sandbox
    .cluster(clusterArn)
    .store.get(applications, 'argocd', name);

const repoUrlOf = (name: string) =>
  `${new URL(environment.sandbox.urls.github).host}?owner=acme&repo=${name}`;

const everything = (name: string, owner: string) => ({
  owner,
  targets: [{ clusterArn, namespace: name }],
  imageRepository: { name },
  repoUrl: repoUrlOf(name),
});

async function hasImages(name: string) {
  const { repositories = [] } = await environment.administrator
    .ecr(place)
    .send(new DescribeRepositoriesCommand({}));
  return repositories.some(({ repositoryName }) => repositoryName === name);
}

function has(kind: 'namespaces' | 'resourcequotas', name: string) {
  const { store } = environment.sandbox.cluster(clusterArn);
  return kind === 'namespaces'
    ? store.get(namespaces, undefined, name)
    : store.get(resourceQuotas, name, name);
}

async function gitHub(method: string, path: string, body?: JsonObject) {
  const { urls, env } = environment.sandbox;
  const response = await fetch(`${urls.github}/api/v3${path}`, {
    method,
    headers: { authorization: `token ${env.SANDBOX_GITHUB_TOKEN}` },
    body: body && JSON.stringify(body),
  });
  return response.status;
}

async function publish(name: string, task?: string) {
  await gitHub('POST', '/orgs/acme/repos', { name });
  if (task) {
    await gitHub('PUT', `/repos/acme/${name}/contents/.slipway.yaml`, {
      message: 'Start',
      content: Buffer.from(`task: ${task}\n`).toString('base64'),
    });
  }
}

const hasGit = async (name: string) =>
  (await gitHub('GET', `/repos/acme/${name}`)) === 200;

const names = (things: unknown) =>
  Array.isArray(things) ? things.map(({ kind }) => kind) : things;

describe('aws:eks:service:undo', () => {
  // `catalog:register` writes the first, and a person may have copied the second.
  it.each(['tree', 'blob'])(
    'takes back all that this task made, the last first, registered as %s',
    async kind => {
      const service = newService();
      const { name, owner } = service;
      await makeImages(service);
      await makeNamespace(service);
      await publish(name, 'task-1');
      const { urls } = environment.sandbox;
      const target = `${urls.github}/acme/${name}/${kind}/main/catalog-info.yaml`;
      registered.add(target);

      const { output, log } = await undo(everything(name, owner));

      expect(output).toEqual({
        removed: [
          {
            kind: 'location',
            name: target,
            where: 'the catalog',
          },
          {
            kind: 'git repository',
            name: `acme/${name}`,
            where: new URL(urls.github).host,
          },
          { kind: 'namespace', name, where: 'prod-eu' },
          {
            kind: 'image repository',
            name,
            where: 'registry 111122223333 eu-west-1',
          },
        ],
        left: [],
      });
      expect(log).toContain(`Removed namespace ${name} in prod-eu`);
      expect(await hasImages(name)).toBe(false);
      expect(await hasGit(name)).toBe(false);
      expect(has('namespaces', name)).toBeUndefined();
      expect(registered.has(target)).toBe(false);
    },
  );

  it('leaves what another task made', async () => {
    const service = newService();
    const { name, owner } = service;
    await makeImages(service, { taskId: 'task-0' });
    await makeNamespace(service, { taskId: 'task-0' });
    await publish(name, 'task-0');

    const { output } = await undo(everything(name, owner));

    expect(output.removed).toEqual([]);
    expect(output.left).toEqual([
      expect.objectContaining({ kind: 'git repository', remains: false }),
      expect.objectContaining({ kind: 'namespace', remains: false }),
      expect.objectContaining({ kind: 'image repository', remains: false }),
    ]);
    expect(await hasImages(name)).toBe(true);
    expect(await hasGit(name)).toBe(true);
    expect(has('namespaces', name)).toBeDefined();
  });

  it('leaves what was there and was adopted', async () => {
    const service = newService();
    const { name, owner } = service;
    await environment.administrator
      .ecr(place)
      .send(new CreateRepositoryCommand({ repositoryName: name }));
    await makeImages(service);

    const { output } = await undo(everything(name, owner));

    expect(output.removed).toEqual([]);
    expect(await hasImages(name)).toBe(true);
  });

  describe('around the namespace', () => {
    const tagsOf = (entity: string, task: string) => ({
      'slipway:entity': entity,
      'slipway:task': task,
    });
    const inCluster = () =>
      new ClusterResourcesInTest(
        environment.administrator.eks(place),
        'batch-eu',
        place.accountId,
      );
    const where = 'batch-eu';

    it('takes back access, identities and Fargate profiles, and waits for its turn', async () => {
      const { name, owner } = newService();
      const cluster = inCluster();
      const tags = tagsOf(owner, 'task-1');
      await cluster.letIn(name, tags);
      await cluster.letIn(`${name}-before`, tagsOf(owner, 'task-0'));
      await cluster.letIn(
        `${name}-other`,
        tagsOf('component:default/other', 'task-1'),
      );
      await cluster.identify(name, tags);
      await cluster.profile(`${name}-a`, tags);
      await cluster.settled(`${name}-a`);
      await cluster.profile(`${name}-b`, tags);
      const { clusters, config } = environment;
      await runAction(createKubernetesApplyAction({ clusters, config }), {
        clusterArn: fargateArn,
        owner,
        manifests: [
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        ],
      });
      const input = {
        owner,
        // Twice the same cluster, which is looked into once.
        targets: [
          { clusterArn: fargateArn, namespace: name },
          { clusterArn: fargateArn, namespace: `${name}-none` },
        ],
      };

      const trial = await undo(input, { isDryRun: true });
      expect(await cluster.named(name)).toHaveLength(6);
      const { output, log } = await undo(input);

      expect(output).toEqual({
        removed: [
          {
            kind: 'access entry',
            name: cluster.principalArn(name),
            where,
          },
          { kind: 'Pod Identity association', name: `${name}/${name}`, where },
          { kind: 'namespace', name, where },
          { kind: 'Fargate profile', name: `${name}-a`, where },
          { kind: 'Fargate profile', name: `${name}-b`, where },
        ],
        left: [
          {
            kind: 'access entry',
            name: cluster.principalArn(`${name}-before`),
            where,
            reason: 'it was there before this task',
            remains: false,
          },
        ],
      });
      expect(trial.output).toEqual(output);
      expect(log.join('\n')).toMatch(
        new RegExp(`Waiting: .*${name}-b in status CREATING`),
      );
      expect(await cluster.named(name)).toEqual([
        `access entry ${cluster.principalArn(`${name}-before`)}`,
        `access entry ${cluster.principalArn(`${name}-other`)}`,
      ]);
    });

    it('waits for one that is being removed already', async () => {
      const { name, owner } = newService();
      const cluster = inCluster();
      await cluster.profile(name, tagsOf(owner, 'task-1'));
      await cluster.settled(name);
      await environment.administrator.eks(place).send(
        new DeleteFargateProfileCommand({
          clusterName: 'batch-eu',
          fargateProfileName: name,
        }),
      );

      const { output, log } = await undo({
        owner,
        targets: [{ clusterArn: fargateArn, namespace: name }],
      });

      expect(names(output.removed)).toEqual(['Fargate profile']);
      expect(log.join('\n')).toContain('is being removed');
      expect(await cluster.named(name)).toEqual([]);
    });

    it('goes on when one cannot be removed, or one kind not be listed', async () => {
      const { name, owner } = newService();
      const cluster = inCluster();
      const tags = tagsOf(owner, 'task-1');
      await cluster.letIn(name, tags);
      await cluster.identify(`${name}-a`, tags);
      await cluster.identify(`${name}-b`, tags);
      environment.sandbox.faults.add({
        service: 'eks',
        operation: 'ListAccessEntries',
        kind: 'access-denied',
      });
      environment.sandbox.faults.add({
        service: 'eks',
        operation: 'DeletePodIdentityAssociation',
        kind: 'access-denied',
        remaining: 1,
      });

      await expect(
        undo({
          owner,
          targets: [{ clusterArn: fargateArn, namespace: name }],
        }),
      ).rejects.toThrow(
        /2 things were not removed:\n- access entry of component:default\/undone-\d+ in batch-eu: .*eks:ListAccessEntries.*\n- Pod Identity association undone-\d+-[ab]\/.*eks:DeletePodIdentityAssociation/,
      );
      environment.sandbox.faults.clear();
      expect(await cluster.named(`${name}-`)).toHaveLength(1);
    });

    it('takes one for removed whose answer was lost', async () => {
      const { name, owner } = newService();
      const cluster = inCluster();
      await cluster.letIn(name, tagsOf(owner, 'task-1'));
      environment.sandbox.faults.add({
        service: 'eks',
        operation: 'DeleteAccessEntry',
        kind: 'reset-after',
        remaining: 1,
      });

      const { output } = await undo({
        owner,
        targets: [{ clusterArn: fargateArn, namespace: name }],
      });

      expect(names(output.removed)).toEqual(['access entry']);
      expect(await cluster.named(name)).toEqual([]);
    });
  });

  it('takes its objects out of a namespace that stays', async () => {
    const service = newService();
    const { name, owner } = service;
    const { clusters, config } = environment;
    await runAction(
      createKubernetesApplyAction({ clusters, config }),
      {
        clusterArn,
        owner,
        manifests: [
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        ],
      },
      { taskId: 'task-0' },
    );
    await makeNamespace(service);

    const { output } = await undo(everything(name, owner));

    expect(output.removed).toEqual([
      { kind: 'ResourceQuota', name: `${name}/${name}`, where: 'prod-eu' },
    ]);
    expect(has('resourcequotas', name)).toBeUndefined();
    expect(has('namespaces', name)).toBeDefined();
  });

  it('takes an empty repository for its own when the name was free before', async () => {
    const { name, owner } = newService();
    await publish(name);
    const later = new Date(Date.now() + 60_000).toISOString();
    const input = { owner, repoUrl: repoUrlOf(name) };

    const left = await undo({ ...input, namesFreeSince: later });
    const unknown = await undo({ ...input, namesFreeSince: '' });
    expect(names(left.output.removed)).toEqual([]);
    expect(names(unknown.output.removed)).toEqual([]);

    const earlier = new Date(Date.now() - 60_000).toISOString();
    const { output } = await undo({ ...input, namesFreeSince: earlier });
    expect(names(output.removed)).toContain('git repository');
    expect(await hasGit(name)).toBe(false);
  });

  it('never takes a repository that somebody pushed to for an empty one', async () => {
    const { name, owner } = newService();
    await publish(name);
    await gitHub('PUT', `/repos/acme/${name}/contents/README.md`, {
      message: 'Mine',
      content: Buffer.from('mine').toString('base64'),
    });

    await undo({
      owner,
      repoUrl: repoUrlOf(name),
      namesFreeSince: new Date(0).toISOString(),
    });

    expect(await hasGit(name)).toBe(true);
  });

  it('takes back the role of the pipeline, but not one that others gave policies', async () => {
    const service = newService();
    const { name, owner } = service;
    const { administrator, config } = environment;
    for (const role of [`${name}-pipeline`, `${name}-shared`]) {
      await runAction(
        createIamPipelineRoleEnsureAction({
          clients: administrator,
          config,
          integrations: ScmIntegrations.fromConfig(config),
        }),
        {
          name: role,
          owner,
          repositoryArn: `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`,
          codebuild: { project: name },
        },
      );
    }
    await administrator.iam(place).send(
      new AttachRolePolicyCommand({
        RoleName: `${name}-shared`,
        PolicyArn: 'arn:aws:iam::111122223333:policy/slipway-pipeline-boundary',
      }),
    );
    const undoRole = (role: string) =>
      undo({ owner, pipelineRole: { ...place, name: role } });

    expect((await undoRole(`${name}-pipeline`)).output).toEqual({
      removed: [
        {
          kind: 'role',
          name: `${name}-pipeline`,
          where: 'account 111122223333',
        },
      ],
      left: [],
    });
    expect((await undoRole(`${name}-shared`)).output).toMatchObject({
      removed: [],
      left: [
        {
          kind: 'role',
          reason: expect.stringContaining('slipway-pipeline-boundary'),
        },
      ],
    });
  });

  describe('the Application', () => {
    it('goes first, with what Argo CD delivered', async () => {
      const service = newService();
      const { name, owner } = service;
      await makeNamespace(service);
      await makeApplication(service);

      const { output, log } = await undo({
        owner,
        targets: [{ clusterArn, namespace: name }],
      });

      expect(output.removed).toEqual([
        { kind: 'Application', name: `argocd/${name}`, where: 'prod-eu' },
        { kind: 'namespace', name, where: 'prod-eu' },
      ]);
      expect(log).toContain(`Removed Application argocd/${name} in prod-eu`);
      expect(applicationOf(name)).toBeUndefined();
      // That is what has Argo CD take away what it delivered.
      expect(
        environment.sandbox.journal
          .list({ service: 'kubernetes' })
          .filter(({ object }) => object === `argocd/${name}`)
          .map(({ operation }) => operation.split(' ')[0]),
      ).toEqual(expect.arrayContaining(['patch', 'delete']));
    });

    it('stays in a dry run, and when another task made it', async () => {
      const service = newService();
      const { name, owner } = service;
      await makeNamespace(service);
      await makeApplication(service);
      const input = { owner, targets: [{ clusterArn, namespace: name }] };

      const { output } = await undo(input, { isDryRun: true });
      expect(output.removed).toContainEqual({
        kind: 'Application',
        name: `argocd/${name}`,
        where: 'prod-eu',
      });
      expect(applicationOf(name)?.metadata.finalizers).toBeUndefined();

      await undo(input, { taskId: 'task-2' });
      expect(applicationOf(name)).toBeDefined();
    });
  });

  it('goes on when one part cannot be removed, and names it in the end', async () => {
    const service = newService();
    const { name, owner } = service;
    await makeImages(service);

    await expect(
      undo({
        owner,
        targets: [{ clusterArn: deniedArn, namespace: name }],
        imageRepository: { name, ...place },
      }),
    ).rejects.toThrow(
      /2 things were not removed:\n- Application of component:default\/undone-\d+ in prod-us: .*access.*\n- namespace undone-\d+ in prod-us: .*access/,
    );
    expect(await hasImages(name)).toBe(false);
  });

  it('says so when the token may not delete repositories', async () => {
    const { name, owner } = newService();
    await publish(name, 'task-1');
    environment.sandbox.faults.add({
      service: 'github',
      operation: 'DELETE /repos/{owner}/{repo}',
      kind: 'access-denied',
    });

    await expect(undo({ owner, repoUrl: repoUrlOf(name) })).rejects.toThrow(
      /may not delete acme\/undone-\d+: its token needs/,
    );
  });

  it('gives the same outputs when it runs again', async () => {
    const service = newService();
    const { name, owner } = service;
    const checkpoints: Checkpoints = new Map();
    await makeImages(service);

    const first = await undo(everything(name, owner), { checkpoints });
    const again = await undo(everything(name, owner), { checkpoints });

    expect(names(first.output.removed)).toEqual(['image repository']);
    expect(again.output).toEqual(first.output);
  });

  it('tells of what went although no answer said so', async () => {
    const service = newService();
    const { name, owner } = service;
    const checkpoints: Checkpoints = new Map();
    await makeNamespace(service);
    environment.sandbox.faults.add({
      service: 'kubernetes',
      operation: 'delete namespaces',
      kind: 'reset-after',
    });

    await expect(
      undo(everything(name, owner), { checkpoints }),
    ).rejects.toThrow(/- namespace undone-\d+ in prod-eu: /);
    environment.sandbox.faults.clear();
    const { output } = await undo(everything(name, owner), { checkpoints });

    expect(names(output.removed)).toEqual(['namespace']);
  });

  it('removes what was made after it had run, when the task is run again', async () => {
    const service = newService();
    const { name, owner } = service;
    const checkpoints: Checkpoints = new Map();
    await undo(everything(name, owner), { checkpoints });
    await makeImages(service);

    await undo(everything(name, owner), { checkpoints });

    expect(await hasImages(name)).toBe(false);
  });

  it('only looks in a dry run', async () => {
    const service = newService();
    const { name, owner } = service;
    await makeImages(service);
    await makeNamespace(service);
    await publish(name, 'task-1');

    const { urls } = environment.sandbox;
    const target = `${urls.github}/acme/${name}/tree/main/catalog-info.yaml`;
    registered.add(target);

    const { output } = await undo(everything(name, owner), { isDryRun: true });

    expect(names(output.removed)).toEqual([
      'location',
      'git repository',
      'namespace',
      'image repository',
    ]);
    expect(registered.has(target)).toBe(true);
    expect(await hasImages(name)).toBe(true);
    expect(await hasGit(name)).toBe(true);
    expect(has('namespaces', name)).toBeDefined();
  });

  it('ends when the task is cancelled', async () => {
    const { name, owner } = newService();

    await expect(
      undo(everything(name, owner), { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/abort/i);
  });

  it('names the fields that are wrong', async () => {
    await expect(
      undo({ owner: 'a b', namesFreeSince: 'yesterday' }),
    ).rejects.toThrow(/`owner`[^]*`namesFreeSince`/);
    await expect(
      undo({ owner: 'orders', targets: [{ clusterArn: 'x', namespace: 'y' }] }),
    ).rejects.toThrow(/targets\[0\]\.clusterArn/);
    await expect(
      undo({ owner: 'orders', imageRepository: { name: 'orders' } }),
    ).rejects.toThrow(/`imageRepository`: give `accountId`/);
  });
});
