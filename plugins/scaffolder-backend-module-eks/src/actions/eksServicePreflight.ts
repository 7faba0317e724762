import type { Config } from '@backstage/config';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type {
  AwsClients,
  EksClusters,
} from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import { readClusterArn } from '../lib/clusterTarget';
import { explainRegion } from '../lib/ecr/registryAddress';
import { explainRepositoryName } from '../lib/ecr/repositoryName';
import { readPipelineRoleSettings } from '../lib/iam/settings';
import { type ParsedInput, parseInput, throwProblems } from '../lib/input';
import { readAllowList } from '../lib/kubernetes/allowList';
import {
  checkImageRepository,
  checkNames,
  checkReferences,
  type ImageRepository,
  type NameCheckOptions,
} from '../lib/preflight/checkNames';
import {
  checkParameters,
  type ServiceParameters,
} from '../lib/preflight/checkParameters';
import { checkPipelineRole } from '../lib/preflight/checkPipelineRole';
import { checkTargets } from '../lib/preflight/checkTargets';
import { Report } from '../lib/preflight/report';
import { examples } from './eksServicePreflight.examples';

const EKS_SERVICE_PREFLIGHT = 'aws:eks:service:preflight';

const inputFields = {
  name: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Name of the service: a DNS label of 2 to 40 characters that is free in the catalog, on the git host and in ECR',
      ),
  description: (zod: typeof z) =>
    zod
      .string()
      .default('')
      .describe('What the service is for, in one line without template syntax'),
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Group or user that owns the service: `group:default/payments`',
      ),
  system: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('System that the service is a part of: `system:default/shop`'),
  lifecycle: (zod: typeof z) =>
    zod
      .string()
      .default('experimental')
      .describe('Lifecycle as in the catalog'),
  source: (zod: typeof z) =>
    zod.enum(['new']).default('new').describe('Where the code comes from'),
  runtime: (zod: typeof z) =>
    zod.enum(['nodejs']).default('nodejs').describe('Language of the service'),
  targets: (zod: typeof z) =>
    zod
      .array(
        zod
          .object({
            environment: zod
              .string()
              .describe('Name of the environment: `production`'),
            clusterArn: zod.string().describe('ARN of the EKS cluster'),
            namespace: zod.string().describe('Namespace in that cluster'),
          })
          .strict(),
      )
      .describe('Where the service shall run, at least one'),
  compute: (zod: typeof z) =>
    zod
      .enum(['auto-detect', 'nodes', 'fargate', 'auto-mode'])
      .default('auto-detect')
      .describe('What pods shall run on; by default what each cluster has'),
  exposure: (zod: typeof z) =>
    zod
      .enum(['public', 'internal', 'none'])
      .default('none')
      .describe('Who shall reach the service from outside of the cluster'),
  hostname: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('Host name of an exposed service: `orders.example.com`'),
  scaling: (zod: typeof z) =>
    zod
      .object({
        minReplicas: zod.number().describe('Fewest replicas'),
        maxReplicas: zod.number().describe('Most replicas'),
        targetCpuUtilization: zod
          .number()
          .describe('Per cent of the CPU request to aim at'),
      })
      .strict()
      .describe('Bounds of the autoscaler'),
  pipeline: (zod: typeof z) =>
    zod
      .enum(['github-actions'])
      .default('github-actions')
      .describe('What builds and delivers the service'),
  repoUrl: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Repository to make, as the repository picker writes it: `github.com?owner=acme&repo=orders`',
      ),
  imageRepository: (zod: typeof z) =>
    zod
      .object({
        name: zod
          .string()
          .optional()
          .describe('Name; by default the service’s'),
        accountId: zod
          .string()
          .regex(/^\d{12}$/, 'An AWS account id has 12 digits')
          .optional()
          .describe('AWS account; by default that of the first target'),
        region: zod
          .string()
          .optional()
          .describe('AWS region; by default that of the first target'),
      })
      .strict()
      .default({})
      .describe('ECR repository that will be made'),
  failOnProblems: (zod: typeof z) =>
    zod
      .boolean()
      .default(true)
      .describe(
        'Whether to fail when a check has failed; otherwise the report is all there is',
      ),
};

type PreflightInput = ParsedInput<typeof inputFields>;

const outputFields = {
  report: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          check: zod.string().describe('What was looked at'),
          status: zod
            .enum(['passed', 'warning', 'failed'])
            .describe('How it came out'),
          message: zod.string().describe('What was found, and what to do'),
        }),
      )
      .describe('One line for each check'),
  namesFreeSince: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'When the names were found free, in ISO 8601; left out when they were not',
      ),
  pipelineRoleName: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('Name of the role that the pipeline will get'),
  pipelineRoleArn: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'ARN that the role will have, for the files of the repository; left out when operators have not configured such roles',
      ),
};

/**
 * What {@link createEksServicePreflightAction} asks.
 *
 * @public
 */
export interface PreflightServices {
  clusters: EksClusters;
  clients: AwsClients;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  config: Config;
}

function imageRepositoryOf(
  input: PreflightInput,
  config: Config,
  report: Report,
): ImageRepository | undefined {
  const { name, accountId, region } = input.imageRepository;
  const [first] = input.targets;
  const cluster = first && readClusterArn(first.clusterArn, config).cluster;
  const repository = {
    name: name ?? input.name,
    accountId: accountId ?? cluster?.accountId,
    region: region ?? cluster?.region,
  };
  if (!repository.accountId || !repository.region) {
    // The target that would say where is wrong, and reported as such.
    return undefined;
  }
  const problems = [
    {
      field: name === undefined ? 'name' : 'imageRepository.name',
      message: explainRepositoryName(repository.name),
    },
    {
      field: 'imageRepository.region',
      message: explainRegion(repository.region),
    },
  ].flatMap(({ field, message }) => (message ? [{ field, message }] : []));
  for (const problem of problems) {
    report.failed('image repository', problem);
  }
  return problems.length > 0
    ? undefined
    : {
        name: repository.name,
        accountId: repository.accountId,
        region: repository.region,
      };
}

/** A form leaves an empty text where nothing was entered. */
function entered(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/**
 * Looks at everything that a later step of the template would fail on, and
 * changes nothing. See `docs/actions/aws-eks-service-preflight.md`.
 *
 * @public
 */
export function createEksServicePreflightAction(services: PreflightServices) {
  const { clusters, clients, catalog, integrations, config } = services;
  const allowList = readAllowList(config);
  const settings = readPipelineRoleSettings(config);
  return createTemplateAction({
    id: EKS_SERVICE_PREFLIGHT,
    description:
      'Checks all that would stop a new service before anything is made: names, owner, clusters, namespaces, scaling',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(EKS_SERVICE_PREFLIGHT, inputFields, ctx.input);
      const parameters: ServiceParameters = {
        ...input,
        system: entered(input.system),
        hostname: entered(input.hostname),
      };
      const report = new Report();
      checkParameters(parameters, config, report);
      const repository = imageRepositoryOf(input, config, report);

      // With wrong parameters there is nothing sensible to ask about.
      if (report.problems.length === 0) {
        const options: NameCheckOptions & { allowList: typeof allowList } = {
          clients,
          catalog,
          integrations,
          allowList,
          credentials: await ctx.getInitiatorCredentials(),
          entity: `component:default/${input.name}`,
          task: ctx.task.id,
          signal: ctx.signal,
        };
        await checkReferences(parameters, options, report);
        const since = await checkFreeNames(ctx, parameters, options, report);
        if (since !== undefined) {
          ctx.output('namesFreeSince', since);
        }
        if (repository) {
          await checkImageRepository(repository, options, report);
          const role = await checkPipelineRole(
            parameters,
            { ...options, settings, repository },
            report,
          );
          if (role) {
            ctx.output('pipelineRoleName', role.name);
            ctx.output('pipelineRoleArn', role.arn);
          }
        }
        await checkTargets(parameters, { ...options, clusters }, report);
      }

      for (const { check, status, message } of report.lines) {
        const line = `${status === 'passed' ? '✓' : status}: ${check}: ${message}`;
        if (status === 'passed') {
          ctx.logger.info(line);
        } else {
          ctx.logger.warn(line);
        }
      }
      ctx.output('report', report.lines);
      if (input.failOnProblems) {
        throwProblems(EKS_SERVICE_PREFLIGHT, report.problems);
      }
    },
  });
}

/** Says that names are taken, so that no checkpoint remembers it. */
class NamesTaken extends Error {}

/**
 * Asks whether the names are free, once per task: when a task is run again,
 * the names that were free at its start are taken by what it made itself.
 *
 * @returns when they were found free
 */
async function checkFreeNames(
  ctx: {
    isDryRun?: boolean;
    checkpoint(options: {
      key: string;
      fn: () => Promise<string>;
    }): Promise<string>;
  },
  parameters: ServiceParameters,
  options: NameCheckOptions,
  report: Report,
): Promise<string | undefined> {
  if (ctx.isDryRun) {
    const at = new Date().toISOString();
    const before = report.problems.length;
    await checkNames(parameters, options, report);
    return report.problems.length > before ? undefined : at;
  }
  let asked = false;
  let since: string;
  try {
    since = await ctx.checkpoint({
      key: `service.preflight.names.${parameters.name}.${parameters.repoUrl}`,
      fn: async () => {
        asked = true;
        const at = new Date().toISOString();
        const before = report.problems.length;
        await checkNames(parameters, options, report);
        if (report.problems.length > before) {
          throw new NamesTaken('names are taken');
        }
        return at;
      },
    });
  } catch (error) {
    if (!(error instanceof NamesTaken)) {
      throw error;
    }
    return undefined;
  }
  if (!asked) {
    report.passed('names', `The names were free at ${since}, for this task`);
  }
  return since;
}
