import type {
  AuditorService,
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { BasicPermission } from '@backstage/plugin-permission-common';
import {
  eksClustersReadPermission,
  eksPreflightReadPermission,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import {
  chooseCluster,
  describedFields,
  describeFields,
  describeFor,
  objectOf,
  type Preflight,
  serviceFields,
} from '@slipway/backstage-plugin-eks-node/preflight';
import { audited } from '../audited';
import { requirePermission } from '../requirePermission';

/** What the actions are made of. */
export interface ActionOptions {
  actionsRegistry: ActionsRegistryService;
  auditor: AuditorService;
  clusters: EksClusters;
  config: Config;
  permissions: PermissionsService;
  preflight: Preflight;
}

/** How long an action may take, in milliseconds. */
const TIMEOUT_MS = 30_000;

const readOnly = { readOnly: true, destructive: false, idempotent: true };

/**
 * Offers what is known before a service is made to whoever calls actions as a
 * user, such as clients of the Model Context Protocol: `eks:describe-cluster`
 * and `eks:preflight-service`. They are named otherwise than the scaffolder's
 * own `aws:eks:cluster:describe` and `aws:eks:service:preflight`, beside which
 * the scaffolder lists them.
 */
export function registerActions(options: ActionOptions): void {
  const { actionsRegistry, clusters, config, preflight } = options;

  actionsRegistry.register({
    name: 'describe-cluster',
    title: 'Describe an EKS cluster',
    description:
      'Tells what an Amazon EKS cluster is and can do: version and the end of its support, compute, Fargate profiles, add-ons with their health, load balancers, metrics, Container Insights; and whether a service with a namespace and an exposure can run there. Name it by its ARN, or by name, account and region.',
    schema: {
      input: () => objectOf(describeFields),
      output: () => objectOf(describedFields),
    },
    attributes: readOnly,
    visibilityPermission: eksClustersReadPermission,
    action: ({ input, credentials }) =>
      permitted(options, {
        name: 'describe-cluster',
        permission: eksClustersReadPermission,
        credentials,
        async run() {
          const { arn, problems } = chooseCluster(input, config);
          if (problems.length > 0) {
            throw new InputError(
              problems
                .map(({ field, message }) => `${field}: ${message}`)
                .join('; '),
            );
          }
          const signal = AbortSignal.timeout(TIMEOUT_MS);
          const facts = await clusters.describe(arn, { signal });
          return {
            output: await describeFor(facts, input, {
              clusters,
              config,
              signal,
            }),
          };
        },
      }),
  });

  actionsRegistry.register({
    name: 'preflight-service',
    title: 'Check a new service for EKS',
    description:
      'Looks at everything that would stop a new service on Amazon EKS, before anything is made, and changes nothing: whether its name is free in the catalog, on the git host and in ECR, whether its clusters can run it, what the portal may do there, its namespaces and their quotas. Every line says what was found and what to do. Takes the parameters of the template eks-service.',
    schema: {
      input: () => objectOf(serviceFields),
      output: zod =>
        zod.object({
          report: zod
            .array(
              zod.object({
                check: zod.string().describe('What was looked at'),
                status: zod
                  .enum(['passed', 'warning', 'failed'])
                  .describe('`failed` would make the creation fail'),
                message: zod.string().describe('What was found'),
                remedy: zod.string().optional().describe('What to do about it'),
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
        }),
    },
    attributes: readOnly,
    visibilityPermission: eksPreflightReadPermission,
    action: ({ input, credentials, logger }) =>
      permitted(options, {
        name: 'preflight-service',
        permission: eksPreflightReadPermission,
        credentials,
        async run() {
          const { report } = await preflight.check(
            { ...input, imageRepository: {} },
            { credentials, logger, timeoutMs: TIMEOUT_MS },
          );
          return { output: { report: report.lines } };
        },
      }),
  });
}

/**
 * Audits, checks the caller's permission, and runs. Who may not see an action
 * may not run it either: an invocation does not ask whether it was listed.
 */
function permitted<T>(
  { auditor, permissions }: ActionOptions,
  call: {
    name: string;
    permission: BasicPermission;
    credentials: BackstageCredentials;
    run: () => Promise<T>;
  },
): Promise<T> {
  return audited(
    auditor,
    { eventId: 'action-invoke', meta: { action: call.name } },
    async () => {
      await requirePermission(permissions, call.permission, call.credentials);
      return call.run();
    },
  );
}
