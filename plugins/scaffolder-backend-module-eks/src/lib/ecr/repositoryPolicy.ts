import {
  type Partition,
  partitionOfRegion,
} from '@slipway/backstage-plugin-eks-common';
import { parseRoleArn } from '@slipway/backstage-plugin-eks-node/resources';
import type { FieldProblem } from '../input';

/** Who else may use a repository, in the forms that most need. */
export interface RepositoryAccess {
  /** Accounts whose identities may pull, as far as their own policies let them: 12 digits each. */
  pullAccounts: string[];
  /** Ids of AWS organizations, any account of which may pull: `o-a1b2c3d4e5`. */
  pullOrganizations: string[];
  /** ARNs of the roles that may push, and pull. */
  pushRoles: string[];
}

/** What pulling an image needs, apart from the token of the registry. */
const pullActions = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
];

/** What pushing needs; it looks first at which layers are there already. */
const pushActions = [
  ...pullActions,
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

/**
 * Writes who may pull and push as ECR's repository policy. The registry's own
 * account needs none: its identities go by their own policies.
 *
 * @param partition - partition of the registry, which its callers share
 * @returns undefined when nobody is named
 */
export function repositoryPolicyText(
  access: RepositoryAccess,
  partition: Partition,
): string | undefined {
  const { pullAccounts, pullOrganizations, pushRoles } = access;
  const statements: object[] = [];
  if (pullAccounts.length > 0) {
    statements.push({
      Sid: 'PullByAccounts',
      Effect: 'Allow',
      Principal: {
        AWS: pullAccounts.map(id => `arn:${partition}:iam::${id}:root`),
      },
      Action: pullActions,
    });
  }
  if (pullOrganizations.length > 0) {
    statements.push({
      Sid: 'PullByOrganizations',
      Effect: 'Allow',
      Principal: '*',
      Action: pullActions,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': pullOrganizations } },
    });
  }
  if (pushRoles.length > 0) {
    statements.push({
      Sid: 'PushByRoles',
      Effect: 'Allow',
      Principal: { AWS: pushRoles },
      Action: pushActions,
    });
  }
  return statements.length === 0
    ? undefined
    : JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Says what is wrong with who may pull and push, before ECR would. */
export function checkRepositoryAccess(
  access: RepositoryAccess,
  region: string,
): FieldProblem[] {
  const partition = partitionOfRegion(region);
  const each = (
    field: keyof RepositoryAccess,
    explain: (value: string) => string | undefined,
  ) =>
    access[field].flatMap((value, index): FieldProblem[] => {
      const message =
        access[field].indexOf(value) < index
          ? `\`${value}\` is named twice`
          : explain(value);
      return message ? [{ field: `access.${field}[${index}]`, message }] : [];
    });
  return [
    ...each('pullAccounts', id =>
      /^\d{12}$/.test(id)
        ? undefined
        : `\`${id}\` is no AWS account id: it has 12 digits, in quotes`,
    ),
    ...each('pullOrganizations', id =>
      /^o-[a-z0-9]{10,32}$/.test(id)
        ? undefined
        : `\`${id}\` is no id of an AWS organization; write it as \`o-a1b2c3d4e5\``,
    ),
    ...each('pushRoles', arn => explainRole(arn, partition)),
  ];
}

function explainRole(arn: string, partition: Partition): string | undefined {
  if (/:assumed-role\//.test(arn)) {
    return `\`${arn}\` is a session of a role; name the role itself, \`arn:${partition}:iam::<account>:role/<path and name>\``;
  }
  const role = parseRoleArn(arn);
  if (!role || arn.includes('*')) {
    return `\`${arn}\` is no ARN of a role; write it as \`arn:${partition}:iam::111122223333:role/path/name\``;
  }
  return explainPartition(role.partition, partition);
}

/** Says why somebody of one partition cannot be let in in another, or nothing. */
export function explainPartition(
  found: string,
  expected: Partition,
): string | undefined {
  return found === expected
    ? undefined
    : `the registry is in the partition \`${expected}\`, and nobody of \`${found}\` can be let in there`;
}
