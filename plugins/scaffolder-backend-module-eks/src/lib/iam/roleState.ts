import {
  GetRolePolicyCommand,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import {
  callIam,
  decodeDocument,
  describeRole,
  type IamAccount,
  type RoleDescription,
  roleNamed,
} from '@slipway/backstage-plugin-eks-node/resources';
import { INLINE_POLICY } from './permissions';

/** A role with what hangs on it. */
export interface RoleState extends RoleDescription {
  /** The inline policy that the portal writes, JSON; undefined without one. */
  permissions?: string;
  /** Names of inline policies and ARNs of managed ones that others put there. */
  foreignPolicies: string[];
}

async function inlinePolicies(
  account: IamAccount,
  name: string,
): Promise<string[]> {
  return await callIam(
    account,
    'iam:ListRolePolicies',
    roleNamed(name),
    async options => {
      const names: string[] = [];
      for await (const page of paginateListRolePolicies(
        { client: account.client },
        { RoleName: name },
        options,
      )) {
        names.push(...(page.PolicyNames ?? []));
      }
      return names;
    },
  );
}

async function attachedPolicies(
  account: IamAccount,
  name: string,
): Promise<string[]> {
  return await callIam(
    account,
    'iam:ListAttachedRolePolicies',
    roleNamed(name),
    async options => {
      const arns: string[] = [];
      for await (const page of paginateListAttachedRolePolicies(
        { client: account.client },
        { RoleName: name },
        options,
      )) {
        arns.push(
          ...(page.AttachedPolicies ?? []).map(
            policy => policy.PolicyArn ?? '',
          ),
        );
      }
      return arns;
    },
  );
}

/** Whether the portal's own policy is there, and what else hangs on a role. */
export async function listPolicies(
  account: IamAccount,
  name: string,
): Promise<{ ours: boolean; foreignPolicies: string[] }> {
  const [inline, attached] = await Promise.all([
    inlinePolicies(account, name),
    attachedPolicies(account, name),
  ]);
  return {
    ours: inline.includes(INLINE_POLICY),
    foreignPolicies: [
      ...inline.filter(policy => policy !== INLINE_POLICY),
      ...attached,
    ],
  };
}

async function readPermissions(
  account: IamAccount,
  name: string,
): Promise<string | undefined> {
  return await callIam(
    account,
    'iam:GetRolePolicy',
    roleNamed(name),
    async options => {
      try {
        const answer = await account.client.send(
          new GetRolePolicyCommand({
            RoleName: name,
            PolicyName: INLINE_POLICY,
          }),
          options,
        );
        return decodeDocument(answer.PolicyDocument);
      } catch (error) {
        if (error instanceof NoSuchEntityException) {
          return undefined;
        }
        throw error;
      }
    },
  );
}

/** Reads a role and its policies; undefined when it is not there. */
export async function readRole(
  account: IamAccount,
  name: string,
): Promise<RoleState | undefined> {
  const role = await describeRole(account, name);
  if (!role) {
    return undefined;
  }
  const { ours, foreignPolicies } = await listPolicies(account, name);
  return {
    ...role,
    foreignPolicies,
    permissions: ours ? await readPermissions(account, name) : undefined,
  };
}
