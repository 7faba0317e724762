import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateRepositoryCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateFargateProfileCommand,
  CreatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Entity } from '@backstage/catalog-model';
import type { JsonObject } from '@backstage/types';
import { registeredService } from './catalog';
import { filledIn } from './fillingIn';
import { makeExistingRepository } from '../../__testUtils__/existingRepository';
import type { World } from './world';

/** A use of an action that reaches calls which no other scenario reaches. */
export interface Scenario {
  /** Id of the action. */
  action: string;
  /** What is special about it. */
  title: string;
  /**
   * @param name - a service's name that nothing else has
   */
  input(name: string, world: World): JsonObject;
  /** Makes what is there before the action runs. */
  prepare?(
    world: World,
    name: string,
    task: string,
    workspacePath: string,
  ): Promise<void>;
  /** Removes what others would meet, past the API. */
  tidy?(world: World, name: string): void;
  /** The service in the catalog, where the action looks it up there. */
  registered?(name: string, world: World): Entity;
  /** Outputs that are lists in the order in which things happened. */
  inAnyOrder?: string[];
  /** Whether the scaffolder tries the template only. */
  isDryRun?: true;
  /** For an action that asks neither AWS nor a cluster. */
  withoutCalls?: true;
}

const place = { accountId: '111122223333', region: 'eu-west-1' };
const prodEu = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const batchEu = 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu';
const stagingUs = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';

const owner = (name: string) => `component:default/${name}`;

const pullPolicy = (account: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Pull',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      },
    ],
  });

const repoUrl = ({ sandbox }: World, name: string) =>
  `${new URL(sandbox.urls.github).host}?owner=acme&repo=${name}`;

const repository = (name: string): JsonObject => ({
  name,
  ...place,
  owner: owner(name),
  lifecycle: { expireUntaggedAfterDays: 7 },
  repositoryPolicyText: pullPolicy('444455556666'),
  tags: { team: 'payments' },
});

/** Makes a repository by hand. */
async function makeRepository(
  { administrator }: World,
  name: string,
  tags: Record<string, string>,
) {
  const client = administrator.ecr(place);
  await client.send(
    new CreateRepositoryCommand({
      repositoryName: name,
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  await client.send(
    new SetRepositoryPolicyCommand({
      repositoryName: name,
      policyText: pullPolicy(place.accountId),
    }),
  );
}

const roleOf = (name: string) => `${name}-pipeline`;

const pipelineRole = (name: string, world: World): JsonObject => ({
  name: roleOf(name),
  owner: owner(name),
  repositoryArn: `arn:aws:ecr:${place.region}:${place.accountId}:repository/${name}`,
  github: {
    repoUrl: repoUrl(world, name),
    ownerId: '170000001',
    repositoryId: '42',
  },
  tags: { team: 'payments' },
});

/** Makes a role by hand. */
async function makeRole(
  { administrator }: World,
  name: string,
  tags: Record<string, string>,
) {
  const client = administrator.iam(place);
  const document = (action: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'codebuild.amazonaws.com' },
          Action: action,
        },
      ],
    });
  await client.send(
    new CreateRoleCommand({
      RoleName: roleOf(name),
      Path: '/slipway/',
      AssumeRolePolicyDocument: document('sts:AssumeRole'),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  await client.send(
    new PutRolePolicyCommand({
      RoleName: roleOf(name),
      PolicyName: 'slipway-pipeline',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'ecr:GetAuthorizationToken',
            Resource: '*',
          },
        ],
      }),
    }),
  );
}

const roleArn = (name: string) =>
  `arn:aws:iam::${place.accountId}:role/${name}`;

const accessEntry = (name: string): JsonObject => ({
  clusterArn: prodEu,
  owner: owner(name),
  principalArn: roleArn(name),
  kubernetesGroups: ['deployers'],
  policies: [
    { name: 'AmazonEKSViewPolicy' },
    { name: 'AmazonEKSEditPolicy', namespaces: [name] },
  ],
  tags: { team: 'payments' },
});

/** Makes an access entry by hand, with a policy that is asked for and one that is not. */
async function makeAccessEntry({ administrator }: World, name: string) {
  const client = administrator.eks(place);
  const entry = { clusterName: 'prod-eu', principalArn: roleArn(name) };
  await client.send(
    new CreateAccessEntryCommand({ ...entry, kubernetesGroups: ['old'] }),
  );
  for (const policy of ['AmazonEKSViewPolicy', 'AmazonEKSAdminPolicy']) {
    await client.send(
      new AssociateAccessPolicyCommand({
        ...entry,
        policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
        accessScope: { type: 'namespace', namespaces: [name] },
      }),
    );
  }
}

const podIdentity = (name: string): JsonObject => ({
  clusterArn: prodEu,
  owner: owner(name),
  namespace: name,
  serviceAccount: name,
  roleArn: roleArn(name),
  tags: { team: 'payments' },
});

/** Makes a pod identity association by hand, with another role. */
async function makePodIdentity({ administrator }: World, name: string) {
  await administrator.eks(place).send(
    new CreatePodIdentityAssociationCommand({
      clusterName: 'prod-eu',
      namespace: name,
      serviceAccount: name,
      roleArn: roleArn('other'),
    }),
  );
}

const podExecutionRoleArn = roleArn('eks-fargate-pods');

const fargateProfile = (name: string): JsonObject => ({
  clusterArn: batchEu,
  owner: owner(name),
  name,
  podExecutionRoleArn,
  selectors: [{ namespace: name }],
  tags: { team: 'payments' },
});

const profilesOf = ({ sandbox }: World) =>
  sandbox.aws.state.clusters[batchEu].fargateProfiles;

/** Makes a Fargate profile by hand, and waits until AWS changes nothing. */
async function makeFargateProfile(
  world: World,
  name: string,
  tags?: Record<string, string>,
) {
  await world.administrator.eks(place).send(
    new CreateFargateProfileCommand({
      clusterName: 'batch-eu',
      fargateProfileName: name,
      podExecutionRoleArn,
      selectors: [{ namespace: name }],
      tags,
    }),
  );
  profilesOf(world)[name].readyAt = 0;
}

/** A cluster has ten profiles at most, and every one is looked at. */
function forgetFargateProfile(world: World, name: string) {
  delete profilesOf(world)[name];
}

/** Makes what a task may give a cluster around a namespace. */
async function makeClusterParts(world: World, name: string, task: string) {
  const client = world.administrator.eks(place);
  const clusterName = 'batch-eu';
  const tags = { 'slipway:entity': owner(name), 'slipway:task': task };
  await client.send(
    new CreateAccessEntryCommand({
      clusterName,
      principalArn: roleArn(name),
      tags,
    }),
  );
  await client.send(
    new CreatePodIdentityAssociationCommand({
      clusterName,
      namespace: name,
      serviceAccount: name,
      roleArn: roleArn(name),
      tags,
    }),
  );
  await makeFargateProfile(world, name, tags);
}

/** Whatever is left would be looked at by every trial that follows. */
function forgetClusterParts(world: World, name: string) {
  const { accessEntries, podIdentityAssociations } =
    world.sandbox.aws.state.clusters[batchEu];
  delete accessEntries[roleArn(name)];
  for (const { id, namespace } of Object.values(podIdentityAssociations)) {
    if (namespace === name) {
      delete podIdentityAssociations[id];
    }
  }
  forgetFargateProfile(world, name);
}

/** Makes a namespace with a quota, past the API. */
function makeNamespace({ sandbox }: World, name: string, task: string) {
  const metadata = {
    labels: {
      'slipway.io/entity': `component.default.${name}`,
      'slipway.io/task': task,
    },
    annotations: { 'slipway.io/entity': owner(name) },
  };
  sandbox.cluster(prodEu).seed([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata, name } },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { ...metadata, name: 'quota', namespace: name },
    },
  ]);
}

const application = (name: string) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name, namespace: 'argocd' },
  spec: {
    project: 'default',
    source: { repoURL: `https://github.com/acme/${name}.git`, path: '.' },
    destination: { server: 'https://kubernetes.default.svc', namespace: name },
  },
});

/** Makes an Application, past the API. */
function makeApplication({ sandbox }: World, name: string, task: string) {
  const object = application(name);
  const marks = {
    labels: {
      'slipway.io/entity': `component.default.${name}`,
      'slipway.io/task': task,
    },
    annotations: { 'slipway.io/entity': owner(name) },
  };
  sandbox
    .cluster(prodEu)
    .seed([{ ...object, metadata: { ...object.metadata, ...marks } }]);
}

/** Somebody's repository; one for all, since each would be another commit. */
const existing = new WeakMap<World, Promise<string>>();

/** Makes what a task of the template makes. */
async function makeAll(world: World, name: string, task: string) {
  const tags = { 'slipway:entity': owner(name), 'slipway:task': task };
  await makeRepository(world, name, tags);
  await makeRole(world, name, tags);
  makeNamespace(world, name, task);
  makeApplication(world, name, task);
}

/**
 * At least one for each action of the module, and enough that every permission
 * of an action's policy is needed: the test fails where one is missing.
 */
export const scenarios: Scenario[] = [
  {
    action: 'aws:eks:service:preflight',
    title: 'for a cluster in each account',
    input: (name, world) => ({
      name,
      description: 'Takes orders',
      owner: 'group:default/payments',
      system: 'system:default/shop',
      lifecycle: 'production',
      source: 'new',
      runtime: 'nodejs',
      targets: [
        { environment: 'production', clusterArn: prodEu, namespace: name },
        { environment: 'staging', clusterArn: stagingUs, namespace: name },
      ],
      compute: 'auto-detect',
      exposure: 'public',
      hostname: `${name}.example.com`,
      scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
      pipeline: 'github-actions',
      repoUrl: repoUrl(world, name),
    }),
  },
  {
    action: 'aws:eks:service:preflight',
    title: 'for Fargate, where the image repository is its own',
    input: (name, world) => ({
      name,
      owner: 'group:default/payments',
      targets: [
        {
          environment: 'production',
          clusterArn: batchEu,
          namespace: `batch-${name}`,
        },
      ],
      scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
      repoUrl: repoUrl(world, name),
    }),
    prepare: (world, name) =>
      makeRepository(world, name, { 'slipway:entity': owner(name) }),
  },
  {
    action: 'aws:eks:cluster:describe',
    title: 'of a cluster on Auto Mode',
    input: name => ({
      clusterArn: prodEu,
      namespace: name,
      exposure: 'public',
    }),
  },
  {
    action: 'aws:eks:cluster:describe',
    title: 'of a cluster on Fargate',
    input: name => ({ clusterArn: batchEu, namespace: `batch-${name}` }),
  },
  {
    action: 'aws:ecr:repository:ensure',
    title: 'where there is none',
    input: repository,
  },
  {
    action: 'aws:ecr:repository:ensure',
    title: "of nobody's, brought to what is asked",
    input: name => ({
      ...repository(name),
      onExisting: 'adopt',
      converge: true,
    }),
    prepare: (world, name) => makeRepository(world, name, {}),
  },
  {
    action: 'aws:ecr:repository:delete',
    title: 'that is there',
    input: name => ({ name, ...place, owner: owner(name) }),
    prepare: (world, name) =>
      makeRepository(world, name, { 'slipway:entity': owner(name) }),
  },
  {
    action: 'kubernetes:apply',
    title: 'of a namespace and what is in it',
    input: name => ({
      clusterArn: prodEu,
      owner: owner(name),
      manifests: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'quota', namespace: name },
          spec: { hard: { pods: '20' } },
        },
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: 'default', namespace: name },
          spec: { podSelector: {}, policyTypes: ['Ingress'] },
        },
      ],
    }),
  },
  {
    action: 'aws:iam:pipeline-role:ensure',
    title: 'where there is none',
    input: pipelineRole,
  },
  {
    action: 'aws:iam:pipeline-role:ensure',
    title: 'where there is none, in a dry run',
    input: pipelineRole,
    isDryRun: true,
  },
  {
    action: 'aws:iam:pipeline-role:ensure',
    title: "of nobody's, brought to what is asked",
    input: (name, world) => ({
      ...pipelineRole(name, world),
      onExisting: 'adopt',
      converge: true,
    }),
    prepare: (world, name) => makeRole(world, name, {}),
  },
  {
    action: 'aws:iam:pipeline-role:ensure',
    title: 'that somebody made and gave',
    input: (name, world) => {
      const { name: role, tags: _, ...input } = pipelineRole(name, world);
      return {
        ...input,
        mode: 'existing',
        roleArn: `arn:aws:iam::${place.accountId}:role/slipway/${role}`,
      };
    },
    prepare: (world, name) => makeRole(world, name, {}),
  },
  {
    action: 'aws:iam:pipeline-role:delete',
    title: 'that is there',
    input: name => ({ name: roleOf(name), ...place, owner: owner(name) }),
    prepare: (world, name) =>
      makeRole(world, name, { 'slipway:entity': owner(name) }),
  },
  {
    action: 'aws:eks:access-entry:ensure',
    title: 'where there is none',
    input: accessEntry,
  },
  {
    action: 'aws:eks:access-entry:ensure',
    title: "of nobody's, brought to what is asked",
    input: name => ({
      ...accessEntry(name),
      onExisting: 'adopt',
      converge: true,
    }),
    prepare: makeAccessEntry,
  },
  {
    action: 'aws:eks:pod-identity:ensure',
    title: 'where there is none',
    input: podIdentity,
  },
  {
    action: 'aws:eks:pod-identity:ensure',
    title: "of nobody's, brought to what is asked",
    input: name => ({
      ...podIdentity(name),
      onExisting: 'adopt',
      converge: true,
    }),
    prepare: makePodIdentity,
  },
  {
    action: 'aws:eks:pod-identity:ensure',
    title: 'where pods may run on Fargate, which has none',
    input: name => ({ ...podIdentity(name), clusterArn: batchEu }),
  },
  {
    action: 'aws:eks:fargate-profile:ensure',
    title: 'where there is none',
    input: fargateProfile,
    tidy: forgetFargateProfile,
  },
  {
    action: 'aws:eks:fargate-profile:ensure',
    title: "of nobody's, with its tags",
    input: name => ({
      ...fargateProfile(name),
      onExisting: 'adopt',
      converge: true,
    }),
    prepare: (world, name) => makeFargateProfile(world, name),
    tidy: forgetFargateProfile,
  },
  {
    action: 'catalog:entity:await',
    title: 'of an entity that is there',
    input: () => ({ entityRef: 'system:default/shop' }),
    withoutCalls: true,
  },
  {
    action: 'eks:source:fetch',
    title: 'of a repository that is there',
    input: (_, { sandbox }) => ({
      sourceUrl: `${sandbox.urls.github}/acme/existing`,
    }),
    async prepare(world) {
      const made =
        existing.get(world) ??
        makeExistingRepository(world.sandbox, 'existing', {
          'go.mod': 'module existing',
        });
      existing.set(world, made);
      await made;
    },
    // It asks the git host alone.
    withoutCalls: true,
  },
  {
    action: 'eks:source:adopt',
    title: 'of files beside and in place of others',
    input: () => ({ sourceUrl: 'https://github.com/acme/existing' }),
    async prepare(_world, _name, _task, workspacePath) {
      const source = join(workspacePath, '.source');
      await mkdir(source);
      await writeFile(join(source, 'README.md'), 'theirs');
      await writeFile(join(workspacePath, 'README.md'), 'ours');
    },
    withoutCalls: true,
  },
  {
    action: 'eks:service:upgrade',
    title: 'of a service that the first version of its template made',
    input: name => ({ entityRef: owner(name) }),
    registered: (name, { sandbox }) =>
      registeredService(name, {
        'backstage.io/managed-by-location': `url:${sandbox.urls.github}/acme/${name}/tree/main/catalog-info.yaml`,
      }),
    async prepare({ sandbox }, name) {
      await makeExistingRepository(sandbox, name, {
        '.slipway.yaml': filledIn('0.1.0'),
      });
    },
    // It asks the git host and the scaffolder.
    withoutCalls: true,
  },
  {
    action: 'kubernetes:apply',
    title: 'of an Application of Argo CD',
    input: name => ({
      clusterArn: prodEu,
      owner: owner(name),
      manifests: [application(name)],
    }),
    prepare: async (world, name, task) => makeNamespace(world, name, task),
  },
  {
    action: 'aws:eks:service:undo',
    title: 'of everything that a task makes',
    input: (name, world) => ({
      owner: owner(name),
      targets: [{ clusterArn: prodEu, namespace: name }],
      imageRepository: { name },
      pipelineRole: { name: roleOf(name) },
      repoUrl: repoUrl(world, name),
    }),
    inAnyOrder: ['removed'],
    prepare: makeAll,
  },
  {
    action: 'aws:eks:service:undo',
    title: 'of what a task gave a cluster',
    input: name => ({
      owner: owner(name),
      targets: [{ clusterArn: batchEu, namespace: name }],
    }),
    inAnyOrder: ['removed'],
    prepare: makeClusterParts,
    tidy: forgetClusterParts,
  },
  {
    action: 'aws:eks:service:decommission',
    title: 'of what a service has in a cluster',
    input: name => ({ entityRef: owner(name), confirm: name }),
    inAnyOrder: ['removed'],
    registered: name =>
      registeredService(name, {
        'aws.amazon.com/amazon-eks-cluster-arn': batchEu,
      }),
    prepare: makeClusterParts,
    tidy: forgetClusterParts,
  },
  {
    action: 'aws:eks:service:decommission',
    title: 'of everything that a service has',
    input: name => ({ entityRef: owner(name), confirm: name }),
    inAnyOrder: ['removed'],
    registered: name =>
      registeredService(name, {
        'aws.amazon.com/amazon-eks-cluster-arn': prodEu,
        'aws.amazon.com/amazon-ecr-arn': `arn:aws:ecr:${place.region}:${place.accountId}:repository/${name}`,
        'backstage.io/kubernetes-namespace': name,
      }),
    prepare: makeAll,
  },
];
