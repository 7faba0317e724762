import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateFargateProfileCommand,
  DeleteFargateProfileCommand,
  ListFargateProfilesCommand,
  waitUntilFargateProfileActive,
  waitUntilFargateProfileDeleted,
} from '@aws-sdk/client-eks';
import { GetRoleCommand, GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { JsonObject } from '@backstage/types';
import {
  createEcrRepositoryDeleteAction,
  createEcrRepositoryEnsureAction,
  createEksFargateProfileEnsureAction,
  createIamPipelineRoleDeleteAction,
  createIamPipelineRoleEnsureAction,
} from '@slipway/backstage-plugin-scaffolder-backend-module-eks';
import { type ActionRun, runAction } from './runAction';
import {
  ACCOUNT,
  type AwsTarget,
  type ContractCase,
  GITHUB_ISSUER,
  REGION,
} from './types';

const owner = 'component:default/orders';
const OTHER = 'component:default/payments';
const place = { accountId: ACCOUNT, region: REGION };

const repositoryArnOf = (name: string) =>
  `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`;

/** Everything that can be asked of a repository. */
const everything = {
  ...place,
  owner,
  imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
  exclusionFilters: ['cache*'],
  scanOnPush: true,
  lifecycle: {
    keepTagged: { count: 30, patterns: ['*'] },
    expireUntaggedAfterDays: 7,
  },
  access: { pullAccounts: ['444455556666'] },
  tags: { team: 'payments' },
};

const ensureRepository = (
  { clients }: AwsTarget,
  input: JsonObject,
  run?: ActionRun,
) =>
  runAction(
    createEcrRepositoryEnsureAction({ clients }),
    { ...place, owner, ...input },
    run,
  );

const deleteRepository = (
  { clients }: AwsTarget,
  name: string,
  rest: JsonObject = {},
) =>
  runAction(createEcrRepositoryDeleteAction({ clients }), {
    ...place,
    owner,
    name,
    ...rest,
  });

const configOf = (permissionsBoundary: string) =>
  new ConfigReader({
    eks: { pipelineRole: { path: '/slipway/', permissionsBoundary } },
  });
const config = configOf('slipway-pipeline-boundary');

const ensureRole = (
  { clients }: AwsTarget,
  name: string,
  { branch = 'main', ...input }: JsonObject = {},
  {
    config: settings = config,
    ...run
  }: ActionRun & {
    config?: ConfigReader;
  } = {},
) =>
  runAction(
    createIamPipelineRoleEnsureAction({
      clients,
      config: settings,
      integrations: ScmIntegrations.fromConfig(settings),
    }),
    {
      name,
      owner,
      repositoryArn: repositoryArnOf('orders'),
      github: {
        repoUrl: 'github.com?owner=acme&repo=orders',
        branch,
        ownerId: '1',
        repositoryId: '2',
      },
      ...input,
    },
    run,
  );

const podExecutionRoleArn = `arn:aws:iam::${ACCOUNT}:role/fargate-pods`;

const ensureProfile = (
  { clients, cluster }: AwsTarget,
  name: string,
  input: JsonObject = {},
  run?: ActionRun,
) =>
  runAction(
    createEksFargateProfileEnsureAction({ clients, config }),
    {
      clusterArn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${cluster}`,
      owner,
      name,
      podExecutionRoleArn,
      selectors: [{ namespace: name, labels: { app: 'orders' } }],
      tags: { team: 'payments' },
      ...input,
    },
    run,
  );

/** A cluster makes and removes one profile at a time, and has ten at most. */
async function withoutProfile(
  { eks, cluster: clusterName }: AwsTarget,
  fargateProfileName: string,
) {
  const names = { clusterName, fargateProfileName };
  await eks.send(new DeleteFargateProfileCommand(names));
  await waitUntilFargateProfileDeleted(
    { client: eks, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
    names,
  );
}

const exists = async ({ ecr }: AwsTarget, name: string) =>
  ecr
    .send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))
    .then(() => true)
    .catch(() => false);

const cases: ContractCase[] = [
  {
    operation: 'aws:ecr:repository:ensure',
    holds: 'makes a repository once, and finds nothing to change after',
    async check(target) {
      const name = target.unique('actions/repository');
      const first = await ensureRepository(target, { ...everything, name });
      expect(first).toMatchObject({
        arn: repositoryArnOf(name),
        uri: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${name}`,
        created: true,
        drift: [],
      });
      const again = await ensureRepository(
        target,
        { ...everything, name },
        { task: 'task-2' },
      );
      expect(again).toEqual({ ...first, created: false, changes: [] });
    },
  },
  {
    operation: 'aws:ecr:repository:ensure',
    holds: 'reports what differs, and changes it when told to',
    async check(target) {
      const name = target.unique('actions/repository');
      await ensureRepository(target, { name });
      const run = { task: 'task-2' };
      const wanted = { ...everything, name };

      const reported = await ensureRepository(target, wanted, run);
      expect(reported).toMatchObject({ created: false, changes: [] });
      expect(reported.drift).not.toEqual([]);

      const converging = { ...wanted, converge: true };
      const dry = await ensureRepository(target, converging, {
        ...run,
        dryRun: true,
      });
      const converged = await ensureRepository(target, converging, run);
      expect(converged.drift).toEqual([]);
      expect(dry.changes).toEqual(converged.changes);
      expect(await ensureRepository(target, wanted, run)).toMatchObject({
        changes: [],
        drift: [],
      });
    },
  },
  {
    operation: 'aws:ecr:repository:ensure',
    holds: 'makes nothing in a dry run',
    async check(target) {
      const name = target.unique('actions/repository');
      const dry = await ensureRepository(
        target,
        { ...everything, name },
        { dryRun: true },
      );
      expect(dry.arn).toBe(repositoryArnOf(name));
      expect(await exists(target, name)).toBe(false);
    },
  },
  {
    operation: 'aws:ecr:repository:ensure',
    holds: 'refuses what belongs to another entity, and says whose it is',
    async check(target) {
      const name = target.unique('actions/repository');
      await ensureRepository(target, { name, owner: OTHER });
      await expect(ensureRepository(target, { name })).rejects.toThrow(OTHER);
    },
  },
  {
    operation: 'aws:ecr:repository:ensure',
    holds: 'takes what belongs to nobody only when told to',
    async check(target) {
      const name = target.unique('actions/repository');
      await target.ecr.send(
        new CreateRepositoryCommand({ repositoryName: name }),
      );
      await expect(ensureRepository(target, { name })).rejects.toMatchObject({
        name: 'ConflictError',
      });
      await ensureRepository(target, { name, onExisting: 'adopt' });
      await expect(
        ensureRepository(target, { name, owner: OTHER }),
      ).rejects.toThrow(owner);
    },
  },
  {
    operation: 'aws:ecr:repository:delete',
    holds: 'removes what is ours, once',
    async check(target) {
      const name = target.unique('actions/repository');
      await ensureRepository(target, { name });
      expect(await deleteRepository(target, name)).toMatchObject({
        deleted: true,
      });
      expect(await exists(target, name)).toBe(false);
      expect(await deleteRepository(target, name)).toMatchObject({
        deleted: false,
      });
    },
  },
  {
    operation: 'aws:ecr:repository:delete',
    holds: 'removes images only when told to',
    async check(target) {
      const name = target.unique('actions/repository');
      await ensureRepository(target, { name });
      await target.ecr.send(
        new PutImageCommand({
          repositoryName: name,
          imageTag: 'v1',
          imageManifest: JSON.stringify({
            schemaVersion: 2,
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            config: {
              mediaType: 'application/vnd.oci.image.config.v1+json',
              size: 1,
              digest: `sha256:${'a'.repeat(64)}`,
            },
            layers: [],
          }),
        }),
      );
      await expect(deleteRepository(target, name)).rejects.toThrow(/1 image/);
      expect(
        await deleteRepository(target, name, { whenNotEmpty: 'delete' }),
      ).toMatchObject({ deleted: true, images: 1 });
    },
  },
  {
    operation: 'aws:ecr:repository:delete',
    holds: 'leaves what belongs to another entity',
    async check(target) {
      const name = target.unique('actions/repository');
      await ensureRepository(target, { name, owner: OTHER });
      await expect(deleteRepository(target, name)).rejects.toThrow(OTHER);
      expect(await exists(target, name)).toBe(true);
    },
  },
  {
    operation: 'aws:iam:pipeline-role:ensure',
    holds: 'makes a role once, within its boundary, for one repository',
    async check(target) {
      const name = target.unique('orders-pipeline');
      const first = await ensureRole(target, name);
      expect(first).toMatchObject({
        roleArn: `arn:aws:iam::${ACCOUNT}:role/slipway/${name}`,
        roleName: name,
        created: true,
        drift: [],
        subject: 'repo:acme@1/orders@2:ref:refs/heads/main',
      });
      const again = await ensureRole(target, name, {}, { task: 'task-2' });
      expect(again).toEqual({ ...first, created: false, changes: [] });

      const { Role } = await target.iam.send(
        new GetRoleCommand({ RoleName: name }),
      );
      expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
        target.managedPolicy,
      );
      expect(
        decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''),
      ).toContain(`oidc-provider/${GITHUB_ISSUER}`);
      const { PolicyDocument = '' } = await target.iam.send(
        new GetRolePolicyCommand({
          RoleName: name,
          PolicyName: 'slipway-pipeline',
        }),
      );
      expect(decodeURIComponent(PolicyDocument)).toContain(
        repositoryArnOf('orders'),
      );
    },
  },
  {
    operation: 'aws:iam:pipeline-role:ensure',
    holds: 'reports whom else a role trusts, and changes it when told to',
    async check(target) {
      const name = target.unique('orders-pipeline');
      await ensureRole(target, name, { branch: 'old' });
      const run = { task: 'task-2' };

      const reported = await ensureRole(target, name, {}, run);
      expect(reported.changes).toEqual([]);
      expect(reported.drift).toEqual([
        expect.objectContaining({ field: 'trust' }),
      ]);
      const converged = await ensureRole(target, name, { converge: true }, run);
      expect(converged).toMatchObject({ drift: [] });
      expect(await ensureRole(target, name, {}, run)).toMatchObject({
        changes: [],
        drift: [],
      });
    },
  },
  {
    operation: 'aws:iam:pipeline-role:ensure',
    holds: 'refuses what belongs to another entity, and says whose it is',
    async check(target) {
      const name = target.unique('orders-pipeline');
      await ensureRole(target, name, { owner: OTHER });
      await expect(ensureRole(target, name)).rejects.toThrow(OTHER);
    },
  },
  {
    operation: 'aws:iam:pipeline-role:ensure',
    holds: 'says in a dry run that the boundary is not there',
    async check(target) {
      const name = target.unique('orders-pipeline');
      const dry = ensureRole(
        target,
        name,
        {},
        { dryRun: true, config: configOf('not-there') },
      );
      await expect(dry).rejects.toThrow(
        `account ${ACCOUNT} has no such policy`,
      );
    },
  },
  {
    operation: 'aws:eks:fargate-profile:ensure',
    holds: 'makes a profile once, and finds nothing to change after',
    async check(target) {
      const name = target.unique('profile');
      const dry = await ensureProfile(target, name, {}, { dryRun: true });
      const { fargateProfileNames } = await target.eks.send(
        new ListFargateProfilesCommand({ clusterName: target.cluster }),
      );
      expect(fargateProfileNames).not.toContain(name);
      const first = await ensureProfile(target, name);
      expect(first).toMatchObject({
        arn: expect.stringContaining(
          `:fargateprofile/${target.cluster}/${name}/`,
        ),
        status: 'ACTIVE',
        created: true,
        drift: [],
      });
      expect(dry).toEqual({ ...first, arn: undefined });

      const run = { task: 'task-2' };
      const again = await ensureProfile(target, name, {}, run);
      const other = await ensureProfile(
        target,
        name,
        { selectors: [{ namespace: 'other' }], converge: true },
        run,
      );
      await expect(
        ensureProfile(target, name, { owner: OTHER }, run),
      ).rejects.toThrow(owner);
      await withoutProfile(target, name);

      expect(again).toEqual({ ...first, created: false, changes: [] });
      expect(other).toMatchObject({
        changes: [],
        drift: [{ field: 'selectors', asked: 'namespace other' }],
      });
    },
  },
  {
    operation: 'aws:eks:fargate-profile:ensure',
    holds: 'takes what belongs to nobody only when told to',
    async check(target) {
      const { eks, cluster: clusterName, unique } = target;
      const name = unique('profile');
      await eks.send(
        new CreateFargateProfileCommand({
          clusterName,
          fargateProfileName: name,
          podExecutionRoleArn,
          selectors: [{ namespace: name, labels: { app: 'orders' } }],
        }),
      );
      await waitUntilFargateProfileActive(
        { client: eks, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
        { clusterName, fargateProfileName: name },
      );
      await expect(ensureProfile(target, name)).rejects.toMatchObject({
        name: 'ConflictError',
      });
      const adopted = ensureProfile(target, name, { onExisting: 'adopt' });
      await adopted.catch(() => undefined);
      await withoutProfile(target, name);

      expect(await adopted).toMatchObject({
        created: false,
        changes: [{ field: 'tags.slipway:entity' }, expect.anything()],
      });
    },
  },
  {
    operation: 'aws:iam:pipeline-role:delete',
    holds: 'removes what is ours, with its policy, once',
    async check(target) {
      const name = target.unique('orders-pipeline');
      await ensureRole(target, name);
      const remove = (entity: string) =>
        runAction(
          createIamPipelineRoleDeleteAction({ clients: target.clients }),
          { ...place, name, owner: entity },
        );
      await expect(remove(OTHER)).rejects.toThrow(owner);
      expect(await remove(owner)).toMatchObject({ deleted: true });
      expect(await remove(owner)).toMatchObject({ deleted: false });
    },
  },
];

export default cases;
