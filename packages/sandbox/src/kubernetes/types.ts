import type { ServerCertificate } from '../core';
import type { StandInContext } from '../types';

/** JSON as Kubernetes objects are made of. */
export type Json =
  | null
  | boolean
  | number
  | string
  | Json[]
  | { [key: string]: Json | undefined };

export type JsonObject = { [key: string]: Json | undefined };

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: JsonObject;
  subresource?: string;
}

export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: ManagedFieldsEntry[];
}

/** Any object; `spec`, `status` and the rest as its kind has them. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A kind that the API serves. `T` is the shape of its objects. */
export interface ResourceKind<T extends KubernetesObject = KubernetesObject> {
  group: string;
  version: string;
  kind: string;
  /** Name in a URL, such as `deployments`. */
  plural: string;
  singular: string;
  shortNames?: string[];
  categories?: string[];
  namespaced: boolean;
  /** Such as `status`, `scale`, `log`. */
  subresources?: string[];
  /** Only computed, never stored (metrics). */
  virtual?: boolean;
  /** Made by a CustomResourceDefinition. */
  custom?: boolean;
  /** The kind under which the objects are kept, when this is a view of it. */
  storedAs?: ResourceKind;
  /** Columns of a custom kind, for tables. */
  printerColumns?: {
    name: string;
    type: string;
    jsonPath: string;
    priority?: number;
  }[];
  /** Never there: carries the type. */
  readonly objectType?: T;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** A change of one object, as the store tells it. */
export interface StoreEvent<T extends KubernetesObject = KubernetesObject> {
  type: WatchEventType;
  kind: ResourceKind;
  object: T;
  /** The object before a change. */
  previous?: T;
  /** The store's version after the change. */
  resourceVersion: number;
}

export interface ListFilter {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface RemoveOptions {
  /** Seconds; 0 removes at once. Only pods have a grace period. */
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** What the object must still be; else a Conflict. */
  preconditions?: { uid?: string; resourceVersion?: string };
}

/**
 * The objects of one cluster, in memory. The API server and the controllers
 * read and write it alike; what it returns is a copy.
 */
export interface ObjectStore {
  readonly resourceVersion: number;
  get<T extends KubernetesObject>(
    kind: ResourceKind<T>,
    namespace: string | undefined,
    name: string,
  ): T | undefined;
  list<T extends KubernetesObject>(
    kind: ResourceKind<T>,
    filter?: ListFilter,
  ): T[];
  /** @throws StatusError AlreadyExists */
  create<T extends KubernetesObject>(kind: ResourceKind<T>, object: T): T;
  /**
   * Replaces all but the status; raises `generation` when the spec changes.
   *
   * @throws StatusError NotFound, or Conflict for an old resourceVersion.
   */
  update<T extends KubernetesObject>(kind: ResourceKind<T>, object: T): T;
  /** Replaces the status alone. */
  updateStatus<T extends KubernetesObject>(kind: ResourceKind<T>, object: T): T;
  /** Deletes, or marks for deletion what has finalizers or a grace period. */
  remove(
    kind: ResourceKind,
    namespace: string | undefined,
    name: string,
    options?: RemoveOptions,
  ): KubernetesObject;
  /** @returns a function that ends the subscription. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
  /** What happened after a version; undefined when it is forgotten. */
  eventsSince(resourceVersion: number): StoreEvent[] | undefined;
}

export interface PodMetrics {
  namespace: string;
  name: string;
  labels?: Record<string, string>;
  /** ISO 8601. */
  timestamp: string;
  containers: { name: string; cpuMillicores: number; memoryBytes: number }[];
}

export interface NodeMetrics {
  name: string;
  timestamp: string;
  cpuMillicores: number;
  memoryBytes: number;
}

/** What `metrics.k8s.io` answers. */
export interface MetricsProvider {
  /** Whether the cluster has a metrics server at all. */
  available: boolean;
  pods(namespace?: string): PodMetrics[];
  nodes(): NodeMetrics[];
}

export interface LogOptions {
  previous?: boolean;
  tailLines?: number;
  sinceSeconds?: number;
  timestamps?: boolean;
}

/** What containers write. */
export interface LogProvider {
  read(
    pod: { namespace: string; name: string },
    container: string,
    options: LogOptions,
  ): string[];
  /** Lines as they come. @returns a function that stops. */
  follow(
    pod: { namespace: string; name: string },
    container: string,
    onLine: (line: string) => void,
  ): () => void;
}

/** What pods run on; decides how nodes come and go. */
export interface ClusterCompute {
  kind: 'managed-nodes' | 'auto-mode' | 'fargate';
  /** Whether Karpenter adds nodes. */
  karpenter?: boolean;
  /** Pods that match one of these run on Fargate. */
  fargateProfiles?: {
    name: string;
    selectors: { namespace?: string; labels?: Record<string, string> }[];
  }[];
}

/** Who asks, and what EKS lets them do. */
export interface ClusterIdentity {
  username: string;
  groups: string[];
  accessPolicies: {
    /** Such as `arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`. */
    policyArn: string;
    /** The whole cluster when left out. */
    namespaces?: string[];
  }[];
}

/** All objects of a cluster, to be started from again. */
export interface KubernetesSnapshot {
  resourceVersion: number;
  objects: KubernetesObject[];
}

export interface KubernetesClusterOptions {
  context: StandInContext;
  arn: string;
  name: string;
  accountId: string;
  region: string;
  /** Such as `1.35`. */
  version: string;
  /** 0 takes any free port. */
  port: number;
  /** PEM. */
  tls: ServerCertificate;
  compute: ClusterCompute;
  /** Whether `metrics.k8s.io` is served; default true. */
  metricsServer?: boolean;
  /** EKS token to identity; undefined is answered with 401. */
  authenticate(token: string): Promise<ClusterIdentity | undefined>;
  /** Simulated time runs this much faster than ours. */
  timeScale: number;
  /** Objects that are there from the start, unless a snapshot is given. */
  seed?: KubernetesObject[];
  snapshot?: KubernetesSnapshot;
}

/** A running cluster. */
export interface KubernetesStandIn {
  url: string;
  arn: string;
  store: ObjectStore;
  /** CPU load in per cent of the workload's request; undefined idles. */
  setLoad(
    namespace: string,
    workload: string,
    cpuUtilization: number | undefined,
  ): void;
  seed(objects: KubernetesObject[]): void;
  snapshot(): KubernetesSnapshot;
  stop(): Promise<void>;
}
