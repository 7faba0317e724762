import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import {
  deleteRepository,
  type DeleteRepositoryResult,
} from '../lib/ecr/deleteRepository';
import {
  explainEntityRef,
  explainRegion,
  explainRepositoryName,
  openRegistry,
  readEntityRef,
  repositoryAddress,
} from '@slipway/backstage-plugin-eks-node/resources';
import { type FieldProblem, parseInput, throwProblems } from '../lib/input';
import { examples } from './ecrRepositoryDelete.examples';

const ECR_REPOSITORY_DELETE = 'aws:ecr:repository:delete';

const inputFields = {
  name: (zod: typeof z) =>
    zod.string().describe('Name of the repository with its namespaces'),
  accountId: (zod: typeof z) =>
    zod
      .string()
      .regex(/^\d{12}$/, 'An AWS account id has 12 digits')
      .describe('AWS account that holds the registry: 12 digits'),
  region: (zod: typeof z) =>
    zod.string().describe('AWS region of the registry, e.g. `eu-west-1`'),
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the catalog entity that the repository has to belong to: `component:default/orders`. A repository of another entity, or of none, stays',
      ),
  whenNotEmpty: (zod: typeof z) =>
    zod
      .enum(['fail', 'delete'])
      .default('fail')
      .describe(
        'What to do when it holds images: fail and say how many, or remove them with it',
      ),
};

const outputFields = {
  name: (zod: typeof z) => zod.string().describe('Name of the repository'),
  arn: (zod: typeof z) => zod.string().describe('ARN that it had'),
  deleted: (zod: typeof z) =>
    zod
      .boolean()
      .describe(
        'Whether this task removed it; false when there was none. In a dry run: whether it would',
      ),
  images: (zod: typeof z) =>
    zod.number().describe('How many images went with it'),
};

/**
 * Removes an ECR repository that belongs to an entity. One that is not there
 * is no error. See `docs/actions/aws-ecr-repository-delete.md`.
 *
 * @public
 */
export function createEcrRepositoryDeleteAction(options: {
  clients: AwsClients;
}) {
  const { clients } = options;
  return createTemplateAction({
    id: ECR_REPOSITORY_DELETE,
    description:
      'Removes a private ECR repository that belongs to an entity; never one that does not',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(ECR_REPOSITORY_DELETE, inputFields, ctx.input);
      const { name, accountId, region, whenNotEmpty } = input;
      const entity = readEntityRef(input.owner, 'component');
      throwProblems(
        ECR_REPOSITORY_DELETE,
        Object.entries({
          name: explainRepositoryName(name),
          region: explainRegion(region),
          owner: entity
            ? undefined
            : explainEntityRef(input.owner, 'component:default/orders'),
        }).flatMap(([field, message]): FieldProblem[] =>
          message === undefined ? [] : [{ field, message }],
        ),
      );
      const dryRun = ctx.isDryRun ?? false;
      const remove = (trial: boolean) =>
        deleteRepository({
          registry: openRegistry(clients, {
            accountId,
            region,
            signal: ctx.signal,
          }),
          name,
          entity: entity ?? input.owner,
          whenNotEmpty,
          dryRun: trial,
          log: message => {
            if (trial === dryRun) {
              ctx.logger.info(message);
            }
          },
        });

      // What there is to remove is kept before it goes: a run that is
      // interrupted may have removed it and not have heard of it.
      let before: DeleteRepositoryResult = { deleted: false, images: 0 };
      if (!dryRun) {
        before = await ctx.checkpoint<DeleteRepositoryResult>({
          key: `ecr.repository.delete.${accountId}.${region}.${name}`,
          fn: () => remove(true),
        });
      }
      const now = await remove(dryRun);

      ctx.output('name', name);
      ctx.output('arn', repositoryAddress({ name, accountId, region }).arn);
      ctx.output('deleted', before.deleted || now.deleted);
      ctx.output('images', Math.max(before.images, now.images));
    },
  });
}
