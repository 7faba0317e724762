import type { ComputeKind } from '../api';
import type { Partition } from '../arn';

// What the page draws. It holds facts and codes, never sentences: the views
// put them into the reader's language. Text that came from a cluster is in the
// fields `message`, `reason` and names; it is untrusted and only ever shown.

/**
 * Whether it is well.
 *
 * @public
 */
export type Health = 'healthy' | 'progressing' | 'degraded' | 'unknown';

/**
 * What an entity has running, at one moment.
 *
 * @public
 */
export interface Runtime {
  summary: Summary;
  clusters: ClusterRuntime[];
  /** ISO 8601 time of the last change. */
  asOf?: string;
}

/**
 * How a cluster's objects are kept up to date. `viewer`: its credentials are
 * the viewer's own, so it is read for each of them and not kept.
 *
 * @public
 */
export type ConnectionState =
  | 'connecting'
  | 'live'
  | 'stale'
  | 'denied'
  | 'unreachable'
  | 'gone'
  | 'viewer';

/**
 * Why a cluster's objects are not kept up to date:
 *
 * - `no-access`: the cluster does not let the portal in; `access-lost` where it
 *   did before
 * - `clock`: it does not, since one of their clocks is wrong; `token-expired`:
 *   since the portal came with an old token
 * - `forbidden`: it lets the portal in, and not read what it has to
 * - `busy`, `failing`: it answers that it cannot answer
 * - `certificate-…`: it is not taken for the cluster that it says it is
 * - `no-answer`, `no-connection`: it does not answer, or is not to be reached
 * - `not-understood`: its answer is none
 * - `credentials`: AWS gives no credentials for it
 * - `too-many-objects`, `too-many-watches`: more than the portal may keep
 * - `not-known`: the portal does not know it any more
 *
 * @public
 */
export type ConnectionCauseCode =
  | 'no-access'
  | 'access-lost'
  | 'clock'
  | 'token-expired'
  | 'forbidden'
  | 'busy'
  | 'failing'
  | 'certificate-expired'
  | 'certificate-early'
  | 'certificate-foreign'
  | 'certificate-host'
  | 'no-answer'
  | 'no-connection'
  | 'not-understood'
  | 'credentials'
  | 'too-many-objects'
  | 'too-many-watches'
  | 'not-known';

/**
 * Why, as facts: the views put it into words.
 *
 * @public
 */
export interface ConnectionCause {
  code: ConnectionCauseCode;
  /** What the words are filled in with; text in it may come from outside. */
  facts: Record<string, string | number>;
}

/**
 * Whether what is shown of a cluster is still true.
 *
 * @public
 */
export interface Connection {
  state: ConnectionState;
  /** ISO 8601 time at which the state began. */
  since: string;
  /** ISO 8601 time at which the objects were last known to be true. */
  asOf?: string;
  /** The thing, the cause and the next step, when it is not `live`. */
  message?: string;
  /** The same, as facts. */
  cause?: ConnectionCause;
  /** HTTP status of the API's answer, where it answered and refused. */
  statusCode?: number;
}

/**
 * Which build something runs.
 *
 * @public
 */
export interface Release {
  /** Label `app.kubernetes.io/version`, or the image's tag. */
  version?: string;
  /** Annotation `org.opencontainers.image.revision`, in full. */
  commit?: string;
  /** Of the image that runs, `sha256:…`. */
  digest?: string;
}

/**
 * Answers 'is it healthy, and what runs?'
 *
 * @public
 */
export interface Summary {
  health: Health;
  stage:
    'nothing-deployed' | 'unreadable' | 'stopped' | 'rolling-out' | 'running';
  ready: number;
  /** How many there should be, or are if those are more. */
  total: number;
  /** Pods that cannot start, or keep ending. */
  failing: number;
  /** Titles of the clusters that run something. */
  clusters: string[];
  /** Titles of the clusters that could not be read. */
  unreadable: string[];
  /**
   * Clusters of which the last is told that was known, and the ISO 8601 time at
   * which the oldest of it was.
   */
  stale?: { clusters: string[]; asOf?: string };
  /** Newest first; more than one while a rollout replaces pods. */
  releases: Release[];
  /** The pod to look at first. */
  trouble?: Pod;
  /** What is most useful to know of all clusters. */
  explanation?: Explanation;
}

/**
 * What is said about what runs:
 *
 * - `image-…`: an image cannot be pulled or run; `image-pull` where the cluster
 *   does not say why
 * - `command-not-found`: the image has no such program
 * - `config-error`: a container cannot be started
 * - `out-of-memory`, `crash-loop`: a container keeps ending
 * - `liveness-failing`: it is ended because its liveness probe fails
 * - `quota`, `cannot-create`: pods cannot be made
 * - `no-fargate-profile`, `fargate-refused`, `unschedulable`: pods find no place
 * - `node-launch-failed`, `node-not-joined`, `no-node-will-come`: and whatever
 *   makes nodes does not help; `node-coming`: it does
 * - `no-ip-address`, `cannot-set-up`: a pod has a node, and is not set up there
 * - `probe-failing`, `not-ready`: containers run, and say that they are not
 *   ready
 * - `target-unhealthy`: containers are ready, and the load balancer does not
 *   find so
 * - `rollout-stalled`: a rollout does not get on, and no pod says why
 * - `service-missing`, `service-without-pods`, `no-ready-targets`: requests
 *   reach nothing
 * - `load-balancer-failed`, `load-balancer-pending`: there is no load balancer,
 *   and its controller says why, or it has no address yet
 * - `gateway-missing`, `gateway-failed`, `route-not-accepted`,
 *   `route-unresolved`: a way through a Gateway is broken
 * - `drain-blocked`: pods shall leave a node, and a disruption budget holds them;
 *   `drain-impossible`: it would hold them at any time
 * - `autoscaler-…`: what an autoscaler wants, and what stops it
 * - `rolling-out`, `rollout-paused`: a rollout is under way
 * - `restarted`: a container ended lately, and runs again
 *
 * @public
 */
export type ExplanationCode =
  | 'image-pull'
  | 'image-not-found'
  | 'image-denied'
  | 'image-rate-limited'
  | 'image-wrong-platform'
  | 'command-not-found'
  | 'config-error'
  | 'out-of-memory'
  | 'crash-loop'
  | 'liveness-failing'
  | 'quota'
  | 'cannot-create'
  | 'no-fargate-profile'
  | 'fargate-refused'
  | 'node-launch-failed'
  | 'node-not-joined'
  | 'no-node-will-come'
  | 'unschedulable'
  | 'node-coming'
  | 'no-ip-address'
  | 'cannot-set-up'
  | 'probe-failing'
  | 'not-ready'
  | 'target-unhealthy'
  | 'rollout-stalled'
  | 'service-missing'
  | 'service-without-pods'
  | 'no-ready-targets'
  | 'load-balancer-failed'
  | 'load-balancer-pending'
  | 'gateway-missing'
  | 'gateway-failed'
  | 'route-not-accepted'
  | 'route-unresolved'
  | 'drain-blocked'
  | 'drain-impossible'
  | 'autoscaler-missing-request'
  | 'autoscaler-no-metrics-server'
  | 'autoscaler-no-metrics'
  | 'autoscaler-metric-unknown'
  | 'autoscaler-cannot-scale'
  | 'autoscaler-at-max'
  | 'autoscaler-at-min'
  | 'autoscaler-slowed'
  | 'autoscaler-scaling-up'
  | 'autoscaler-scaling-down'
  | 'autoscaler-stabilising'
  | 'autoscaler-disabled'
  | 'rolling-out'
  | 'rollout-paused'
  | 'restarted';

/**
 * Something worth knowing, as facts: the views put it into words.
 *
 * @public
 */
export interface Explanation {
  /** Unique in its cluster. */
  id: string;
  code: ExplanationCode;
  severity: 'bad' | 'waiting' | 'info';
  subject: { kind: string; namespace: string; name: string };
  /** What the words are filled in with; text in it came from the cluster. */
  facts: Record<string, string | number>;
  /** What the cluster said, in its own words. */
  evidence: string[];
}

/**
 * Why something of a cluster could not be read.
 *
 * @public
 */
export interface Problem {
  code:
    | 'unauthorized'
    | 'forbidden'
    | 'not-found'
    | 'unreachable'
    | 'server-error'
    | 'not-known'
    | 'other';
  /** What was asked, such as `/api/v1/namespaces/orders/pods`. */
  path?: string;
  message?: string;
  /** Why there is no connection, where that is the problem. */
  cause?: ConnectionCause;
}

/**
 * One cluster of an entity.
 *
 * @public
 */
export interface ClusterRuntime {
  /** The official plugin's name: an ARN, if the cluster was discovered. */
  name: string;
  title: string;
  place?: { partition: Partition; accountId: string; region: string };
  /** Where the entity's objects are, or will be. */
  namespaces: string[];
  state: 'readable' | 'partial' | 'unreadable';
  problems: Problem[];
  /** Why there are no usage figures, where the cluster refused them. */
  metricsProblem?: Problem;
  /**
   * Kinds that could not be read and that everything else stands without, such
   * as those of an add-on that the portal's role may not look at.
   */
  gaps?: Problem[];
  /** How its objects are kept up to date. */
  connection?: Connection;
  /** What AWS says of it; missing until AWS has answered. */
  facts?: ClusterFacts;
  /** What its pods run on, as far as the cluster lets nodes be read. */
  nodes?: Node[];
  /** The ECR images that its pods run, as far as ECR has answered. */
  images?: Image[];
  /** The last hour, as far as somebody looked. */
  history?: History;
  /** What is worth knowing of it, the most useful first. */
  explanations?: Explanation[];
  workloads: Workload[];
  pods: Pod[];
  autoscalers: Autoscaler[];
  /** What limits how many of its pods may be taken away at a time. */
  budgets?: DisruptionBudget[];
  requestPaths: RequestPath[];
}

/**
 * A cluster as AWS describes it.
 *
 * @public
 */
export interface ClusterFacts {
  /** Kubernetes version, such as `1.35`. */
  version?: string;
  /** AWS's own word, such as `ACTIVE`. */
  status?: string;
  /** ISO 8601 date on which standard support of the version ends. */
  supportEndsAt?: string;
  computeKinds: ComputeKind[];
  addons: {
    name: string;
    version: string;
    /** AWS's own word, such as `ACTIVE` or `DEGRADED`. */
    status: string;
    /** What AWS finds wrong with it, a sentence each. */
    issues: string[];
  }[];
  /** Why it is not known, with cause and next step. */
  problem?: string;
  /** ISO 8601 time at which AWS said so. */
  asOf: string;
}

/**
 * A machine that pods run on.
 *
 * @public
 */
export interface Node {
  name: string;
  /** Such as `m7g.large`. */
  instanceType?: string;
  /** Such as `eu-west-1a`. */
  zone?: string;
  capacity?: 'on-demand' | 'spot' | 'reserved' | 'fargate';
  madeBy:
    'managed-node-group' | 'karpenter' | 'auto-mode' | 'fargate' | 'unknown';
  /** Name of the node group or the node pool. */
  pool?: string;
  /** It takes no new pods, and those that it has are to go elsewhere. */
  leaving?: boolean;
}

/**
 * How many findings a scan has, by severity.
 *
 * @public
 */
export interface ImageFindings {
  critical: number;
  high: number;
  medium: number;
  low: number;
}

/**
 * An image in ECR that a pod runs.
 *
 * @public
 */
export interface Image {
  /** `sha256:…` */
  digest: string;
  /** Name of the repository. */
  repository: string;
  tags: string[];
  /** Of the source it was built from, from its tags or what the pods say. */
  commit?: string;
  /** ISO 8601. */
  pushedAt?: string;
  /** Undefined when there is no finished scan: that is not 0. */
  findings?: ImageFindings;
  scan: 'complete' | 'in-progress' | 'failed' | 'none' | 'unknown';
  /** Why it, or its scan, is not known, with cause and next step. */
  problem?: string;
  /** ISO 8601 time at which ECR said so. */
  asOf: string;
}

/**
 * What was seen of a cluster in the last hour.
 *
 * @public
 */
export interface History {
  /** Oldest first. */
  points: HistoryPoint[];
  /** When a version was seen for the first time, oldest first. */
  rollouts: { at: string; version: string }[];
}

/**
 * How many pods there were at one time.
 *
 * @public
 */
export interface HistoryPoint {
  /** ISO 8601. */
  at: string;
  ready: number;
  desired: number;
  /** Cores, of all pods together; undefined when there were no figures. */
  cpu?: number;
}

/**
 * Where a pod is in its life.
 *
 * @public
 */
export type PodState =
  | 'ready'
  | 'not-ready'
  | 'starting'
  | 'pending'
  | 'crash-loop'
  | 'image-error'
  | 'config-error'
  | 'draining'
  | 'completed'
  | 'failed'
  | 'unknown';

/**
 * How much of something a pod uses: cores or bytes.
 *
 * @public
 */
export interface Usage {
  used: number;
  request?: number;
  limit?: number;
}

/**
 * How a container ended.
 *
 * @public
 */
export interface Termination {
  container: string;
  /** Kubernetes' word, such as `OOMKilled` or `Error`. */
  reason?: string;
  exitCode?: number;
  message?: string;
  /** ISO 8601. */
  finishedAt?: string;
}

/**
 * A pod as it is shown.
 *
 * @public
 */
export interface Pod {
  id: string;
  name: string;
  namespace: string;
  cluster: string;
  /** Kind and name of what made it. */
  owner?: { kind: string; name: string };
  state: PodState;
  /** Kubernetes' word for the state, and its message. */
  reason?: string;
  message?: string;
  containersReady: number;
  containers: number;
  restarts: number;
  lastTermination?: Termination;
  /** ISO 8601 time at which a draining pod is killed. */
  killedAt?: string;
  /** Undefined when there are no figures: that is not 0. */
  cpu?: Usage;
  memory?: Usage;
  /** On Fargate `name` is the profile's; each pod has a node of its own. */
  runsOn?: { kind: 'node' | 'fargate'; name: string; node?: string };
  /**
   * What the load balancer says of a pod whose containers are ready and that it
   * sends no requests to yet, or no more.
   */
  targetHealth?: { reason?: string; message?: string };
  image?: string;
  release: Release;
  /** ISO 8601. */
  createdAt?: string;
}

/**
 * What makes pods, and how far it is.
 *
 * @public
 */
export interface Workload {
  id: string;
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  name: string;
  namespace: string;
  desired: number;
  updated: number;
  ready: number;
  rollout: 'complete' | 'progressing' | 'stalled' | 'paused' | 'stopped';
  reason?: string;
  message?: string;
  release: Release;
}

/**
 * An amount that an autoscaler compares.
 *
 * @public
 */
export interface MetricAmount {
  unit: 'percent-of-request' | 'per-pod' | 'total';
  amount: number;
  /** To be read: `70 %`, `250m`, `42.5`. */
  text: string;
}

/**
 * A metric of an autoscaler against its target.
 *
 * @public
 */
export interface Metric {
  id: string;
  type: 'Resource' | 'ContainerResource' | 'Pods' | 'Object' | 'External';
  name: string;
  container?: string;
  /** Kind and name, of an Object metric. */
  object?: string;
  /** Labels that narrow the metric, such as `queue=orders`. */
  selector?: string;
  target: MetricAmount;
  /** Undefined when the cluster has no figure: that is not 0. */
  current?: MetricAmount;
  /**
   * How many pods this metric asks for by itself, before minimum, maximum and
   * stabilisation; undefined without a figure.
   */
  wants?: number;
}

/**
 * What an autoscaler does, and what limits it.
 *
 * @public
 */
export type AutoscalerNote =
  | { code: 'scaling-up'; to: number; because: string[] }
  | { code: 'scaling-down'; to: number }
  | { code: 'steady' }
  | { code: 'at-max'; max: number }
  | { code: 'at-min'; min: number }
  /** It goes a step at a time, as its behaviour says. */
  | { code: 'slowed'; direction: 'up' | 'down' }
  | { code: 'stabilising'; direction: 'up' | 'down' }
  | { code: 'disabled' }
  /** None of its metrics has a figure, or one is needed to go on. */
  | { code: 'metrics-missing'; reason?: string; message?: string }
  /** It goes by its other metrics. */
  | { code: 'metric-unknown'; metric: string }
  | { code: 'cannot-scale'; message?: string }
  | { code: 'not-acted-yet' };

/**
 * A horizontal pod autoscaler.
 *
 * @public
 */
export interface Autoscaler {
  id: string;
  name: string;
  namespace: string;
  target: { kind: string; name: string };
  min: number;
  max: number;
  /** Undefined until the autoscaler has looked. */
  current?: number;
  desired?: number;
  metrics: Metric[];
  notes: AutoscalerNote[];
  /** ISO 8601. */
  lastScaledAt?: string;
}

/**
 * How many pods have to stay, whatever takes the others away: a drain, an
 * upgrade of nodes, Karpenter.
 *
 * @public
 */
export interface DisruptionBudget {
  id: string;
  name: string;
  namespace: string;
  /** As it is written, such as `maxUnavailable 1`. */
  rule: string;
  /** How many pods may go now; undefined until its controller has looked. */
  allowed?: number;
  healthy: number;
  /** How many have to stay. */
  needed: number;
  /** How many there should be. */
  expected: number;
  /** What makes the pods that it is about. */
  workloads: { kind: string; name: string }[];
}

/**
 * How a station of a request is.
 *
 * @public
 */
export type HopState = 'good' | 'waiting' | 'bad' | 'unknown';

/**
 * A station of a request on its way to a pod.
 *
 * @public
 */
export type Hop =
  | { kind: 'host'; state: HopState; hosts: string[]; tls: boolean }
  | {
      kind: 'load-balancer';
      state: HopState;
      address?: string;
      scheme?: 'internet-facing' | 'internal';
    }
  | {
      kind: 'ingress';
      state: HopState;
      name: string;
      rules: string[];
    }
  | {
      kind: 'gateway';
      state: HopState;
      name: string;
      namespace: string;
      /** Who makes a load balancer of it. */
      className?: string;
      /** Known not to be in the cluster. */
      missing: boolean;
      /** Why it is not as it should be, in the cluster's words. */
      reason?: string;
      message?: string;
    }
  | {
      kind: 'route';
      state: HopState;
      name: string;
      rules: string[];
      /** What the gateway objects to. */
      objection?: 'not-accepted' | 'unresolved';
      reason?: string;
      message?: string;
    }
  | {
      kind: 'service';
      state: HopState;
      name: string;
      /** Missing in the cluster, or not readable. */
      missing: boolean;
      /** Endpoints, where the cluster lets them be read; else pods. */
      ready: number;
      total: number;
      draining: number;
    }
  | {
      kind: 'pods';
      state: HopState;
      ready: number;
      failing: number;
      nodes: number;
      fargate: number;
    };

/**
 * RequestPath
 *
 * @public
 */
export interface RequestPath {
  id: string;
  hops: Hop[];
}
