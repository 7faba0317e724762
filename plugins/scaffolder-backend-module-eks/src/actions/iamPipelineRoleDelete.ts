import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import {
  explainEntityRef,
  explainRegion,
  explainRoleName,
  openIam,
  readEntityRef,
} from '@slipway/backstage-plugin-eks-node/resources';
import { deleteRole, type DeleteRoleResult } from '../lib/iam/deleteRole';
import { type FieldProblem, parseInput, throwProblems } from '../lib/input';
import { examples } from './iamPipelineRoleDelete.examples';

const IAM_PIPELINE_ROLE_DELETE = 'aws:iam:pipeline-role:delete';

const inputFields = {
  name: (zod: typeof z) =>
    zod
      .string()
      .describe('Name of the role without its path: `orders-pipeline`'),
  accountId: (zod: typeof z) =>
    zod
      .string()
      .regex(/^\d{12}$/, 'An AWS account id has 12 digits')
      .describe('AWS account of the role: 12 digits'),
  region: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Any AWS region of the account, e.g. `eu-west-1`: IAM is one for all regions of a partition',
      ),
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the catalog entity that the role has to belong to: `component:default/orders`. A role of another entity, or of none, stays',
      ),
};

const outputFields = {
  roleName: (zod: typeof z) => zod.string().describe('Name of the role'),
  roleArn: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('ARN that it had; left out when there was none'),
  deleted: (zod: typeof z) =>
    zod
      .boolean()
      .describe(
        'Whether this task removed it; false when there was none. In a dry run: whether it would',
      ),
};

/**
 * Removes the role of a pipeline that belongs to an entity, with the inline
 * policy that the portal wrote. One that is not there is no error. See
 * `docs/actions/aws-iam-pipeline-role-delete.md`.
 *
 * @public
 */
export function createIamPipelineRoleDeleteAction(options: {
  clients: AwsClients;
}) {
  const { clients } = options;
  return createTemplateAction({
    id: IAM_PIPELINE_ROLE_DELETE,
    description:
      "Removes the IAM role of a pipeline that belongs to an entity; never one that does not, or that has somebody else's policies",
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(
        IAM_PIPELINE_ROLE_DELETE,
        inputFields,
        ctx.input,
      );
      const { name, accountId, region } = input;
      const entity = readEntityRef(input.owner, 'component');
      throwProblems(
        IAM_PIPELINE_ROLE_DELETE,
        Object.entries({
          name: explainRoleName(name),
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
        deleteRole({
          account: openIam(clients, { accountId, region, signal: ctx.signal }),
          name,
          entity: entity ?? input.owner,
          dryRun: trial,
          log: message => {
            if (trial === dryRun) {
              ctx.logger.info(message);
            }
          },
        });

      // What there is to remove is kept before it goes: a run that is
      // interrupted may have removed it and not have heard of it.
      let before: DeleteRoleResult = { deleted: false };
      if (!dryRun) {
        before = await ctx.checkpoint<DeleteRoleResult>({
          key: `iam.role.delete.${accountId}.${name}`,
          fn: () => remove(true),
        });
      }
      const now = await remove(dryRun);

      ctx.output('roleName', name);
      const arn = now.arn ?? before.arn;
      if (arn !== undefined) {
        ctx.output('roleArn', arn);
      }
      ctx.output('deleted', before.deleted || now.deleted);
    },
  });
}
