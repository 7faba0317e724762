import type { IamAccount } from '@slipway/backstage-plugin-eks-node/resources';
import { deleteRole } from '../iam/deleteRole';
import { nothing, removed, type Part, type Scope } from './types';

/** The role of the pipeline, with the policy that the portal wrote. */
export function pipelineRolePart(options: {
  scope: Scope;
  account: IamAccount;
  name: string;
  dryRun: boolean;
}): Part {
  const { scope, account, name, dryRun } = options;
  const thing = {
    kind: 'role',
    name,
    where: `account ${account.accountId}`,
  };
  return {
    thing,
    async remove() {
      const { deleted } = await deleteRole({
        account,
        name,
        ...scope,
        dryRun,
        log: () => {},
      });
      return deleted ? removed(thing) : nothing;
    },
  };
}
