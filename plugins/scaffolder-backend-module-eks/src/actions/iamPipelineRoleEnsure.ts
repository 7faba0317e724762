import type { Config } from '@backstage/config';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  parseClusterArn,
  parseEcrRepositoryArn,
  type ResourceArn,
} from '@slipway/backstage-plugin-eks-common';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import {
  type Change,
  changesSchema,
  type Drift,
  driftSchema,
  mergeChanges,
  type Remembered,
  reportDrift,
} from '../lib/changes';
import {
  explainEntityRef,
  explainRoleName,
  openIam,
  parseRoleArn,
  readEntityRef,
  readPipelineRoleSettings,
  requireIssuer,
  requireSettings,
  roleAddress,
} from '@slipway/backstage-plugin-eks-node/resources';
import { checkRole } from '../lib/iam/checkRole';
import { ensureRole } from '../lib/iam/ensureRole';
import { pipelinePermissions, permissionsPolicy } from '../lib/iam/permissions';
import { checkPipeline, pipelineOf } from '../lib/iam/pipelineOf';
import { trustPolicy } from '../lib/iam/trust';
import {
  type FieldProblem,
  type ParsedInput,
  parseInput,
  readWith,
  throwProblems,
} from '../lib/input';
import { checkTags } from '../lib/tags';
import { examples } from './iamPipelineRoleEnsure.examples';

const IAM_PIPELINE_ROLE_ENSURE = 'aws:iam:pipeline-role:ensure';

const repoUrl = (zod: typeof z, example: string) =>
  zod
    .string()
    .min(1)
    .describe(`Repository as the repository picker writes it: \`${example}\``);

const branch = (zod: typeof z) =>
  zod
    .string()
    .default('main')
    .describe('The one branch whose pipeline may take the role');

const id = (zod: typeof z, of: string) =>
  zod
    .union([
      zod.string().regex(/^\d{1,20}$/, 'An id of GitHub is a number'),
      zod.number().int().positive(),
    ])
    .optional()
    .describe(`Id of the ${of} on GitHub; asked of GitHub when left out`);

const inputFields = {
  mode: (zod: typeof z) =>
    zod
      .enum(['create', 'existing'])
      .default('create')
      .describe(
        'Whether to make the role, or to check one that somebody else made and change nothing',
      ),
  name: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Name of the role without its path, which configuration gives: `orders-pipeline`; 1 to 64 letters, digits and characters of `_+=,.@-`. Needed with `mode: create`',
      ),
  roleArn: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('ARN of the role to check. Needed with `mode: existing`'),
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the catalog entity that the role belongs to, usually the service: `component:default/orders`. Written to the tag `slipway:entity`; a role of another entity is refused',
      ),
  repositoryArn: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'ARN of the one ECR repository that the pipeline may push to and pull from. The role is in its account',
      ),
  clusterArns: (zod: typeof z) =>
    zod
      .array(zod.string())
      .max(20, 'A role is given at most 20 clusters')
      .default([])
      .describe(
        'ARNs of EKS clusters that the pipeline has to find (`eks:DescribeCluster`); none when something else delivers',
      ),
  github: (zod: typeof z) =>
    zod
      .object({
        repoUrl: repoUrl(zod, 'github.com?owner=acme&repo=orders'),
        branch: branch(zod),
        audience: zod
          .string()
          .min(1)
          .max(255)
          .default('sts.amazonaws.com')
          .describe('Audience that the workflow asks a token for'),
        ownerId: id(zod, 'user or organisation'),
        repositoryId: id(zod, 'repository'),
      })
      .strict()
      .optional()
      .describe('The pipeline is a workflow of GitHub Actions'),
  gitlab: (zod: typeof z) =>
    zod
      .object({
        repoUrl: repoUrl(zod, 'gitlab.com?owner=acme/shop&repo=orders'),
        branch: branch(zod),
        audience: zod
          .string()
          .min(1)
          .max(255)
          .optional()
          .describe(
            'Audience of the ID token; the address of the GitLab when left out: `https://gitlab.com`',
          ),
      })
      .strict()
      .optional()
      .describe('The pipeline is one of GitLab CI/CD'),
  codebuild: (zod: typeof z) =>
    zod
      .object({
        project: zod
          .string()
          .regex(
            /^[A-Za-z0-9][A-Za-z0-9_-]{1,254}$/,
            'A CodeBuild project has 2 to 255 letters, digits, `-` and `_`',
          )
          .describe('Name of the project'),
      })
      .strict()
      .optional()
      .describe(
        'The pipeline is a CodeBuild project in the account and region of the image repository',
      ),
  tags: (zod: typeof z) =>
    zod
      .record(zod.string())
      .default({})
      .describe(
        'Further tags of the role, at most 47; tags that are there and not named here stay',
      ),
  onExisting: (zod: typeof z) =>
    zod
      .enum(['adopt', 'fail'])
      .default('fail')
      .describe(
        'What to do with a role that exists and belongs to no entity. One that belongs to `owner` is always taken, one that belongs to another never',
      ),
  converge: (zod: typeof z) =>
    zod
      .boolean()
      .default(false)
      .describe(
        'Whether to change what differs in a role that was there; otherwise it is only reported in `drift`',
      ),
};

type EnsureInput = ParsedInput<typeof inputFields>;

const outputFields = {
  roleArn: (zod: typeof z) => zod.string().describe('ARN of the role'),
  roleName: (zod: typeof z) => zod.string().describe('Name of the role'),
  created: (zod: typeof z) =>
    zod.boolean().describe('Whether this task made the role'),
  changes: (zod: typeof z) =>
    changesSchema(
      zod,
      '`role`, `trust`, `permissions`, `permissionsBoundary`, or a tag: `tags.team`',
    ),
  drift: (zod: typeof z) =>
    driftSchema(zod, {
      field:
        'As in `changes`, or `path`, or `policies` for what somebody else gave the role',
      asked: 'Value that is needed',
      drift:
        'What differs and was left as it is; with `mode: existing` what the role lacks, or allows too much',
    }),
  subject: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Whom the role trusts: the subject of the tokens, or the ARN of the CodeBuild project. In a dry run before the repository is published, `<id>` stands for its id',
      ),
  consoleUrl: (zod: typeof z) =>
    zod.string().describe('Page of the role in the AWS console'),
};

/**
 * What {@link createIamPipelineRoleEnsureAction} works with.
 *
 * @public
 */
export interface PipelineRoleServices {
  clients: AwsClients;
  integrations: ScmIntegrationRegistry;
  config: Config;
}

function checkInput(
  input: EnsureInput,
  integrations: ScmIntegrationRegistry,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, message: string | undefined) => {
    if (message !== undefined) {
      problems.push({ field, message });
    }
  };
  const repository = readWith(parseEcrRepositoryArn, input.repositoryArn);
  add('repositoryArn', repository.problem);
  input.clusterArns.forEach((arn, index) => {
    const cluster = readWith(parseClusterArn, arn);
    add(`clusterArns[${index}]`, cluster.problem);
  });
  if (input.mode === 'create') {
    add(
      'name',
      input.name === undefined
        ? '`mode: create` needs it'
        : explainRoleName(input.name),
    );
    add(
      'roleArn',
      input.roleArn === undefined
        ? undefined
        : 'give it with `mode: existing` only; the role that is made gets its ARN from `name`',
    );
  } else {
    add('roleArn', explainRoleArn(input.roleArn, repository.value));
  }
  if (!readEntityRef(input.owner, 'component')) {
    add('owner', explainEntityRef(input.owner, 'component:default/orders'));
  }
  problems.push(
    ...checkPipeline(input, integrations),
    ...checkTags(input.tags),
  );
  return problems;
}

function explainRoleArn(
  arn: string | undefined,
  repository: ResourceArn | undefined,
): string | undefined {
  if (arn === undefined) {
    return '`mode: existing` needs it';
  }
  const role = parseRoleArn(arn);
  if (!role) {
    return `\`${arn}\` is no ARN of a role; write it as \`arn:aws:iam::111122223333:role/orders-pipeline\``;
  }
  return repository && role.accountId !== repository.accountId
    ? `the role is in account ${role.accountId}, the image repository in ${repository.accountId}; give a role of the same account`
    : undefined;
}

/**
 * Makes the role that a repository's pipeline works with, or takes the one
 * that is there: run twice, or interrupted and run again, there is one role
 * and the outputs are the same. See
 * `docs/actions/aws-iam-pipeline-role-ensure.md`.
 *
 * @throws InputError at once when `eks.pipelineRole` has a value that cannot be used
 * @public
 */
export function createIamPipelineRoleEnsureAction(
  services: PipelineRoleServices,
) {
  const { clients, integrations, config } = services;
  const settings = readPipelineRoleSettings(config);
  return createTemplateAction({
    id: IAM_PIPELINE_ROLE_ENSURE,
    description:
      'Makes the IAM role of a pipeline: trusted by one branch of one repository, allowed one ECR repository, within the permissions boundary; or checks a role that is there',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(
        IAM_PIPELINE_ROLE_ENSURE,
        inputFields,
        ctx.input,
      );
      throwProblems(IAM_PIPELINE_ROLE_ENSURE, checkInput(input, integrations));
      const dryRun = ctx.isDryRun ?? false;
      const { signal } = ctx;
      const { accountId, region } = parseEcrRepositoryArn(input.repositoryArn);
      const account = openIam(clients, { accountId, region, signal });
      const pipeline = await pipelineOf(input, {
        account,
        region,
        settings,
        integrations,
        ahead: dryRun,
        signal,
      });
      const permissions = pipelinePermissions({
        repositoryArn: input.repositoryArn,
        clusterArns: input.clusterArns,
        projectArn:
          pipeline.kind === 'codebuild' ? pipeline.subject : undefined,
      });
      if (pipeline.kind === 'token') {
        await requireIssuer(account, pipeline);
      }
      const finish = (result: {
        arn: string;
        created: boolean;
        changes: Change[];
        drift: Drift[];
      }) => {
        const name = parseRoleArn(result.arn)?.name ?? result.arn;
        reportDrift(result.drift, message => ctx.logger.warn(message));
        ctx.logger.info(summary({ ...result, dryRun }));
        ctx.output('roleArn', result.arn);
        ctx.output('roleName', name);
        ctx.output('created', result.created);
        ctx.output('changes', result.changes);
        ctx.output('drift', result.drift);
        ctx.output('subject', pipeline.subject);
        ctx.output(
          'consoleUrl',
          roleAddress({ ...account, name, path: '/' }).consoleUrl,
        );
      };

      if (input.mode === 'existing') {
        const arn = input.roleArn ?? '';
        const name = parseRoleArn(arn)?.name ?? '';
        const drift = await checkRole({
          account,
          name,
          arn,
          pipeline,
          permissions,
        });
        finish({ arn, created: false, changes: [], drift });
        return;
      }

      const name = input.name ?? '';
      const { path, boundary } = requireSettings(settings, account);
      const ensure = () =>
        ensureRole({
          account,
          name,
          arn: roleAddress({ ...account, name, path }).arn,
          desired: {
            path,
            boundary,
            trust: trustPolicy(pipeline),
            permissions: permissionsPolicy(permissions),
            tags: input.tags,
          },
          ownership: {
            entity: readEntityRef(input.owner, 'component') ?? input.owner,
            template: ctx.templateInfo?.entityRef,
            task: ctx.task.id,
          },
          onExisting: input.onExisting,
          converge: input.converge,
          dryRun,
          remember: changes =>
            ctx.checkpoint<Change[]>({
              key: `iam.role.plan.${accountId}.${name}`,
              fn: async () => changes,
            }),
          log: message => ctx.logger.info(message),
        });
      let result: Awaited<ReturnType<typeof ensure>> | undefined;
      let remembered: Remembered = { created: false, changes: [] };
      if (!dryRun) {
        remembered = await ctx.checkpoint<Remembered>({
          key: `iam.role.${accountId}.${name}`,
          fn: async () => {
            result = await ensure();
            return { created: result.created, changes: result.changes };
          },
        });
      }
      // A checkpoint of an earlier run answers from memory, and the role may
      // be gone or changed since: look again, and make it again if need be.
      const now = result ?? (await ensure());
      finish({
        ...now,
        created: remembered.created || now.created,
        changes: mergeChanges(remembered.changes, now.changes),
      });
    },
  });
}

function summary(result: {
  dryRun: boolean;
  created: boolean;
  changes: Change[];
  drift: Drift[];
  arn: string;
}): string {
  const { dryRun, created, changes, drift, arn } = result;
  if (created) {
    return dryRun ? `Would make role ${arn}` : `Role ${arn} is ready`;
  }
  if (changes.length > 0) {
    const fields = changes.map(({ field }) => field).join(', ');
    return dryRun
      ? `Role ${arn} is there already; would change ${fields}`
      : `Role ${arn} was there already; changed ${fields}`;
  }
  return drift.length > 0
    ? `Role ${arn} is there already, but is not as the pipeline needs it`
    : `Role ${arn} is there already, nothing to change`;
}
