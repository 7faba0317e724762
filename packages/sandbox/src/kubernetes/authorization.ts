import { kinds } from './kinds';
import type {
  ClusterIdentity,
  KubernetesObject,
  ObjectStore,
  ResourceKind,
} from './types';

/** What somebody wants to do, as RBAC sees it. */
export interface Attributes {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, … */
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  verbs: string[];
  resourceNames?: string[];
}

interface Role extends KubernetesObject {
  rules?: PolicyRule[];
}

interface Binding extends KubernetesObject {
  subjects?: {
    apiGroup?: string;
    kind: string;
    name: string;
    namespace?: string;
  }[];
  roleRef: { apiGroup?: string; kind: string; name: string };
}

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** What Kubernetes' own `view` role lets read: no nodes, metrics, CRDs, secrets. */
const viewRules: PolicyRule[] = [
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'persistentvolumeclaims',
      'pods',
      'pods/log',
      'pods/status',
      'replicationcontrollers',
      'resourcequotas',
      'serviceaccounts',
      'services',
      'services/status',
    ],
    verbs: READ,
  },
  { apiGroups: ['apps', 'batch'], resources: ['*'], verbs: READ },
  {
    apiGroups: ['autoscaling'],
    resources: ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'],
    verbs: READ,
  },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses', 'ingresses/status', 'networkpolicies'],
    verbs: READ,
  },
  {
    apiGroups: ['policy'],
    resources: ['poddisruptionbudgets', 'poddisruptionbudgets/status'],
    verbs: READ,
  },
  {
    apiGroups: ['discovery.k8s.io'],
    resources: ['endpointslices'],
    verbs: READ,
  },
];

const workloadWrites: PolicyRule[] = [
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'events',
      'persistentvolumeclaims',
      'pods',
      'pods/eviction',
      'serviceaccounts',
      'services',
    ],
    verbs: WRITE,
  },
  { apiGroups: [''], resources: ['secrets'], verbs: [...READ, ...WRITE] },
  { apiGroups: ['apps', 'batch'], resources: ['*'], verbs: WRITE },
  {
    apiGroups: ['autoscaling'],
    resources: ['horizontalpodautoscalers'],
    verbs: WRITE,
  },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses', 'networkpolicies'],
    verbs: WRITE,
  },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: WRITE },
];

const everything: PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
];

/** EKS access policies and the rules they stand for (Amazon EKS User Guide). */
const accessPolicies: Record<string, PolicyRule[]> = {
  AmazonEKSViewPolicy: viewRules,
  AmazonEKSAdminViewPolicy: [
    { apiGroups: ['*'], resources: ['*'], verbs: READ },
  ],
  AmazonEKSEditPolicy: [...viewRules, ...workloadWrites],
  AmazonEKSAdminPolicy: [
    ...viewRules,
    ...workloadWrites,
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['roles', 'rolebindings'],
      verbs: [...READ, ...WRITE],
    },
  ],
  AmazonEKSClusterAdminPolicy: everything,
};

const RBAC = 'rbac.authorization.k8s.io';

/** The roles that every cluster has, for bindings to name. */
export function builtInRoles(): KubernetesObject[] {
  const roles: Record<string, PolicyRule[]> = {
    view: viewRules,
    edit: accessPolicies.AmazonEKSEditPolicy,
    admin: accessPolicies.AmazonEKSAdminPolicy,
    'cluster-admin': everything,
  };
  const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
  const objects: (Role | Binding)[] = [
    ...Object.entries(roles).map(([name, rules]) => ({
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name, labels },
      rules,
    })),
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'cluster-admin', labels },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:masters' }],
    },
  ];
  return objects;
}

/** What everybody may do who is somebody. */
const forEverybody: PolicyRule[] = [
  {
    apiGroups: ['authorization.k8s.io', 'authentication.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectreviews'],
    verbs: ['create'],
  },
];

/** Whether the identity may do it: by access policy, or by a stored role. */
export function isAllowed(
  store: ObjectStore,
  identity: ClusterIdentity,
  attributes: Attributes,
): boolean {
  if (identity.groups.includes('system:masters')) {
    return true;
  }
  return [...rulesFor(store, identity, attributes.namespace)].some(rule =>
    covers(rule, attributes),
  );
}

/** Whether EKS access policies let somebody do it, whatever the cluster's own roles say. */
export function isAllowedByPolicies(
  identity: Pick<ClusterIdentity, 'accessPolicies'>,
  attributes: Attributes,
): boolean {
  return [...policyRules(identity, attributes.namespace)].some(rule =>
    covers(rule, attributes),
  );
}

function* policyRules(
  { accessPolicies: held }: Pick<ClusterIdentity, 'accessPolicies'>,
  namespace: string | undefined,
): Generator<PolicyRule> {
  for (const { policyArn, namespaces } of held) {
    if (!namespaces || (namespace && namespaces.includes(namespace))) {
      yield* accessPolicies[policyArn.split('/').pop() ?? ''] ?? [];
    }
  }
}

function* rulesFor(
  store: ObjectStore,
  identity: ClusterIdentity,
  namespace: string | undefined,
): Generator<PolicyRule> {
  yield* forEverybody;
  yield* policyRules(identity, namespace);
  const clusterRoles = kinds.clusterRoles as ResourceKind<Role>;
  const bound = (binding: Binding) =>
    (binding.subjects ?? []).some(
      subject =>
        (subject.kind === 'User' && subject.name === identity.username) ||
        (subject.kind === 'Group' && identity.groups.includes(subject.name)) ||
        (subject.kind === 'ServiceAccount' &&
          identity.username ===
            `system:serviceaccount:${subject.namespace}:${subject.name}`),
    );
  for (const binding of store.list(
    kinds.clusterRoleBindings as ResourceKind<Binding>,
  )) {
    if (bound(binding)) {
      yield* store.get(clusterRoles, undefined, binding.roleRef.name)?.rules ??
        [];
    }
  }
  if (namespace) {
    for (const binding of store.list(
      kinds.roleBindings as ResourceKind<Binding>,
      { namespace },
    )) {
      if (bound(binding)) {
        const role =
          binding.roleRef.kind === 'ClusterRole'
            ? store.get(clusterRoles, undefined, binding.roleRef.name)
            : store.get(
                kinds.roles as ResourceKind<Role>,
                namespace,
                binding.roleRef.name,
              );
        yield* role?.rules ?? [];
      }
    }
  }
}

function covers(rule: PolicyRule, wanted: Attributes): boolean {
  const resource = wanted.subresource
    ? `${wanted.resource}/${wanted.subresource}`
    : wanted.resource;
  const has = (list: string[] | undefined, value: string) =>
    list?.includes('*') || list?.includes(value) || false;
  return (
    has(rule.verbs, wanted.verb) &&
    has(rule.apiGroups, wanted.group) &&
    (has(rule.resources, resource) ||
      (wanted.subresource !== undefined &&
        has(rule.resources, `*/${wanted.subresource}`))) &&
    (!rule.resourceNames?.length ||
      (wanted.name !== undefined && rule.resourceNames.includes(wanted.name)))
  );
}

/** A refusal in Kubernetes' own words. */
export function forbiddenMessage(
  identity: ClusterIdentity,
  { verb, group, resource, subresource, namespace, name }: Attributes,
): string {
  const what = group ? `${resource}.${group}` : resource;
  return `${what}${name ? ` "${name}"` : ''} is forbidden: User "${
    identity.username
  }" cannot ${verb} resource "${
    subresource ? `${resource}/${subresource}` : resource
  }" in API group "${group}" ${
    namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  }`;
}
