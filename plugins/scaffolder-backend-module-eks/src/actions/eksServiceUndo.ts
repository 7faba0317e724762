import type {
  BackstageCredentials,
  DatabaseService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { parseClusterArn } from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import {
  explainEntityRef,
  KubernetesClient,
  openIam,
  openRegistry,
  readAllowList,
  readArgoCdSettings,
  readClusterArn,
  readEntityRef,
} from '@slipway/backstage-plugin-eks-node/resources';
import {
  type FieldProblem,
  type ParsedInput,
  parseInput,
  throwProblems,
} from '../lib/input';
import { openCluster } from '../lib/eks/clusterApi';
import { applicationsPart } from '../lib/undo/applications';
import { clusterResourceParts } from '../lib/undo/clusterResources';
import { gitRepositoryPart } from '../lib/undo/gitRepository';
import { imageRepositoryPart } from '../lib/undo/imageRepository';
import { namespacePart } from '../lib/undo/namespace';
import { pipelineRolePart } from '../lib/undo/pipelineRole';
import { explainRemains, removeParts } from '../lib/undo/removeParts';
import { leftFields, thingFields } from '../lib/undo/schema';
import { removeRemembering } from '../lib/undo/removeRemembering';
import { taskMemory } from '../lib/undo/taskMemory';
import type { Part } from '../lib/undo/types';
import { examples } from './eksServiceUndo.examples';

const EKS_SERVICE_UNDO = 'aws:eks:service:undo';

const inputFields = {
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the catalog entity that the task made things for: `component:default/orders`',
      ),
  targets: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          clusterArn: zod.string().describe('ARN of the EKS cluster'),
          namespace: zod.string().min(1).describe('Namespace of the service'),
          environment: zod
            .string()
            .optional()
            .describe('Not used: lists of targets have it for other steps'),
        }),
      )
      .default([])
      .describe(
        'Namespaces that the task may have made, or put objects into; access entries, Pod Identity associations and Fargate profiles of their clusters are looked for, too, and Applications of Argo CD',
      ),
  imageRepository: (zod: typeof z) =>
    zod
      .object({
        name: zod.string().min(1).describe('Name with its namespaces'),
        accountId: zod
          .string()
          .regex(/^\d{12}$/, 'An AWS account id has 12 digits')
          .optional()
          .describe(
            'AWS account, 12 digits; that of the first target when left out',
          ),
        region: zod
          .string()
          .optional()
          .describe('AWS region; that of the first target when left out'),
      })
      .strict()
      .optional()
      .describe('ECR repository that the task may have made'),
  pipelineRole: (zod: typeof z) =>
    zod
      .object({
        name: zod.string().min(1).describe('Name without its path'),
        accountId: zod
          .string()
          .regex(/^\d{12}$/, 'An AWS account id has 12 digits')
          .optional()
          .describe(
            'AWS account, 12 digits; that of the first target when left out',
          ),
        region: zod
          .string()
          .optional()
          .describe(
            'Any AWS region of the account; that of the first target when left out',
          ),
      })
      .strict()
      .optional()
      .describe('IAM role that the task may have made for the pipeline'),
  repoUrl: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Git repository that the task may have published, as the repository picker writes it: `github.com?owner=acme&repo=orders`',
      ),
  namesFreeSince: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Output `namesFreeSince` of `aws:eks:service:preflight`: an empty git repository that was made later is taken for this task’s',
      ),
};

const outputFields = {
  removed: (zod: typeof z) =>
    zod
      .array(zod.object(thingFields))
      .describe('What was removed, or would be in a dry run, in that order'),
  left: (zod: typeof z) =>
    zod.array(zod.object(leftFields)).describe('What was found and left'),
};

type UndoInput = ParsedInput<typeof inputFields>;

/**
 * What {@link createEksServiceUndoAction} works with.
 *
 * @public
 */
export interface UndoServices {
  clusters: EksClusters;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  config: Config;
  /** The scaffolder's, where its tasks are. */
  database: DatabaseService;
}

interface UndoContext {
  entity: string;
  task: string;
  dryRun: boolean;
  /** Of a dry run: only looks what is there, and asks nobody whether it may go. */
  onlyLook: boolean;
  signal?: AbortSignal;
  credentials: BackstageCredentials;
  log(message: string): void;
}

/** A form or a step that was not run leaves an empty text. */
function entered(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function partsOf(
  input: UndoInput,
  { clusters, catalog, integrations, config }: UndoServices,
  context: UndoContext,
): Part[] {
  const { entity, task, dryRun, onlyLook, signal, credentials, log } = context;
  const scope = { entity, task };
  const problems: FieldProblem[] = [];
  const parts: Part[] = [];
  const repoUrl = entered(input.repoUrl);
  const since = entered(input.namesFreeSince);
  if (repoUrl) {
    parts.push(
      gitRepositoryPart({
        task,
        repoUrl,
        freeSince: since === undefined ? undefined : new Date(since),
        catalog,
        credentials,
        integrations,
        dryRun,
        signal,
      }),
    );
  }
  const allowList = readAllowList(config);
  const namespaceParts: Part[] = [];
  const inClusters = new Map<string, ReturnType<typeof clusterResourceParts>>();
  const places = input.targets.map(({ clusterArn, namespace }, index) => {
    const { cluster, problem } = readClusterArn(clusterArn, config);
    if (!cluster) {
      problems.push({
        field: `targets[${index}].clusterArn`,
        message: problem,
      });
      return undefined;
    }
    inClusters.set(
      clusterArn,
      clusterResourceParts({
        scope,
        api: openCluster(clusters.aws, cluster, signal),
        dryRun,
        log,
      }),
    );
    namespaceParts.push(
      namespacePart({
        scope,
        client: async () =>
          new KubernetesClient(await clusters.kubeConfig(clusterArn), signal),
        clusterName: cluster.name,
        namespace,
        allowList,
        dryRun,
        onlyLook,
        signal,
      }),
    );
    return cluster;
  });
  const aroundNamespaces = [...inClusters.values()];
  const settings = readArgoCdSettings(config);
  const withArgoCd = new Set(
    settings.central ? [settings.central.clusterArn] : inClusters.keys(),
  );
  parts.push(
    // While there is one, it puts back what goes.
    ...[...withArgoCd].map(clusterArn =>
      applicationsPart({
        scope,
        client: async () =>
          new KubernetesClient(await clusters.kubeConfig(clusterArn), signal),
        clusterName: parseClusterArn(clusterArn).name,
        namespace: settings.namespace,
        dryRun,
        onlyLook,
        signal,
      }),
    ),
    ...aroundNamespaces.flatMap(({ beforeNamespaces }) => beforeNamespaces),
    ...namespaceParts,
    ...aroundNamespaces.flatMap(({ afterNamespaces }) => afterNamespaces),
  );
  const placeOf = (
    field: string,
    given: { accountId?: string; region?: string },
  ) => {
    const accountId = given.accountId ?? places[0]?.accountId;
    const region = given.region ?? places[0]?.region;
    if (accountId && region) {
      return { accountId, region, signal };
    }
    if (problems.length === 0) {
      problems.push({
        field,
        message: 'give `accountId` and `region`, or a target to take them from',
      });
    }
    return undefined;
  };
  if (input.imageRepository) {
    const place = placeOf('imageRepository', input.imageRepository);
    if (place) {
      parts.push(
        imageRepositoryPart({
          scope,
          registry: openRegistry(clusters.aws, place),
          name: input.imageRepository.name,
          // What this task made holds nothing but what its own pipeline pushed.
          whenNotEmpty: 'delete',
          dryRun,
        }),
      );
    }
  }
  if (input.pipelineRole) {
    const place = placeOf('pipelineRole', input.pipelineRole);
    if (place) {
      // Made last, it goes first: nothing is pushed while the rest goes.
      parts.unshift(
        pipelineRolePart({
          scope,
          account: openIam(clusters.aws, place),
          name: input.pipelineRole.name,
          dryRun,
        }),
      );
    }
  }
  throwProblems(EKS_SERVICE_UNDO, problems);
  return parts;
}

/**
 * Removes what this very task made, by its ownership tags and labels, in the
 * reverse order of making; never anything else. See
 * `docs/actions/aws-eks-service-undo.md`.
 *
 * @public
 */
export function createEksServiceUndoAction(services: UndoServices) {
  const memory = taskMemory(services.config, services.database);
  return createTemplateAction({
    id: EKS_SERVICE_UNDO,
    description:
      'After a failed task removes what that task made, and lists what it left and why',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(EKS_SERVICE_UNDO, inputFields, ctx.input);
      const entity = readEntityRef(input.owner, 'component');
      const problems: FieldProblem[] = [];
      if (!entity) {
        problems.push({
          field: 'owner',
          message: explainEntityRef(input.owner, 'component:default/orders'),
        });
      }
      const since = entered(input.namesFreeSince);
      if (since !== undefined && Number.isNaN(Date.parse(since))) {
        problems.push({
          field: 'namesFreeSince',
          message: `\`${since}\` is no time such as \`2026-11-23T10:00:00Z\``,
        });
      }
      throwProblems(EKS_SERVICE_UNDO, problems);

      const dryRun = ctx.isDryRun ?? false;
      const credentials = await ctx.getInitiatorCredentials();
      const remove = (trial: boolean) => {
        const log = (message: string) => {
          if (trial === dryRun) {
            ctx.logger.info(message);
          }
        };
        const options = { dryRun: trial, signal: ctx.signal, log };
        const parts = partsOf(input, services, {
          entity: entity ?? input.owner,
          task: ctx.task.id,
          credentials,
          onlyLook: trial !== dryRun,
          ...options,
        });
        return removeParts(parts, options);
      };

      /** What is taken back is; that the task cannot be retried is a lesser evil. */
      const forget = async (work: () => Promise<void>) => {
        if (dryRun) {
          return;
        }
        try {
          await work();
        } catch (error) {
          ctx.logger.warn(
            `The scaffolder could not be told to begin anew when this task is retried; start a new one instead: ${error}`,
          );
        }
      };
      const { removed, left } = dryRun
        ? await remove(true)
        : await removeRemembering(ctx, {
            key: `service.undo.${entity}`,
            plan: async () => (await remove(true)).removed,
            remove: async () => {
              // From here on nothing is as the completed steps left it.
              await forget(() => memory.forgetSteps(ctx.task.id));
              return await remove(false);
            },
          });

      ctx.output('removed', removed);
      ctx.output('left', left);
      const remains = explainRemains(left);
      if (remains) {
        await forget(() => memory.forgetSteps(ctx.task.id));
        throw new Error(`${EKS_SERVICE_UNDO}: ${remains}`);
      }
      const summary =
        removed.length === 0
          ? 'This task made nothing that has to go'
          : 'Nothing is left of what this task made';
      ctx.logger.info(summary);
      await forget(() => memory.forgetAll(ctx.task.id));
      if (memory.skipsCompletedSteps && !dryRun) {
        // Otherwise the scaffolder would save all steps as completed again,
        // this one among them, and skip them when the task is retried.
        throw new Error(
          `${summary}. This step ends as failed, so that every step runs when the task is retried`,
        );
      }
    },
  });
}
