import type { JsonObject } from '@backstage/types';
import type { Runtime, Summary, Termination, Workload } from './types';

// What /api/eks says about what runs. Times are ISO 8601. Text that came from a
// cluster is untrusted and only ever shown.

/**
 * What a viewer may do with what runs: permitted, and switched on.
 *
 * @public
 */
export type Ability = 'logs' | 'restart' | 'scale' | 'delete-pod';

/**
 * Answer of `GET /api/eks/runtime/:kind/:namespace/:name`, and data of the
 * event `snapshot` of its stream.
 *
 * @public
 */
export interface RuntimeResponse {
  runtime: Runtime;
  abilities: Ability[];
}

/**
 * Why a stream ends: ask again with a new token, or not at all.
 *
 * - `token-expired`, `shutdown`: a new request goes on
 * - `permission`: the viewer may no longer see it
 * - `entity-gone`: the catalog has it no longer, or no longer for the viewer
 *
 * @public
 */
export type StreamEndReason =
  'token-expired' | 'permission' | 'shutdown' | 'entity-gone';

/**
 * Data of the event `end` of a stream.
 *
 * @public
 */
export interface StreamEnd {
  reason: StreamEndReason;
}

/**
 * A pod, of `GET …/pod`.
 *
 * @public
 */
export interface PodQuery {
  /** Name of the cluster, as in `ClusterRuntime.name`. */
  cluster: string;
  namespace: string;
  pod: string;
}

/**
 * Whether a pod has reached a state that Kubernetes asks for.
 *
 * @public
 */
export interface PodCondition {
  /** Such as `Ready` or `PodScheduled`. */
  type: string;
  holds?: boolean;
  reason?: string;
  message?: string;
  since?: string;
}

/**
 * A container of a pod.
 *
 * @public
 */
export interface PodContainer {
  name: string;
  /** `sidecar` is an init container that keeps running. */
  kind: 'init' | 'sidecar' | 'container' | 'ephemeral';
  image?: string;
  state: 'waiting' | 'running' | 'terminated' | 'unknown';
  /** Kubernetes' word for the state, and its message. */
  reason?: string;
  message?: string;
  ready: boolean;
  restarts: number;
  startedAt?: string;
  /** Of the run before this one: logs with `previous` are of it. */
  lastTermination?: Termination;
}

/**
 * What Kubernetes noted about a pod.
 *
 * @public
 */
export interface PodEvent {
  id: string;
  type: 'normal' | 'warning';
  reason?: string;
  message?: string;
  /** How often it was noted. */
  count: number;
  firstAt?: string;
  lastAt?: string;
  /** What noted it, such as `kubelet`. */
  source?: string;
}

/**
 * Answer of `GET …/pod`.
 *
 * @public
 */
export interface PodDetails {
  /** Without `managedFields`. Values from Secrets are never resolved. */
  object: JsonObject;
  conditions: PodCondition[];
  containers: PodContainer[];
  /** Latest first. */
  events: PodEvent[];
  /** Why there are no events, when they could not be read. */
  eventsProblem?: string;
}

/**
 * Query of `GET …/logs`, which answers with text.
 *
 * @public
 */
export interface LogsQuery extends PodQuery {
  /** The pod's default container, if there is none. */
  container?: string;
  /** Of the run before this one. */
  previous?: boolean;
  /** The last lines, at most 5,000; 500 if left out. */
  tailLines?: number;
  /** Not older than this. */
  sinceSeconds?: number;
  /** Goes on with what is written from now on. */
  follow?: boolean;
}

/**
 * A workload, of `POST …/restart`.
 *
 * @public
 */
export interface WorkloadTarget {
  /** Name of the cluster, as in `ClusterRuntime.name`. */
  cluster: string;
  namespace: string;
  kind: Workload['kind'];
  name: string;
}

/**
 * Answer of `POST …/restart`.
 *
 * @public
 */
export interface RestartResponse {
  /** As the pod template's annotation says from now on. */
  restartedAt: string;
}

/**
 * Body of `POST …/scale`.
 *
 * @public
 */
export interface ScaleRequest extends WorkloadTarget {
  replicas: number;
}

/**
 * Answer of `POST …/scale`.
 *
 * @public
 */
export interface ScaleResponse {
  from: number;
  to: number;
  /** Goes on deciding from there, if there is one. */
  autoscaler?: { name: string; min: number; max: number };
}

/**
 * Answer of `POST …/delete-pod`, whose body is a {@link PodQuery}.
 *
 * @public
 */
export interface DeletePodResponse {
  /** How long the pod has to end. */
  graceSeconds?: number;
}

/**
 * Body of `POST /api/eks/runtimes`.
 *
 * @public
 */
export interface RuntimesRequest {
  /** At most 100. */
  entityRefs: string[];
}

/**
 * What one entity has running, for a table.
 *
 * @public
 */
export interface RuntimesItem {
  entityRef: string;
  summary?: Summary;
  /** Why there is none: cause and next step. */
  error?: string;
}

/**
 * Answer of `POST /api/eks/runtimes`, in the order of the question.
 *
 * @public
 */
export interface RuntimesResponse {
  items: RuntimesItem[];
}
