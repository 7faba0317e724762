import { GetRoleCommand, NoSuchEntityException } from '@aws-sdk/client-iam';
import { callIam, type IamAccount } from './account';

/**
 * What IAM says of a role itself.
 *
 * @public
 */
export interface RoleDescription {
  arn: string;
  path: string;
  /** Trust policy, JSON. */
  trust: string;
  /** ARN */
  boundary?: string;
  tags: Record<string, string>;
}

/**
 * How errors speak of a role.
 *
 * @public
 */
export const roleNamed = (name: string) => `role \`${name}\``;

/**
 * Policy documents come percent-encoded.
 *
 * @public
 */
export function decodeDocument(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    return text ?? '';
  }
}

/**
 * The role itself; undefined when it is not there.
 *
 * @public
 */
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
