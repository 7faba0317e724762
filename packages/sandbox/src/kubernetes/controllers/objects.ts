import { kinds } from '../kinds';
import type { KubernetesObject, ResourceKind } from '../types';
import type { LabelSelector } from '../selectors';

// The parts of the built-in kinds that the controllers read and write.

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
}

export interface Probe {
  initialDelaySeconds?: number;
  periodSeconds?: number;
  httpGet?: { path?: string; port: number | string };
}

export interface Container {
  name: string;
  image: string;
  imagePullPolicy?: string;
  /** Of an init container that stays: `Always`. */
  restartPolicy?: string;
  resources?: {
    requests?: Record<string, string>;
    limits?: Record<string, string>;
  };
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: {
    preStop?: {
      sleep?: { seconds: number };
      exec?: { command?: string[] };
    };
  };
  ports?: { name?: string; containerPort: number; protocol?: string }[];
  securityContext?: { privileged?: boolean };
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

interface NodeRequirement {
  key: string;
  operator: string;
  values?: string[];
}

export interface NodeSelectorTerm {
  matchExpressions?: NodeRequirement[];
  matchFields?: NodeRequirement[];
}

export interface PodSpec {
  nodeName?: string;
  initContainers?: Container[];
  containers: Container[];
  restartPolicy?: string;
  nodeSelector?: Record<string, string>;
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        nodeSelectorTerms: NodeSelectorTerm[];
      };
    };
  };
  tolerations?: Toleration[];
  topologySpreadConstraints?: { topologyKey: string }[];
  terminationGracePeriodSeconds?: number;
  serviceAccountName?: string;
  serviceAccount?: string;
  schedulerName?: string;
  hostNetwork?: boolean;
  enableServiceLinks?: boolean;
  priority?: number;
  preemptionPolicy?: string;
  volumes?: { name: string; hostPath?: object }[];
}

export interface ContainerTermination {
  exitCode: number;
  reason: string;
  message?: string;
  startedAt: string;
  finishedAt: string;
  containerID?: string;
}

export interface ContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: ContainerTermination;
}

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  containerID?: string;
  ready: boolean;
  started?: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState;
}

export interface PodStatus {
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  conditions?: Condition[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
  podIP?: string;
  podIPs?: { ip: string }[];
  hostIP?: string;
  hostIPs?: { ip: string }[];
  startTime?: string;
  qosClass?: string;
}

export interface Pod extends KubernetesObject {
  spec: PodSpec;
  status?: PodStatus;
}

export interface PodTemplate {
  metadata?: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: PodSpec;
}

export interface ReplicaSet extends KubernetesObject {
  spec: {
    replicas: number;
    minReadySeconds?: number;
    selector: LabelSelector;
    template: PodTemplate;
  };
  status?: {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
    conditions?: Condition[];
  };
}

export interface Deployment extends KubernetesObject {
  spec: {
    replicas: number;
    minReadySeconds?: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy: {
      type: 'RollingUpdate' | 'Recreate';
      rollingUpdate?: {
        maxSurge?: number | string;
        maxUnavailable?: number | string;
      };
    };
    paused?: boolean;
    revisionHistoryLimit?: number;
    progressDeadlineSeconds?: number;
  };
  status?: DeploymentStatus;
}

export interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  conditions?: Condition[];
}

export interface StatefulSet extends KubernetesObject {
  spec: {
    replicas: number;
    minReadySeconds?: number;
    selector: LabelSelector;
    template: PodTemplate;
    podManagementPolicy?: 'OrderedReady' | 'Parallel';
    updateStrategy?: {
      type: 'RollingUpdate' | 'OnDelete';
      rollingUpdate?: { partition?: number };
    };
  };
  /** Figures, and the revision that all pods have had last. */
  status?: Record<string, unknown> & { currentRevision?: string };
}

export interface DaemonSet extends KubernetesObject {
  spec: {
    selector: LabelSelector;
    template: PodTemplate;
    updateStrategy?: {
      type?: 'RollingUpdate' | 'OnDelete';
      rollingUpdate?: { maxUnavailable?: number | string };
    };
  };
  status?: {
    observedGeneration?: number;
    currentNumberScheduled: number;
    desiredNumberScheduled: number;
    numberMisscheduled: number;
    numberReady: number;
    numberAvailable?: number;
    numberUnavailable?: number;
    updatedNumberScheduled?: number;
  };
}

export interface Job extends KubernetesObject {
  spec: {
    parallelism?: number;
    completions?: number;
    backoffLimit?: number;
    suspend?: boolean;
    template: PodTemplate;
  };
  status?: {
    active?: number;
    ready?: number;
    succeeded?: number;
    failed?: number;
    startTime?: string;
    completionTime?: string;
    conditions?: Condition[];
  };
}

export interface Taint {
  key: string;
  value?: string;
  effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export interface Node extends KubernetesObject {
  spec: { providerID?: string; taints?: Taint[]; unschedulable?: boolean };
  status: {
    capacity: Record<string, string>;
    allocatable: Record<string, string>;
    conditions: Condition[];
    addresses: { type: string; address: string }[];
    nodeInfo: Record<string, string>;
  };
}

export interface Service extends KubernetesObject {
  spec: {
    type?: string;
    selector?: Record<string, string>;
    publishNotReadyAddresses?: boolean;
    ports?: {
      name?: string;
      port: number;
      targetPort?: number | string;
      protocol?: string;
    }[];
  };
  status?: { loadBalancer?: { ingress?: { hostname: string }[] } };
}

export interface EndpointPort {
  name?: string;
  port: number;
  protocol: string;
}

export interface Endpoint {
  addresses: string[];
  conditions: { ready: boolean; serving: boolean; terminating: boolean };
  nodeName?: string;
  zone?: string;
  targetRef: { kind: 'Pod'; name: string; namespace?: string; uid?: string };
}

export interface EndpointSlice extends KubernetesObject {
  addressType: 'IPv4';
  endpoints: Endpoint[];
  ports: EndpointPort[];
}

/** The older form of what EndpointSlices say. */
export interface Endpoints extends KubernetesObject {
  subsets?: {
    addresses?: EndpointAddress[];
    notReadyAddresses?: EndpointAddress[];
    ports: EndpointPort[];
  }[];
}

export interface EndpointAddress {
  ip: string;
  nodeName?: string;
  targetRef: Endpoint['targetRef'];
}

export interface Ingress extends KubernetesObject {
  spec: {
    ingressClassName?: string;
    defaultBackend?: IngressBackend;
    rules?: {
      host?: string;
      http?: { paths?: { path?: string; backend: IngressBackend }[] };
    }[];
  };
  status?: { loadBalancer?: { ingress?: { hostname: string }[] } };
}

export interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } };
}

export interface IngressClass extends KubernetesObject {
  spec: {
    controller: string;
    parameters?: { kind: string; name: string };
  };
}

export interface ScalingRules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: 'Max' | 'Min' | 'Disabled';
  policies?: {
    type: 'Pods' | 'Percent';
    value: number;
    periodSeconds: number;
  }[];
  tolerance?: string | number;
}

export interface MetricTarget {
  type: string;
  averageUtilization?: number;
  averageValue?: string;
}

export interface MetricSpec {
  type: string;
  resource?: { name: string; target: MetricTarget };
  containerResource?: {
    name: string;
    container: string;
    target: MetricTarget;
  };
  pods?: { metric: { name: string } };
  object?: { metric: { name: string } };
  external?: { metric: { name: string } };
}

export interface MetricStatus {
  type: string;
  resource?: { name: string; current: MetricValue };
  containerResource?: {
    name: string;
    container: string;
    current: MetricValue;
  };
}

export interface MetricValue {
  averageUtilization?: number;
  averageValue: string;
}

export interface Autoscaler extends KubernetesObject {
  spec: {
    scaleTargetRef: { apiVersion?: string; kind: string; name: string };
    minReplicas?: number;
    maxReplicas: number;
    metrics?: MetricSpec[];
    behavior?: { scaleUp?: ScalingRules; scaleDown?: ScalingRules };
  };
  status?: {
    lastScaleTime?: string;
    currentReplicas?: number;
    desiredReplicas: number;
    currentMetrics?: MetricStatus[];
    conditions?: Condition[];
  };
}

export interface Namespace extends KubernetesObject {
  spec?: { finalizers?: string[] };
  status?: { phase: 'Active' | 'Terminating'; conditions?: Condition[] };
}

export interface ConfigMap extends KubernetesObject {
  data?: Record<string, string>;
}

export interface DisruptionBudget extends KubernetesObject {
  spec: {
    selector?: LabelSelector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
  };
  /** Figures, and what is said of them. */
  status?: Record<string, unknown> & { conditions?: Condition[] };
}

export interface EventObject extends KubernetesObject {
  involvedObject: {
    apiVersion: string;
    kind: string;
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    fieldPath?: string;
  };
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  source: { component: string; host?: string };
  reportingComponent: string;
  reportingInstance: string;
  firstTimestamp: string;
  lastTimestamp: string;
  count: number;
}

/** The built-in kinds with the shapes above. */
export const typed = {
  pods: kinds.pods as ResourceKind<Pod>,
  replicaSets: kinds.replicaSets as ResourceKind<ReplicaSet>,
  deployments: kinds.deployments as ResourceKind<Deployment>,
  statefulSets: kinds.statefulSets as ResourceKind<StatefulSet>,
  daemonSets: kinds.daemonSets as ResourceKind<DaemonSet>,
  jobs: kinds.jobs as ResourceKind<Job>,
  nodes: kinds.nodes as ResourceKind<Node>,
  services: kinds.services as ResourceKind<Service>,
  endpointSlices: kinds.endpointSlices as ResourceKind<EndpointSlice>,
  endpoints: kinds.endpoints as ResourceKind<Endpoints>,
  ingresses: kinds.ingresses as ResourceKind<Ingress>,
  ingressClasses: kinds.ingressClasses as ResourceKind<IngressClass>,
  autoscalers: kinds.horizontalPodAutoscalers as ResourceKind<Autoscaler>,
  namespaces: kinds.namespaces as ResourceKind<Namespace>,
  configMaps: kinds.configMaps as ResourceKind<ConfigMap>,
  disruptionBudgets:
    kinds.podDisruptionBudgets as ResourceKind<DisruptionBudget>,
  events: kinds.events as ResourceKind<EventObject>,
};

/** Sets a condition; the time changes with the status alone. */
export function withCondition(
  conditions: Condition[] | undefined,
  condition: Condition,
  now: string,
): Condition[] {
  const known = findCondition(conditions, condition.type);
  const changed = known?.status !== condition.status;
  const next = {
    ...condition,
    lastTransitionTime: changed ? now : (known?.lastTransitionTime ?? now),
  };
  return known
    ? (conditions ?? []).map(old => (old === known ? next : old))
    : [...(conditions ?? []), next];
}

export const findCondition = (
  conditions: Condition[] | undefined,
  type: string,
) => conditions?.find(condition => condition.type === type);

/** Whether a pod's own condition says that it can serve. */
export const servesTraffic = (pod: Pod) =>
  findCondition(pod.status?.conditions, 'Ready')?.status === 'True';

/** Ready, and not about to go. */
export const isReady = (pod: Pod) =>
  !pod.metadata.deletionTimestamp && servesTraffic(pod);

/** Ended, for good or bad. */
export const isFinished = ({ status }: Pod) =>
  status?.phase === 'Failed' || status?.phase === 'Succeeded';

/** Neither ended nor about to go. */
export const isActive = (pod: Pod) =>
  !pod.metadata.deletionTimestamp && !isFinished(pod);

export const ownedBy = (object: KubernetesObject, owner: KubernetesObject) =>
  (object.metadata.ownerReferences ?? []).some(
    ({ uid, controller }) => controller && uid === owner.metadata.uid,
  );

/** The reference to what controls an object. */
export const controllerOf = ({ metadata }: KubernetesObject) =>
  metadata.ownerReferences?.find(({ controller }) => controller);

export const ownerReference = (owner: KubernetesObject) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

export const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
