/** AWS permissions that the portal needs for one service. */
export interface NeededPermissions {
  /** Without which the service cannot be made. */
  make: string[];
  /** Without which a failed task cannot be taken back. */
  takeBack: string[];
}

/**
 * What the actions of the template `eks-service` do to its image repository.
 * Each permission is one of the policies in `docs/iam-policies/actions`.
 */
export const repositoryPermissions: NeededPermissions = {
  make: [
    'ecr:CreateRepository',
    'ecr:DescribeRepositories',
    'ecr:GetLifecyclePolicy',
    'ecr:ListTagsForResource',
    'ecr:PutLifecyclePolicy',
    'ecr:TagResource',
  ],
  takeBack: ['ecr:DeleteRepository'],
};

/** The same, to the role of its pipeline. */
export const rolePermissions: NeededPermissions = {
  make: [
    'iam:CreateRole',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
    'iam:PutRolePolicy',
    'iam:TagRole',
  ],
  takeBack: ['iam:DeleteRole', 'iam:DeleteRolePolicy'],
};

/** What `kubernetes:apply` makes in a cluster for the template `eks-service`. */
export const clusterParts = [
  { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces' },
  {
    group: '',
    version: 'v1',
    kind: 'ResourceQuota',
    resource: 'resourcequotas',
  },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    resource: 'networkpolicies',
  },
] as const;

/** Verbs of server-side apply, and of taking back what it made. */
export const clusterVerbs = {
  // Applying what is not there asks for `create` beside `patch`.
  make: ['get', 'create', 'patch'],
  takeBack: ['delete'],
} as const;

/** What one pod of the template asks for, by its runtime: cores, bytes. */
export function podRequests(runtime: string): Record<string, number> {
  // A Java virtual machine takes more: `cpu` and `memory` in template.yaml.
  const [cpu, memory] =
    runtime === 'java' ? [0.5, 512 * 2 ** 20] : [0.25, 256 * 2 ** 20];
  return {
    pods: 1,
    cpu,
    'requests.cpu': cpu,
    memory,
    'requests.memory': memory,
    'limits.memory': memory,
  };
}
