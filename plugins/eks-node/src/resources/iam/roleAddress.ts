import type { Partition } from '@slipway/backstage-plugin-eks-common';

/**
 * Where a role is, computed without asking AWS.
 *
 * @public
 */
export interface RoleAddress {
  arn: string;
  /** Page in the AWS console. */
  consoleUrl: string;
}

const consoles: Record<Partition, string> = {
  aws: 'https://us-east-1.console.aws.amazon.com',
  'aws-cn': 'https://console.amazonaws.cn',
  'aws-us-gov': 'https://console.amazonaws-us-gov.com',
};

/**
 * Says why IAM would refuse a role's name, or nothing if it would not.
 *
 * @public
 */
export function explainRoleName(name: string): string | undefined {
  return /^[\w+=,.@-]{1,64}$/.test(name)
    ? undefined
    : `\`${name}\` is no name of a role that IAM takes: 1 to 64 letters, digits and characters of \`_+=,.@-\``;
}

/**
 * Computes what IAM would answer for a role, so that a dry run can say it.
 *
 * @public
 */
export function roleAddress(role: {
  name: string;
  accountId: string;
  partition: Partition;
  /** With a slash at both ends. */
  path: string;
}): RoleAddress {
  const { name, accountId, partition, path } = role;
  return {
    arn: `arn:${partition}:iam::${accountId}:role${path}${name}`,
    consoleUrl: `${
      consoles[partition]
    }/iam/home#/roles/details/${encodeURIComponent(name)}`,
  };
}

/**
 * The parts of a role's ARN; undefined when it is none.
 *
 * @public
 */
export function parseRoleArn(
  arn: string,
): { partition: string; accountId: string; name: string } | undefined {
  const [, partition, accountId, name] =
    /^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):role\/(?:[\x21-\x7e]*\/)?([\w+=,.@-]{1,64})$/.exec(
      arn,
    ) ?? [];
  return partition === undefined ? undefined : { partition, accountId, name };
}
