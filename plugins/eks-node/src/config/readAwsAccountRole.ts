import type { Config } from '@backstage/config';

/**
 * The role that the portal takes in an account.
 *
 * @public
 */
export interface AwsAccountRole {
  arn: string;
  externalId?: string;
}

/**
 * The role that `aws.accounts`, or else `aws.accountDefaults`, names for an
 * account; undefined where the portal acts there without taking a role.
 *
 * The credentials themselves come from `@backstage/integration-aws-node`,
 * which keeps what it read of the configuration to itself.
 *
 * @public
 */
export function readAwsAccountRole(
  config: Config,
  accountId: string,
): AwsAccountRole | undefined {
  const account =
    config
      .getOptionalConfigArray('aws.accounts')
      ?.find(entry => entry.getOptionalString('accountId') === accountId) ??
    config.getOptionalConfig('aws.accountDefaults');
  const roleName = account?.getOptionalString('roleName');
  if (!account || !roleName) {
    return undefined;
  }
  const partition = account.getOptionalString('partition') ?? 'aws';
  const externalId = account.getOptionalString('externalId');
  return {
    arn: `arn:${partition}:iam::${accountId}:role/${roleName}`,
    ...(externalId !== undefined && { externalId }),
  };
}
