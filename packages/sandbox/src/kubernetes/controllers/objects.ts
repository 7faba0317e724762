import { kinds } from '../kinds';
import type { KubernetesObject, ResourceKind } from '../types';

// The parts of the built-in kinds that the controllers read and write.

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
}

export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface Container {
  name: string;
  image: string;
  resources?: {
    requests?: Record<string, string>;
    limits?: Record<string, string>;
  };
  readinessProbe?: { initialDelaySeconds?: number; periodSeconds?: number };
  startupProbe?: { periodSeconds?: number };
  lifecycle?: { preStop?: { sleep?: { seconds: number } } };
  ports?: { name?: string; containerPort: number; protocol?: string }[];
}

export interface PodSpec {
  nodeName?: string;
  containers: Container[];
  nodeSelector?: Record<string, string>;
  terminationGracePeriodSeconds?: number;
  serviceAccountName?: string;
}

interface ContainerTermination {
  exitCode: number;
  reason: string;
  message?: string;
  startedAt: string;
  finishedAt: string;
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

export interface Pod extends KubernetesObject {
  spec: PodSpec;
  status?: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    podIP?: string;
    podIPs?: { ip: string }[];
    hostIP?: string;
    startTime?: string;
    qosClass?: string;
  };
}

export interface PodTemplate {
  metadata?: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: PodSpec;
}

export interface ReplicaSet extends KubernetesObject {
  spec: { replicas: number; selector: Selector; template: PodTemplate };
  status?: {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
  };
}

export interface Deployment extends KubernetesObject {
  spec: {
    replicas: number;
    selector: Selector;
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
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
  };
}

export interface Node extends KubernetesObject {
  spec: { providerID?: string; taints?: object[] };
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
    ports?: {
      name?: string;
      port: number;
      targetPort?: number | string;
      protocol?: string;
    }[];
  };
  status?: { loadBalancer?: { ingress?: { hostname: string }[] } };
}

export interface EndpointSlice extends KubernetesObject {
  addressType: 'IPv4';
  endpoints: {
    addresses: string[];
    conditions: { ready: boolean; serving: boolean; terminating: boolean };
    nodeName?: string;
    zone?: string;
    targetRef: { kind: 'Pod'; name: string; namespace?: string; uid?: string };
  }[];
  ports: { name: string; port: number; protocol: string }[];
}

export interface Ingress extends KubernetesObject {
  spec: { ingressClassName?: string };
  status?: { loadBalancer?: { ingress?: { hostname: string }[] } };
}

export interface IngressClass extends KubernetesObject {
  spec: { controller: string };
}

interface ScalingRules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: 'Max' | 'Min' | 'Disabled';
  policies?: {
    type: 'Pods' | 'Percent';
    value: number;
    periodSeconds: number;
  }[];
}

export interface MetricSpec {
  type: string;
  resource?: {
    name: string;
    target: {
      type: string;
      averageUtilization?: number;
      averageValue?: string;
    };
  };
  containerResource?: {
    name: string;
    container: string;
    target: { type: string; averageUtilization?: number };
  };
}

export interface Autoscaler extends KubernetesObject {
  spec: {
    scaleTargetRef: { kind: string; name: string };
    minReplicas: number;
    maxReplicas: number;
    metrics?: MetricSpec[];
    behavior?: { scaleUp?: ScalingRules; scaleDown?: ScalingRules };
  };
  status?: {
    observedGeneration?: number;
    lastScaleTime?: string;
    currentReplicas?: number;
    desiredReplicas: number;
    currentMetrics?: object[];
    conditions?: Condition[];
  };
}

export interface Namespace extends KubernetesObject {
  spec?: { finalizers?: string[] };
  status?: { phase: 'Active' | 'Terminating' };
}

export interface DisruptionBudget extends KubernetesObject {
  spec: {
    selector?: Selector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
  };
  status?: object;
}

export interface EventObject extends KubernetesObject {
  involvedObject: {
    apiVersion: string;
    kind: string;
    name: string;
    namespace?: string;
    uid?: string;
  };
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  source: { component: string };
  firstTimestamp: string;
  lastTimestamp: string;
  count: number;
}

/** The built-in kinds with the shapes above. */
export const typed = {
  pods: kinds.pods as ResourceKind<Pod>,
  replicaSets: kinds.replicaSets as ResourceKind<ReplicaSet>,
  deployments: kinds.deployments as ResourceKind<Deployment>,
  nodes: kinds.nodes as ResourceKind<Node>,
  services: kinds.services as ResourceKind<Service>,
  endpointSlices: kinds.endpointSlices as ResourceKind<EndpointSlice>,
  ingresses: kinds.ingresses as ResourceKind<Ingress>,
  ingressClasses: kinds.ingressClasses as ResourceKind<IngressClass>,
  autoscalers: kinds.horizontalPodAutoscalers as ResourceKind<Autoscaler>,
  namespaces: kinds.namespaces as ResourceKind<Namespace>,
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
  const known = conditions?.find(({ type }) => type === condition.type);
  const changed = known?.status !== condition.status;
  const next = {
    ...condition,
    lastTransitionTime: changed ? now : (known?.lastTransitionTime ?? now),
  };
  return known
    ? (conditions ?? []).map(old => (old.type === condition.type ? next : old))
    : [...(conditions ?? []), next];
}

export const isReady = (pod: Pod) =>
  !pod.metadata.deletionTimestamp &&
  (pod.status?.conditions ?? []).some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );

export const ownedBy = (object: KubernetesObject, owner: KubernetesObject) =>
  (object.metadata.ownerReferences ?? []).some(
    ({ uid, controller }) => controller && uid === owner.metadata.uid,
  );

export const ownerReference = (owner: KubernetesObject) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});
