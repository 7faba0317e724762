import type { Config } from '@backstage/config';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import {
  Preflight,
  preflightFields,
  Report,
} from '@slipway/backstage-plugin-eks-node/preflight';
import { z } from 'zod/v3';
import { parseInput, throwProblems } from '../lib/input';
import { examples } from './eksServicePreflight.examples';

const EKS_SERVICE_PREFLIGHT = 'aws:eks:service:preflight';

const inputFields = {
  ...preflightFields,
  failOnProblems: (zod: typeof z) =>
    zod
      .boolean()
      .default(true)
      .describe(
        'Whether to fail when a check has failed; otherwise the report is all there is',
      ),
};

const outputFields = {
  report: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          check: zod.string().describe('What was looked at'),
          status: zod
            .enum(['passed', 'warning', 'failed'])
            .describe('How it came out'),
          message: zod.string().describe('What was found'),
          remedy: zod
            .string()
            .optional()
            .describe('What to do about it; left out when there is nothing'),
          environment: zod
            .string()
            .optional()
            .describe('Environment of the target that was looked at'),
          field: zod
            .string()
            .optional()
            .describe('Parameter to change: `targets[0].namespace`'),
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
  pipelineAudience: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Audience that the pipeline has to ask its tokens for: `sts.amazonaws.com`, or the address of the GitLab',
      ),
  gitHost: (zod: typeof z) =>
    zod
      .enum(['github', 'gitlab'])
      .optional()
      .describe('What the repository will be on; left out when it is neither'),
};

/**
 * Looks at everything that a later step of the template would fail on, and
 * changes nothing. See `docs/actions/aws-eks-service-preflight.md`.
 *
 * @public
 */
export function createEksServicePreflightAction(services: {
  clusters: EksClusters;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  config: Config;
}) {
  const preflight = new Preflight(services);
  return createTemplateAction({
    id: EKS_SERVICE_PREFLIGHT,
    description:
      'Checks all that would stop a new service before anything is made: names, owner, clusters, permissions, namespaces, quotas',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const { failOnProblems, ...parameters } = parseInput(
        EKS_SERVICE_PREFLIGHT,
        inputFields,
        ctx.input,
      );
      const names = rememberNames(ctx, parameters);
      const { report, role, gitHost } = await preflight.check(parameters, {
        credentials: await ctx.getInitiatorCredentials(),
        logger: ctx.logger,
        task: ctx.task.id,
        signal: ctx.signal,
        names: names.ask,
      });

      for (const line of report.lines) {
        const { check, status, message, remedy, environment } = line;
        const text = `${status === 'passed' ? '✓' : status}: ${check}${
          environment === undefined ? '' : ` (${environment})`
        }: ${message}${remedy === undefined ? '' : `; ${remedy}`}`;
        if (status === 'passed') {
          ctx.logger.info(text);
        } else {
          ctx.logger.warn(text);
        }
      }
      ctx.output('report', report.lines);
      if (names.freeSince !== undefined) {
        ctx.output('namesFreeSince', names.freeSince);
      }
      if (role) {
        ctx.output('pipelineRoleName', role.name);
        ctx.output('pipelineRoleArn', role.arn);
        ctx.output('pipelineAudience', role.audience);
      }
      if (gitHost) {
        ctx.output('gitHost', gitHost);
      }
      if (failOnProblems) {
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
 */
function rememberNames(
  ctx: {
    isDryRun?: boolean;
    checkpoint(options: {
      key: string;
      fn: () => Promise<string>;
    }): Promise<string>;
  },
  { name, repoUrl }: { name: string; repoUrl: string },
) {
  const names: {
    /** When they were found free; undefined when they were not. */
    freeSince?: string;
    ask(ask: () => Promise<Report>): Promise<Report>;
  } = {
    async ask(ask) {
      let report: Report | undefined;
      const fn = async () => {
        const at = new Date().toISOString();
        report = await ask();
        if (report.failing) {
          throw new NamesTaken('names are taken');
        }
        return at;
      };
      try {
        names.freeSince = ctx.isDryRun
          ? await fn()
          : await ctx.checkpoint({
              key: `service.preflight.names.${name}.${repoUrl}`,
              fn,
            });
      } catch (error) {
        if (!(error instanceof NamesTaken)) {
          throw error;
        }
      }
      return report ?? remembered(names.freeSince);
    },
  };
  return names;
}

function remembered(since: string | undefined): Report {
  const report = new Report();
  report.passed('catalog', `The names were free at ${since}, for this task`);
  return report;
}
