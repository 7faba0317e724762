import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ConflictError } from '@backstage/errors';
import {
  callIam,
  describeRole,
  type IamAccount,
  ownershipFromTags,
  ownershipTags,
  roleNamed,
} from '@slipway/backstage-plugin-eks-node/resources';
import { removeUnlessGone } from '../removeUnlessGone';
import { INLINE_POLICY } from './permissions';
import { listPolicies } from './roleState';

/** Which role is to go, and on whose behalf. */
export interface DeleteRoleOptions {
  account: IamAccount;
  name: string;
  /** Full reference of the entity that it has to belong to. */
  entity: string;
  /** The task that has to have made it; any when left out. */
  task?: string;
  dryRun: boolean;
  log(message: string): void;
}

/** What came of it. */
export type DeleteRoleResult = {
  /** Whether it was there, and is not any longer (in a dry run: would not be). */
  deleted: boolean;
  /** ARN that it had, where it was there. */
  arn?: string;
};

/**
 * Removes a role that belongs to the entity, with the policy that the portal
 * wrote. May be repeated: one that is not there is no error.
 *
 * @throws ConflictError when it belongs to somebody else, to nobody, to another
 * task, or has policies that somebody else gave it
 */
export async function deleteRole(
  options: DeleteRoleOptions,
): Promise<DeleteRoleResult> {
  const { account, name, entity, task, dryRun, log } = options;
  const where = `role \`${name}\` in account ${account.accountId}`;
  const found = await describeRole(account, name);
  if (!found) {
    log(`There is no ${where}`);
    return { deleted: false };
  }
  const owner = ownershipFromTags(found.tags, entity);
  if (owner.state === 'other') {
    throw new ConflictError(
      `${where} belongs to ${owner.entity} (tag ${ownershipTags.entity}), not to ${entity}, and stays`,
    );
  }
  if (owner.state === 'unowned') {
    throw new ConflictError(
      `${where} belongs to no entity (it has no tag ${ownershipTags.entity}), and stays; remove it by hand if it is not needed`,
    );
  }
  if (task !== undefined && owner.task !== task) {
    throw new ConflictError(`${where} was there before this task, and stays`);
  }
  const { ours, foreignPolicies } = await listPolicies(account, name);
  if (foreignPolicies.length > 0) {
    throw new ConflictError(
      `${where} has policies that somebody else gave it, and stays: ${foreignPolicies.join(
        ', ',
      )}; detach or delete them first`,
    );
  }
  if (!dryRun) {
    if (ours) {
      await send(options, 'iam:DeleteRolePolicy', cancel =>
        account.client.send(
          new DeleteRolePolicyCommand({
            RoleName: name,
            PolicyName: INLINE_POLICY,
          }),
          cancel,
        ),
      );
    }
    await send(options, 'iam:DeleteRole', cancel =>
      account.client.send(new DeleteRoleCommand({ RoleName: name }), cancel),
    );
    log(`Removed ${where}`);
  }
  return { deleted: true, arn: found.arn };
}

async function send(
  { account, name }: DeleteRoleOptions,
  action: string,
  call: (cancel: { abortSignal?: AbortSignal }) => Promise<unknown>,
): Promise<void> {
  await removeUnlessGone(
    () => callIam(account, action, roleNamed(name), call),
    () => describeRole(account, name),
  );
}
