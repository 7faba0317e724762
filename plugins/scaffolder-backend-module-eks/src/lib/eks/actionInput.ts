import type { Config } from '@backstage/config';
import type { ResourceArn } from '@slipway/backstage-plugin-eks-common';
import {
  explainEntityRef,
  readClusterArn,
  readEntityRef,
} from '@slipway/backstage-plugin-eks-node/resources';
import { z } from 'zod/v3';
import { changesSchema, driftSchema } from '../changes';
import { type FieldProblem, throwProblems } from '../input';
import { checkTags } from '../tags';

/** Fields of the input that every action on a part of a cluster has. */
export const clusterPartFields = {
  clusterArn: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'ARN of the EKS cluster, e.g. `arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu`',
      ),
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the catalog entity that it belongs to, usually the service: `component:default/orders`. Written to the tag `slipway:entity`; one of another entity is refused',
      ),
  tags: (zod: typeof z) =>
    zod
      .record(zod.string())
      .default({})
      .describe(
        'Further tags, at most 47; tags that are there and not named here stay',
      ),
  onExisting: (zod: typeof z) =>
    zod
      .enum(['adopt', 'fail'])
      .default('fail')
      .describe(
        'What to do with one that exists and belongs to no entity. One that belongs to `owner` is always taken, one that belongs to another never',
      ),
  converge: (zod: typeof z) =>
    zod
      .boolean()
      .default(false)
      .describe(
        'Whether to change what differs in one that was there; otherwise it is only reported in `drift`',
      ),
};

/** Fields of the output that every action which ensures something has. */
export const ensureOutputFields = {
  created: (zod: typeof z) =>
    zod.boolean().describe('Whether this task made it'),
  changes: (zod: typeof z) =>
    changesSchema(zod, 'The resource, or a field of the input'),
  drift: (zod: typeof z) => driftSchema(zod),
};

/**
 * Reads those fields.
 *
 * @param problems - what the action found wrong with its own fields
 * @throws InputError that names every field that is wrong
 */
export function readClusterPart(
  actionId: string,
  input: { clusterArn: string; owner: string; tags: Record<string, string> },
  config: Config,
  problems: FieldProblem[],
): { cluster: ResourceArn; entity: string } {
  const { cluster, problem } = readClusterArn(input.clusterArn, config);
  const entity = readEntityRef(input.owner, 'component');
  throwProblems(actionId, [
    ...(cluster ? [] : [{ field: 'clusterArn', message: problem ?? '' }]),
    ...(entity
      ? []
      : [
          {
            field: 'owner',
            message: explainEntityRef(input.owner, 'component:default/orders'),
          },
        ]),
    ...problems,
    ...checkTags(input.tags),
  ]);
  if (!cluster || !entity) {
    throw new Error('a problem that was found was not reported');
  }
  return { cluster, entity };
}

const rolePattern = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

/** Says why something is no ARN of a role, or nothing. */
export function explainRoleArn(arn: string): string | undefined {
  return rolePattern.test(arn)
    ? undefined
    : `\`${arn}\` is no ARN of a role; write it as \`arn:aws:iam::111122223333:role/orders\``;
}
