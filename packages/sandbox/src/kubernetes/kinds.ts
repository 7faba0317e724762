import type { KubernetesObject, ObjectStore, ResourceKind } from './types';

type Options = Partial<
  Pick<
    ResourceKind,
    'shortNames' | 'subresources' | 'virtual' | 'categories' | 'namespaced'
  >
>;

function define<T extends KubernetesObject = KubernetesObject>(
  apiVersion: string,
  kind: string,
  plural: string,
  options: Options = {},
): ResourceKind<T> {
  const [version, group = ''] = apiVersion.split('/').reverse();
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLocaleLowerCase('en-US'),
    namespaced: true,
    ...options,
  };
}

const clusterWide = { namespaced: false };
const withStatus = { subresources: ['status'] };
const all = { categories: ['all'] };
const scalable = { ...all, subresources: ['status', 'scale'] };

const stored = {
  namespaces: define('v1', 'Namespace', 'namespaces', {
    ...clusterWide,
    ...withStatus,
    shortNames: ['ns'],
  }),
  nodes: define('v1', 'Node', 'nodes', {
    ...clusterWide,
    ...withStatus,
    shortNames: ['no'],
  }),
  pods: define('v1', 'Pod', 'pods', {
    ...all,
    subresources: ['status', 'log', 'eviction'],
    shortNames: ['po'],
  }),
  services: define('v1', 'Service', 'services', {
    ...all,
    ...withStatus,
    shortNames: ['svc'],
  }),
  serviceAccounts: define('v1', 'ServiceAccount', 'serviceaccounts', {
    shortNames: ['sa'],
  }),
  configMaps: define('v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  secrets: define('v1', 'Secret', 'secrets'),
  events: define('v1', 'Event', 'events', { shortNames: ['ev'] }),
  endpoints: define('v1', 'Endpoints', 'endpoints', { shortNames: ['ep'] }),
  limitRanges: define('v1', 'LimitRange', 'limitranges', {
    shortNames: ['limits'],
  }),
  resourceQuotas: define('v1', 'ResourceQuota', 'resourcequotas', {
    ...withStatus,
    shortNames: ['quota'],
  }),
  persistentVolumeClaims: define(
    'v1',
    'PersistentVolumeClaim',
    'persistentvolumeclaims',
    { ...withStatus, shortNames: ['pvc'] },
  ),
  persistentVolumes: define('v1', 'PersistentVolume', 'persistentvolumes', {
    ...clusterWide,
    ...withStatus,
    shortNames: ['pv'],
  }),
  deployments: define('apps/v1', 'Deployment', 'deployments', {
    ...scalable,
    shortNames: ['deploy'],
  }),
  replicaSets: define('apps/v1', 'ReplicaSet', 'replicasets', {
    ...scalable,
    shortNames: ['rs'],
  }),
  statefulSets: define('apps/v1', 'StatefulSet', 'statefulsets', {
    ...scalable,
    shortNames: ['sts'],
  }),
  daemonSets: define('apps/v1', 'DaemonSet', 'daemonsets', {
    ...all,
    ...withStatus,
    shortNames: ['ds'],
  }),
  controllerRevisions: define(
    'apps/v1',
    'ControllerRevision',
    'controllerrevisions',
  ),
  jobs: define('batch/v1', 'Job', 'jobs', { ...all, ...withStatus }),
  cronJobs: define('batch/v1', 'CronJob', 'cronjobs', {
    ...all,
    ...withStatus,
    shortNames: ['cj'],
  }),
  horizontalPodAutoscalers: define(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    { ...all, ...withStatus, shortNames: ['hpa'] },
  ),
  ingresses: define('networking.k8s.io/v1', 'Ingress', 'ingresses', {
    ...withStatus,
    shortNames: ['ing'],
  }),
  ingressClasses: define(
    'networking.k8s.io/v1',
    'IngressClass',
    'ingressclasses',
    clusterWide,
  ),
  networkPolicies: define(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'networkpolicies',
    { shortNames: ['netpol'] },
  ),
  podDisruptionBudgets: define(
    'policy/v1',
    'PodDisruptionBudget',
    'poddisruptionbudgets',
    { ...withStatus, shortNames: ['pdb'] },
  ),
  endpointSlices: define(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    'endpointslices',
  ),
  roles: define('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  roleBindings: define(
    'rbac.authorization.k8s.io/v1',
    'RoleBinding',
    'rolebindings',
  ),
  clusterRoles: define(
    'rbac.authorization.k8s.io/v1',
    'ClusterRole',
    'clusterroles',
    clusterWide,
  ),
  clusterRoleBindings: define(
    'rbac.authorization.k8s.io/v1',
    'ClusterRoleBinding',
    'clusterrolebindings',
    clusterWide,
  ),
  storageClasses: define(
    'storage.k8s.io/v1',
    'StorageClass',
    'storageclasses',
    { ...clusterWide, shortNames: ['sc'] },
  ),
  customResourceDefinitions: define(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    { ...clusterWide, ...withStatus, shortNames: ['crd', 'crds'] },
  ),
  podMetrics: define('metrics.k8s.io/v1beta1', 'PodMetrics', 'pods', {
    virtual: true,
  }),
  nodeMetrics: define('metrics.k8s.io/v1beta1', 'NodeMetrics', 'nodes', {
    ...clusterWide,
    virtual: true,
  }),
  selfSubjectAccessReviews: define(
    'authorization.k8s.io/v1',
    'SelfSubjectAccessReview',
    'selfsubjectaccessreviews',
    { ...clusterWide, virtual: true },
  ),
  selfSubjectReviews: define(
    'authentication.k8s.io/v1',
    'SelfSubjectReview',
    'selfsubjectreviews',
    { ...clusterWide, virtual: true },
  ),
};

/** The kinds that are built in. A stored CustomResourceDefinition adds more. */
export const kinds = {
  ...stored,
  // The same objects in another version.
  horizontalPodAutoscalersV1: {
    ...stored.horizontalPodAutoscalers,
    version: 'v1',
    storedAs: stored.horizontalPodAutoscalers,
  },
  eventsOfTheirOwnGroup: {
    ...stored.events,
    group: 'events.k8s.io',
    storedAs: stored.events,
  },
};

/** Where the objects of a kind are kept: some are served in two versions. */
export const storedKind = (kind: ResourceKind): ResourceKind =>
  kind.storedAs ?? kind;

/** `apps/v1`, or `v1` for the core group. */
export const apiVersionOf = ({ group, version }: ResourceKind) =>
  group ? `${group}/${version}` : version;

/** `deployments.apps`, or `pods` for the core group. */
export const resourceName = ({ group, plural }: ResourceKind) =>
  group ? `${plural}.${group}` : plural;

interface CustomResourceDefinition extends KubernetesObject {
  spec: {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: {
      kind: string;
      plural: string;
      singular?: string;
      shortNames?: string[];
    };
    versions: {
      name: string;
      served: boolean;
      subresources?: object;
      additionalPrinterColumns?: ResourceKind['printerColumns'];
    }[];
  };
}

/** The built-in kinds and those of the stored CustomResourceDefinitions. */
export function servedKinds(
  store: ObjectStore,
  metricsServer: boolean,
): ResourceKind[] {
  const custom = store
    .list(
      kinds.customResourceDefinitions as ResourceKind<CustomResourceDefinition>,
    )
    .flatMap(({ spec }) =>
      spec.versions
        .filter(version => version.served)
        .map(version => ({
          group: spec.group,
          version: version.name,
          kind: spec.names.kind,
          plural: spec.names.plural,
          singular: spec.names.singular ?? spec.names.kind.toLowerCase(),
          shortNames: spec.names.shortNames,
          namespaced: spec.scope === 'Namespaced',
          subresources: version.subresources ? ['status'] : [],
          printerColumns: version.additionalPrinterColumns,
          custom: true,
        })),
    );
  return [
    ...Object.values(kinds).filter(
      kind => metricsServer || kind.group !== 'metrics.k8s.io',
    ),
    ...custom,
  ];
}
