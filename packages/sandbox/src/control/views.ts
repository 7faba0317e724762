import type { GitHost, PipelineRun } from '../pipeline/types';

/** Resources as the control API and the status page show them. */

/** An image of a repository in ECR. */
export interface ImageView {
  digest: string;
  tags: string[];
  /** ISO 8601. */
  pushedAt: string;
  /** Findings of the last scan by severity; undefined: never scanned. */
  findings?: Record<string, number>;
}

/** A repository in ECR. */
export interface RegistryRepositoryView {
  accountId: string;
  region: string;
  name: string;
  uri: string;
  tagMutability: string;
  images: ImageView[];
}

/** An IAM role. */
export interface RoleView {
  accountId: string;
  arn: string;
  /** Who may take it: `AWS arn:…`, `Federated arn:… as repo:acme/orders:…`. */
  trusts: string[];
  /** Its own policies by name, and managed ones by ARN. */
  policies: string[];
  /** ARN of its permissions boundary. */
  boundary?: string;
  /** The entity that its tags name. */
  owner?: string;
}

/** An account and the regions that have something in them. */
export interface AccountView {
  id: string;
  name: string;
  regions: string[];
}

/** A Deployment, StatefulSet or DaemonSet. */
export interface WorkloadView {
  kind: string;
  namespace: string;
  name: string;
  replicas: number;
  readyReplicas: number;
  images: string[];
  /** Per cent of the CPU request that was set; undefined: idle. */
  cpuUtilization?: number;
}

/** A pod. */
export interface PodView {
  namespace: string;
  name: string;
  phase: string;
  ready: boolean;
  restarts: number;
  node?: string;
}

/** A HorizontalPodAutoscaler. */
export interface AutoscalerView {
  namespace: string;
  name: string;
  target: string;
  minReplicas: number;
  maxReplicas: number;
  currentReplicas: number;
  desiredReplicas: number;
}

/** An EKS cluster and what runs on it. */
export interface ClusterView {
  arn: string;
  name: string;
  accountId: string;
  region: string;
  version: string;
  /** Address of its Kubernetes API; undefined when that is not running. */
  endpoint?: string;
  compute: string;
  nodes: string[];
  namespaces: string[];
  workloads: WorkloadView[];
  pods: PodView[];
  autoscalers: AutoscalerView[];
}

/** A repository on a git stand-in. */
export interface GitRepositoryView {
  host: GitHost;
  /** `owner/name` */
  fullName: string;
  url: string;
  description?: string;
}

/** Everything that the sandbox plays right now. */
export interface StateView {
  accounts: AccountView[];
  registries: RegistryRepositoryView[];
  roles: RoleView[];
  clusters: ClusterView[];
  repositories: GitRepositoryView[];
  /** Newest first. */
  pipelines: PipelineRun[];
}
