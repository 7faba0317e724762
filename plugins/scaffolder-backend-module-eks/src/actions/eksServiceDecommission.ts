import type {
  AuthService,
  BackstageCredentials,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { ConflictError, NotFoundError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import {
  explainEntityRef,
  readEntityRef,
} from '@slipway/backstage-plugin-eks-node/resources';
import {
  type FieldProblem,
  inputError,
  type ParsedInput,
  parseInput,
  throwProblems,
} from '../lib/input';
import { requireOwner } from '../lib/requireOwner';
import { leftFields, thingFields } from '../lib/undo/schema';
import {
  removeService,
  type RemoveServiceOptions,
} from '../lib/undo/removeService';
import { explainRemains, nameOf } from '../lib/undo/removeParts';
import { removeRemembering } from '../lib/undo/removeRemembering';
import type { Outcome, Thing } from '../lib/undo/types';
import { examples } from './eksServiceDecommission.examples';

const EKS_SERVICE_DECOMMISSION = 'aws:eks:service:decommission';

const inputFields = {
  entityRef: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the service in the catalog: `component:default/orders`',
      ),
  confirm: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Name of the service, typed by the person who wants it gone; needed except in a dry run',
      ),
  whenNotEmpty: (zod: typeof z) =>
    zod
      .enum(['fail', 'delete'])
      .default('fail')
      .describe(
        'What to do when the image repository holds images: `fail` before anything is removed, or `delete` them with it',
      ),
  archiveRepository: (zod: typeof z) =>
    zod
      .boolean()
      .default(false)
      .describe(
        'Whether the git repository is archived, which stops its pipeline; it is never deleted',
      ),
  pipelineRole: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Name of the IAM role of its pipeline, in the account of its image repository; the service’s name and `-pipeline` when left out',
      ),
};

const outputFields = {
  removed: (zod: typeof z) =>
    zod
      .array(zod.object(thingFields))
      .describe('What was removed, or would be in a dry run, in that order'),
  archived: (zod: typeof z) =>
    zod
      .array(zod.object(thingFields))
      .describe('What was made read-only, or would be in a dry run'),
  left: (zod: typeof z) =>
    zod
      .array(zod.object(leftFields))
      .describe('What was found and left, or would be in a dry run'),
};

type DecommissionInput = ParsedInput<typeof inputFields>;

/**
 * What {@link createEksServiceDecommissionAction} works with.
 *
 * @public
 */
export interface DecommissionServices {
  clusters: EksClusters;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  config: Config;
  auth: AuthService;
  userInfo: UserInfoService;
}

function readInput(input: unknown, dryRun: boolean) {
  const parsed = parseInput(EKS_SERVICE_DECOMMISSION, inputFields, input);
  const ref = readEntityRef(parsed.entityRef, 'component');
  const problems: FieldProblem[] = [];
  if (!ref) {
    problems.push({
      field: 'entityRef',
      message: explainEntityRef(parsed.entityRef, 'component:default/orders'),
    });
  }
  if (!parsed.confirm && !dryRun) {
    problems.push({
      field: 'confirm',
      message: 'type the name of the service that is to go',
    });
  }
  throwProblems(EKS_SERVICE_DECOMMISSION, problems);
  return { ...parsed, ref: ref ?? parsed.entityRef };
}

/** The entity, when the caller owns it and typed its name; undefined when it is gone. */
async function readEntity(
  { ref, confirm }: DecommissionInput & { ref: string },
  { catalog, auth, userInfo }: DecommissionServices,
  credentials: BackstageCredentials,
): Promise<Entity | undefined> {
  const entity = await catalog.getEntityByRef(ref, { credentials });
  if (!entity) {
    return undefined;
  }
  await requireOwner(entity, credentials, { auth, userInfo }, 'remove');
  const { name } = entity.metadata;
  if (confirm && confirm !== name) {
    throw inputError(EKS_SERVICE_DECOMMISSION, [
      { field: 'confirm', message: `type \`${name}\` to remove ${ref}` },
    ]);
  }
  return entity;
}

/**
 * Removes a service wholly, whichever tasks made it: what carries its entity's
 * ownership, and its catalog entry. Only an owner of the entity may. See
 * `docs/actions/aws-eks-service-decommission.md`.
 *
 * @public
 */
export function createEksServiceDecommissionAction(
  services: DecommissionServices,
) {
  return createTemplateAction({
    id: EKS_SERVICE_DECOMMISSION,
    description:
      'Removes a service for good: its pipeline’s role, objects in clusters, image repository and catalog entry',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const dryRun = ctx.isDryRun ?? false;
      const input = readInput(ctx.input, dryRun);
      const { ref, whenNotEmpty, pipelineRole } = input;
      const credentials = await ctx.getInitiatorCredentials();
      const entity = await readEntity(input, services, credentials);
      const missing = () =>
        new NotFoundError(
          `the catalog has no ${ref}, or you may not see it; it says where a service's things are, so remove by hand what is left of it`,
        );
      const remove = async (options: Partial<RemoveServiceOptions>) => {
        if (!entity) {
          throw missing();
        }
        return await removeService({
          ...services,
          entity,
          entityRef: ref,
          credentials,
          archive: input.archiveRepository,
          pipelineRole: pipelineRole || `${entity.metadata.name}-pipeline`,
          whenNotEmpty,
          signal: ctx.signal,
          dryRun: true,
          log: message => ctx.logger.info(message),
          ...options,
        });
      };
      const output = (things: Thing[], left: Outcome['left']) => {
        const shown = things.map(({ archived, ...thing }) => thing);
        ctx.output(
          'removed',
          shown.filter((_, index) => !things[index].archived),
        );
        ctx.output(
          'archived',
          shown.filter((_, index) => things[index].archived),
        );
        ctx.output('left', left);
      };

      if (dryRun) {
        const { removed, left } = await remove({});
        output(removed, left);
        return;
      }
      const { removed, left } = await removeRemembering(ctx, {
        key: `service.decommission.${ref}`,
        plan: async () => {
          const trial = await remove({
            whenNotEmpty: 'delete',
            onlyLook: true,
            log: () => {},
          });
          const full = trial.removed.find(
            ({ kind, detail }) => kind === 'image repository' && detail,
          );
          if (full && whenNotEmpty === 'fail') {
            throw new ConflictError(
              `nothing was removed, as ${nameOf(full)} would go ${full.detail}; set \`whenNotEmpty: delete\` to remove it with them, or delete them first`,
            );
          }
          return trial.removed;
        },
        // The catalog entry goes last: without it, an earlier run was through.
        remove: async () =>
          entity ? await remove({ dryRun: false }) : { removed: [], left: [] },
      });
      output(removed, left);
      const remains = explainRemains(left);
      if (remains) {
        throw new Error(
          `${EKS_SERVICE_DECOMMISSION}: ${remains}\nRun the template again when this is solved.`,
        );
      }
      ctx.logger.info(`${ref} is gone`);
    },
  });
}
