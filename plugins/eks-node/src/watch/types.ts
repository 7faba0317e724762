import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node';
import type { Connection } from '@slipway/backstage-plugin-eks-common/runtime';

/**
 * A kind of object that is watched.
 *
 * @public
 */
export interface WatchKind {
  /** Empty for the core group. */
  group: string;
  version: string;
  /** As in the API's path, such as `pods`. */
  plural: string;
  /**
   * A kind that the role may not be let read, because it belongs to an add-on:
   * where it is refused, it is asked for again once a minute, and not time
   * after time as what the portal cannot do without.
   */
  optional?: boolean;
  /** What the API server selects by, such as `reason!=Pulled`. */
  fieldSelector?: string;
  /**
   * Watched in the namespaces that are asked for alone, even where the role may
   * list all of them: there are too many in a cluster.
   */
  byNamespace?: boolean;
  /** So many of a list-and-watch are kept: those that were heard of last. */
  newest?: number;
}

/**
 * A cluster whose credentials are the portal's own.
 *
 * @public
 */
export interface WatchableCluster {
  /** As the Kubernetes backend names it: an ARN, if it was discovered. */
  name: string;
  /** Its short name. */
  title: string;
  /** Of an EKS cluster. */
  arn?: string;
  /** Role that the portal acts with there, for what a refusal says. */
  roleArn?: string;
  /**
   * Endpoint, authority and credentials; every request that is made with it
   * carries a fresh token.
   *
   * @throws an error that names cause and next step, if there are none.
   */
  connect(): Promise<KubeConfig>;
}

/**
 * Where the watch learns which clusters there are. One that is no longer in
 * the list is `gone`.
 *
 * @public
 */
export interface WatchSource {
  clusters(): Promise<WatchableCluster[]>;
}

/**
 * What is wanted of a cluster.
 *
 * @public
 */
export interface WatchQuery {
  /** Name of the cluster. */
  cluster: string;
  kind: WatchKind;
  /** All namespaces, if there is none. */
  namespace?: string;
  /** As Kubernetes writes it: `app=orders,tier in (web, api)`. */
  labelSelector?: string;
  /**
   * What is needed of an object, if that is not all of it. It is kept beside
   * the packed object, so that reading thousands again takes no time; it is
   * asked once for each version of an object, as long as it is the same
   * function.
   */
  part?: (object: KubernetesObject) => KubernetesObject;
}

/**
 * What a cluster holds of one kind, from memory.
 *
 * @public
 */
export interface WatchResult {
  /**
   * Matching objects, without `managedFields`. They are shared: never change
   * them. While the connection is not live, the last that were known.
   */
  objects: KubernetesObject[];
  connection: Connection;
}

/**
 * A view that is kept up to date until it is closed.
 *
 * @public
 */
export interface WatchView {
  /**
   * What is known now, for each query in the order of the queries.
   *
   * @param options - `whole`: all of each object, whatever `part` says
   */
  read(options?: { whole?: boolean }): WatchResult[];
  /** Resolves when every query was answered, or is known to fail. */
  ready(options?: { signal?: AbortSignal }): Promise<void>;
  close(): void;
}

/**
 * What the watch does about one kind of one cluster, for operators.
 *
 * @public
 */
export interface WatchStatus {
  /** Name of the cluster. */
  cluster: string;
  kind: WatchKind;
  /** Where a cluster allows no list of all namespaces. */
  namespace?: string;
  connection: Connection;
  /** How many objects are kept. */
  objects: number;
  /** How many views need it now. */
  views: number;
}

/**
 * What the watch has done since the process started.
 *
 * @public
 */
export interface WatchCounts {
  /** Changes that were told of. */
  events: number;
  /** Lists of everything. */
  lists: number;
  /** Watches that could not go on from where they were. */
  resyncs: number;
  /** Tries that failed. */
  failures: number;
}

/**
 * One list-and-watch for each cluster and kind, shared by everything in a
 * backend process that wants to know what runs.
 *
 * @public
 */
export interface ClusterWatch {
  /** Adds clusters; the first source to name a cluster is asked for it. */
  addSource(source: WatchSource): void;

  /** The clusters of all sources. */
  clusters(): Promise<WatchableCluster[]>;

  /**
   * Starts to watch what is not watched yet, and keeps it for as long as a
   * view needs it and a while after.
   *
   * @param onChange - called after objects or a connection of the view have
   *   changed; changes that come together are told once.
   * @throws InputError for a selector that is none, and for kinds that are
   *   never kept: Secrets and ConfigMaps.
   */
  open(queries: WatchQuery[], onChange?: () => void): WatchView;

  /**
   * Usage of pods as metrics.k8s.io tells it, read once per interval for all.
   * Without figures there are no objects, and `connection` says why.
   */
  podMetrics(query: Omit<WatchQuery, 'kind'>): Promise<WatchResult>;

  /** What is watched now, and how it is. */
  status(): WatchStatus[];

  /** What was done so far. */
  counts(): WatchCounts;
}
