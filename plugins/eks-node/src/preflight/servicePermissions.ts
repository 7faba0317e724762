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

/** What one pod of the template asks for: cores, bytes. */
export const podRequests: Record<string, number> = {
  pods: 1,
  cpu: 0.25,
  'requests.cpu': 0.25,
  memory: 256 * 2 ** 20,
  'requests.memory': 256 * 2 ** 20,
  'limits.memory': 256 * 2 ** 20,
};
