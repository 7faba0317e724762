import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
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
import { createEksServiceDecommissionAction } from './eksServiceDecommission';
import { createIamPipelineRoleEnsureAction } from './iamPipelineRoleEnsure';
import { createKubernetesApplyAction } from './kubernetesApply';

const environment = useSandbox({ action: 'aws:eks:service:decommission' });
const place = { accountId: '111122223333', region: 'eu-west-1' };
const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const otherClusterArn = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';
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
const resourceQuotas = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  namespaced: true,
};

/** A service of this file's tests, its catalog, and what it is asked with. */
interface Service {
  name: string;
  ref: string;
  entity: Entity;
  /** Where the catalog reads it from. */
  origin: string;
  catalog: CatalogService;
}

/** A catalog with one location that was registered. */
function catalogOf(origin: string, entities: Entity[]) {
  const inMemory = catalogServiceMock({ entities });
  let registered = true;
  return catalogServiceMock.mock({
    getEntityByRef: ref => inMemory.getEntityByRef(ref),
    getEntities: request => inMemory.getEntities(request),
    getLocationByRef: async ref =>
      registered && ref === origin
        ? {
            id: 'location-1',
            type: 'url',
            target: ref.replace(/^url:/, ''),
            entityRef: 'location:default/generated-1',
          }
        : undefined,
    removeLocationById: async () => {
      registered = false;
    },
  });
}

let count = 0;
/** A service that no other test uses, owned by the team payments. */
async function newService(
  options: { annotations?: Record<string, string>; others?: string[] } = {},
): Promise<Service> {
  count += 1;
  const name = `retired-${count}`;
  const target = `${environment.sandbox.urls.github}/acme/${name}/blob/main/catalog-info.yaml`;
  const entityOf = (
    entityName: string,
    annotations: Record<string, string> = {},
  ): Entity => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: entityName,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': `url:${target}`,
        'backstage.io/managed-by-origin-location': `url:${target}`,
        ...annotations,
      },
    },
    spec: { type: 'service', owner: 'payments', lifecycle: 'production' },
    relations: [{ type: 'ownedBy', targetRef: 'group:default/payments' }],
  });
  const entity = entityOf(name, {
    'aws.amazon.com/amazon-eks-cluster-arn': clusterArn,
    'aws.amazon.com/amazon-ecr-arn': `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`,
    ...options.annotations,
  });
  const origin = `url:${target}`;
  return {
    name,
    ref: `component:default/${name}`,
    entity,
    origin,
    catalog: catalogOf(origin, [
      entity,
      ...(options.others ?? []).map(other => entityOf(other)),
    ]),
  };
}

function decommission(
  service: Service,
  input: JsonObject = {},
  options: RunOptions & { groups?: string[] } = {},
) {
  const { clusters, config } = environment;
  const { groups = ['group:default/payments'], ...rest } = options;
  return runAction(
    createEksServiceDecommissionAction({
      clusters,
      config,
      catalog: service.catalog,
      integrations: ScmIntegrations.fromConfig(config),
      auth: mockServices.auth(),
      userInfo: mockServices.userInfo({ ownershipEntityRefs: groups }),
    }),
    { entityRef: service.ref, confirm: service.name, ...input },
    { taskId: 'task-9', ...rest },
  );
}

const makeImages = ({ name, ref }: Service) =>
  runAction(
    createEcrRepositoryEnsureAction({ clients: environment.administrator }),
    { ...place, name, owner: ref, onExisting: 'adopt' },
  );

const pushImage = (name: string) =>
  environment.administrator.ecr(place).send(
    new PutImageCommand({
      repositoryName: name,
      imageTag: 'v1',
      imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      imageManifest: JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: `sha256:${'a'.repeat(64)}`,
          size: 2,
        },
        layers: [],
      }),
    }),
  );

function apply(
  { name, ref }: Service,
  manifests: JsonObject[],
  options: { cluster?: string; adopt?: boolean } = {},
) {
  const { clusters } = environment;
  const config = options.adopt
    ? new ConfigReader({ eks: { apply: { allowedNamespaces: [name] } } })
    : environment.config;
  return runAction(createKubernetesApplyAction({ clusters, config }), {
    clusterArn: options.cluster ?? clusterArn,
    owner: ref,
    manifests,
    onExisting: options.adopt ? 'adopt' : 'fail',
  });
}

const namespaceManifest = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
});
const quotaManifest = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name, namespace: name },
  spec: { hard: { pods: '5' } },
});
function makeRole({ name, ref }: Service) {
  const { administrator, config } = environment;
  return runAction(
    createIamPipelineRoleEnsureAction({
      clients: administrator,
      config,
      integrations: ScmIntegrations.fromConfig(config),
    }),
    {
      name: `${name}-pipeline`,
      owner: ref,
      repositoryArn: `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`,
      codebuild: { project: name },
    },
  );
}

const makeNamespace = (service: Service, cluster?: string) =>
  apply(
    service,
    [namespaceManifest(service.name), quotaManifest(service.name)],
    { cluster },
  );

async function gitHub(method: string, path: string, body?: JsonObject) {
  const { urls, env } = environment.sandbox;
  const response = await fetch(`${urls.github}/api/v3${path}`, {
    method,
    headers: { authorization: `token ${env.SANDBOX_GITHUB_TOKEN}` },
    body: body && JSON.stringify(body),
  });
  return await response.json();
}

async function publish(name: string, service: string) {
  await gitHub('POST', '/orgs/acme/repos', { name });
  await gitHub('PUT', `/repos/acme/${name}/contents/.slipway.yaml`, {
    message: 'Start',
    content: Buffer.from(
      `task: task-1\nparameters:\n  name: ${service}\n`,
    ).toString('base64'),
  });
}

const isArchived = async (name: string) =>
  (await gitHub('GET', `/repos/acme/${name}`)).archived;

async function hasImages(name: string) {
  const { repositories = [] } = await environment.administrator
    .ecr(place)
    .send(new DescribeRepositoriesCommand({}));
  return repositories.some(({ repositoryName }) => repositoryName === name);
}

const hasNamespace = (name: string, cluster = clusterArn) =>
  environment.sandbox
    .cluster(cluster)
    .store.get(namespaces, undefined, name) !== undefined;

const isRegistered = async ({ catalog, origin }: Service) =>
  (await catalog.getLocationByRef(origin, {
    credentials: mockCredentials.service(),
  })) !== undefined;

const kinds = (things: unknown) =>
  Array.isArray(things) ? things.map(({ kind }) => kind) : things;

describe('aws:eks:service:decommission', () => {
  it('removes all of a service, whichever task made it', async () => {
    const service = await newService({
      annotations: {
        'aws.amazon.com/amazon-eks-cluster-arn': `${clusterArn}, ${otherClusterArn}`,
      },
    });
    const { name, ref } = service;
    await makeImages(service);
    await pushImage(name);
    await makeRole(service);
    await makeNamespace(service);
    await makeNamespace(service, otherClusterArn);
    await publish(name, name);

    const { output, log } = await decommission(service, {
      whenNotEmpty: 'delete',
      archiveRepository: true,
    });

    expect(output).toEqual({
      removed: [
        {
          kind: 'role',
          name: `${name}-pipeline`,
          where: 'account 111122223333',
        },
        { kind: 'namespace', name, where: 'prod-eu' },
        { kind: 'namespace', name, where: 'staging-us' },
        {
          kind: 'image repository',
          name,
          where: 'registry 111122223333 eu-west-1',
          detail: 'with 1 image',
        },
        { kind: 'catalog entry', name: ref, where: 'the catalog' },
      ],
      archived: [
        {
          kind: 'git repository',
          name: `acme/${name}`,
          where: new URL(environment.sandbox.urls.github).host,
        },
      ],
      left: [],
    });
    expect(log).toContain(
      `Removed image repository ${name} in registry 111122223333 eu-west-1 with 1 image`,
    );
    expect(log).toContainEqual(
      expect.stringContaining(`Archived git repository acme/${name}`),
    );
    expect(await hasImages(name)).toBe(false);
    expect(hasNamespace(name)).toBe(false);
    expect(hasNamespace(name, otherClusterArn)).toBe(false);
    expect(await isArchived(name)).toBe(true);
    expect(await isRegistered(service)).toBe(false);
  });

  it('removes access, identities and Fargate profiles, whichever task made or adopted them', async () => {
    const service = await newService({
      annotations: { 'aws.amazon.com/amazon-eks-cluster-arn': fargateArn },
    });
    const { name, ref } = service;
    const cluster = new ClusterResourcesInTest(
      environment.administrator.eks(place),
      'batch-eu',
      place.accountId,
    );
    const other = { 'slipway:entity': 'component:default/other' };
    await cluster.letIn(name, { 'slipway:entity': ref });
    await cluster.letIn(`${name}-other`, other);
    await cluster.identify(name, {
      'slipway:entity': ref,
      'slipway:task': 'task-0',
    });
    await cluster.identify(`${name}-nobodys`, {});
    await cluster.profile(`${name}-other`, other);
    await cluster.settled(`${name}-other`);
    await cluster.profile(name, {
      'slipway:entity': ref,
      'slipway:task': 'task-9',
    });
    await makeNamespace(service, fargateArn);

    const { output } = await decommission(service);

    expect(kinds(output.left)).toEqual(['git repository']);
    expect(kinds(output.removed)).toEqual([
      'access entry',
      'Pod Identity association',
      'namespace',
      'Fargate profile',
      'catalog entry',
    ]);
    expect(await cluster.named(name)).toEqual([
      `access entry ${cluster.principalArn(`${name}-other`)}`,
      `association ${name}-nobodys/${name}-nobodys`,
      `profile ${name}-other`,
    ]);
  });

  it('only looks in a dry run, which needs no confirmation', async () => {
    const service = await newService();
    const { name } = service;
    await makeImages(service);
    await makeNamespace(service);
    await publish(name, name);

    const { output } = await decommission(
      service,
      { confirm: '', archiveRepository: true },
      { isDryRun: true },
    );

    expect(kinds(output.archived)).toEqual(['git repository']);
    expect(kinds(output.removed)).toEqual([
      'namespace',
      'image repository',
      'catalog entry',
    ]);
    expect(await hasImages(name)).toBe(true);
    expect(hasNamespace(name)).toBe(true);
    expect(await isArchived(name)).toBe(false);
    expect(await isRegistered(service)).toBe(true);
  });

  it('removes nothing for somebody who does not own it', async () => {
    const service = await newService();
    await makeImages(service);

    await expect(
      decommission(service, {}, { groups: ['group:default/search'] }),
    ).rejects.toThrow(
      /belongs to group:default\/payments, and user:default\/mock is none of them/,
    );
    await expect(
      decommission(
        service,
        {},
        { isDryRun: true, groups: ['group:default/search'] },
      ),
    ).rejects.toThrow(/belongs to group:default\/payments/);
    expect(await hasImages(service.name)).toBe(true);
  });

  it('removes nothing for a task without a person', async () => {
    const service = await newService();

    await expect(
      decommission(service, {}, { credentials: mockCredentials.service() }),
    ).rejects.toThrow(/only be removed by a person who owns it/);
  });

  it('removes nothing of an entity that nobody owns', async () => {
    const service = await newService();
    service.entity.relations = [];

    await expect(decommission(service)).rejects.toThrow(
      /belongs to nobody in the catalog/,
    );
  });

  it('wants the name typed', async () => {
    const service = await newService();
    await makeImages(service);

    await expect(decommission(service, { confirm: '' })).rejects.toThrow(
      /`confirm`: type the name/,
    );
    await expect(
      decommission(service, { confirm: 'something-else' }),
    ).rejects.toThrow(/`confirm`: type `retired-\d+` to remove component:/);
    await expect(decommission(service, { entityRef: 'a b' })).rejects.toThrow(
      /`entityRef`: `a b` is no entity reference/,
    );
    expect(await hasImages(service.name)).toBe(true);
  });

  it('says so when the catalog does not have it', async () => {
    const service = await newService();

    await expect(
      decommission(service, { entityRef: 'component:default/nowhere' }),
    ).rejects.toThrow(/the catalog has no component:default\/nowhere/);
  });

  it('keeps everything when there are images that are to stay', async () => {
    const service = await newService();
    const { name } = service;
    await makeImages(service);
    await pushImage(name);
    await makeNamespace(service);

    await expect(decommission(service)).rejects.toThrow(
      /nothing was removed, as image repository retired-\d+ in registry 111122223333 eu-west-1 would go with 1 image/,
    );
    expect(hasNamespace(name)).toBe(true);
    const { output } = await decommission(service, {}, { isDryRun: true });
    expect(output.left).toContainEqual(
      expect.objectContaining({
        kind: 'image repository',
        reason: expect.stringContaining('holds 1 image'),
        remains: true,
      }),
    );
  });

  it('leaves what belongs to somebody else, whatever the catalog entry says', async () => {
    const victim = await newService();
    await makeImages(victim);
    await makeNamespace(victim);
    await publish(victim.name, victim.name);
    const { annotations = {} } = victim.entity.metadata;
    const service = await newService({
      annotations: {
        ...annotations,
        'backstage.io/kubernetes-namespace': victim.name,
        'backstage.io/managed-by-origin-location': 'url:http://elsewhere/',
      },
    });

    const { output } = await decommission(service, {
      whenNotEmpty: 'delete',
      archiveRepository: true,
    });

    expect(output.removed).toEqual([]);
    expect(output.archived).toEqual([]);
    expect(output.left).toEqual([
      expect.objectContaining({
        kind: 'git repository',
        reason: expect.stringContaining('does not say that it was made for'),
      }),
      expect.objectContaining({
        kind: 'namespace',
        reason: `it belongs to ${victim.ref}`,
      }),
      expect.objectContaining({
        kind: 'image repository',
        reason: expect.stringContaining(`belongs to ${victim.ref}`),
      }),
      expect.objectContaining({
        kind: 'catalog entry',
        reason: expect.stringContaining('was not registered by a person'),
      }),
    ]);
    expect(await hasImages(victim.name)).toBe(true);
    expect(hasNamespace(victim.name)).toBe(true);
    expect(await isArchived(victim.name)).toBe(false);
  });

  it('takes its objects out of a namespace that was adopted', async () => {
    const service = await newService();
    const { name } = service;
    const { store, ...cluster } = environment.sandbox.cluster(clusterArn);
    cluster.seed([namespaceManifest(name)]);
    await apply(service, [namespaceManifest(name), quotaManifest(name)], {
      adopt: true,
    });

    const { output } = await decommission(service);

    expect(output.removed).toContainEqual({
      kind: 'ResourceQuota',
      name: `${name}/${name}`,
      where: 'prod-eu',
    });
    expect(hasNamespace(name)).toBe(true);
    expect(store.get(resourceQuotas, name, name)).toBeUndefined();
    expect(output.left).toContainEqual(
      expect.objectContaining({ kind: 'namespace', remains: false }),
    );
  });

  it('leaves a location that describes other entities, too', async () => {
    const service = await newService({ others: ['neighbour'] });

    const { output } = await decommission(service);

    expect(output.left).toContainEqual(
      expect.objectContaining({
        kind: 'catalog entry',
        reason: expect.stringContaining('component:default/neighbour, too'),
      }),
    );
    expect(await isRegistered(service)).toBe(true);
  });

  it('removes an adopted image repository, too', async () => {
    const service = await newService();
    await environment.administrator
      .ecr(place)
      .send(new CreateRepositoryCommand({ repositoryName: service.name }));
    await makeImages(service);

    await decommission(service);

    expect(await hasImages(service.name)).toBe(false);
  });

  it('goes on when a cluster cannot be asked, keeps the catalog entry, and can be run again', async () => {
    const service = await newService({
      annotations: {
        'aws.amazon.com/amazon-eks-cluster-arn': `${deniedArn},${clusterArn}`,
      },
    });
    const { name, entity } = service;
    await makeImages(service);
    await makeNamespace(service);

    await expect(decommission(service)).rejects.toThrow(
      /2 things were not removed:\n- Application of component:default\/retired-\d+ in prod-us: .*access.*\n- namespaces component:default\/retired-\d+ in prod-us: .*access[^]*Run the template again/,
    );
    expect(await hasImages(name)).toBe(false);
    expect(hasNamespace(name)).toBe(false);
    expect(await isRegistered(service)).toBe(true);

    entity.metadata.annotations = {
      ...entity.metadata.annotations,
      'aws.amazon.com/amazon-eks-cluster-arn': clusterArn,
    };
    const { output } = await decommission(service);
    expect(kinds(output.removed)).toEqual(['catalog entry']);
  });

  it('fails when its catalog entry cannot be understood', async () => {
    const service = await newService({
      annotations: {
        'aws.amazon.com/amazon-eks-cluster-arn': 'prod-eu',
        'aws.amazon.com/amazon-ecr-arn': 'orders',
      },
    });

    await expect(decommission(service)).rejects.toThrow(
      /2 things were not removed:\n- cluster prod-eu.*catalog-info\.yaml\n- image repository orders.*catalog-info\.yaml/,
    );
    expect(await isRegistered(service)).toBe(true);
  });

  it('says so when the token may not archive repositories', async () => {
    const service = await newService();
    await publish(service.name, service.name);
    environment.sandbox.faults.add({
      service: 'github',
      operation: 'PATCH /repos/{owner}/{repo}',
      kind: 'access-denied',
    });

    await expect(
      decommission(service, { archiveRepository: true }),
    ).rejects.toThrow(/may not archive acme\/retired-\d+: its token needs/);
  });

  it('gives the same outputs when it runs again after its end', async () => {
    const service = await newService();
    const checkpoints: Checkpoints = new Map();
    await makeImages(service);
    await makeNamespace(service);

    const first = await decommission(service, {}, { checkpoints });
    const again = await decommission(
      { ...service, catalog: catalogServiceMock() },
      {},
      { checkpoints },
    );

    expect(kinds(first.output.removed)).toEqual([
      'namespace',
      'image repository',
      'catalog entry',
    ]);
    expect(again.output.removed).toEqual(first.output.removed);
  });

  it('gives the same outputs when it failed in between and is run again', async () => {
    const service = await newService();
    const checkpoints: Checkpoints = new Map();
    await makeImages(service);
    await makeNamespace(service);
    environment.sandbox.faults.add({
      service: 'ecr',
      operation: 'DeleteRepository',
      kind: 'access-denied',
    });
    await expect(decommission(service, {}, { checkpoints })).rejects.toThrow(
      /- image repository retired-\d+.*ecr:DeleteRepository/,
    );
    environment.sandbox.faults.clear();

    const { output } = await decommission(service, {}, { checkpoints });

    expect(kinds(output.removed)).toEqual([
      'namespace',
      'image repository',
      'catalog entry',
    ]);
  });

  it('ends when the task is cancelled', async () => {
    const service = await newService();
    await makeImages(service);

    await expect(
      decommission(service, {}, { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/abort/i);
    expect(await hasImages(service.name)).toBe(true);
  });
});
