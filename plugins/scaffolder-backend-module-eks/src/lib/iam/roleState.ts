import {
  GetRoleCommand,
  GetRolePolicyCommand,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { callIam, type IamAccount } from './account';
import { INLINE_POLICY } from './permissions';

/** What IAM says of a role itself. */
export interface RoleDescription {
  arn: string;
  path: string;
  /** Trust policy, JSON. */
  trust: string;
  /** ARN */
  boundary?: string;
  tags: Record<string, string>;
}

/** A role with what hangs on it. */
export interface RoleState extends RoleDescription {
  /** The inline policy that the portal writes, JSON; undefined without one. */
  permissions?: string;
  /** Names of inline policies and ARNs of managed ones that others put there. */
  foreignPolicies: string[];
}

/** How errors speak of a role. */
export const roleNamed = (name: string) => `role \`${name}\``;

/** Policy documents come percent-encoded. */
function decodeDocument(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    return text ?? '';
  }
}

/** The role itself; undefined when it is not there. */
export async function describeRole(
  account: IamAccount,
  name: string,
): Promise<RoleDescription | undefined> {
  const role = await callIam(
    account,
    'iam:GetRole',
    roleNamed(name),
    async options => {
      try {
        const answer = await account.client.send(
          new GetRoleCommand({ RoleName: name }),
          options,
        );
        return answer.Role;
      } catch (error) {
        if (error instanceof NoSuchEntityException) {
          return undefined;
        }
        throw error;
      }
    },
  );
  return (
    role && {
      arn: role.Arn ?? '',
      path: role.Path ?? '/',
      trust: decodeDocument(role.AssumeRolePolicyDocument),
      boundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: Object.fromEntries(
        (role.Tags ?? []).map(tag => [tag.Key ?? '', tag.Value ?? '']),
      ),
    }
  );
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
