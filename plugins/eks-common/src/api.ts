import type { Partition } from './arn';

/**
 * An EKS cluster as AWS describes it.
 *
 * @public
 */
export interface EksCluster {
  arn: string;
  name: string;
  /** Twelve digits. */
  accountId: string;
  region: string;
  partition: Partition;
  /** AWS's own word, such as `ACTIVE` or `CREATING`. */
  status: string;
  /** Kubernetes version, such as `1.35`. */
  version: string;
  /** URL of the Kubernetes API; missing while the cluster is made. */
  endpoint?: string;
  /** PEM bundle, base64-encoded, as DescribeCluster returns it. */
  certificateAuthority?: string;
  /** ISO 8601. */
  createdAt?: string;
}

/**
 * How pods get a machine: a cluster may have several kinds.
 *
 * @public
 */
export type ComputeKind =
  'managed-nodes' | 'karpenter' | 'auto-mode' | 'fargate';

/**
 * A Fargate profile: pods that match one of its selectors run on Fargate.
 *
 * @public
 */
export interface FargateProfile {
  name: string;
  /** AWS's own word, such as `ACTIVE`. */
  status: string;
  /** `namespace` may hold the wildcards `*` and `?`. */
  selectors: { namespace?: string; labels?: Record<string, string> }[];
}

/**
 * What makes a load balancer for an Ingress, or for a Gateway.
 *
 * @public
 */
export interface LoadBalancerSupport {
  kind: 'auto-mode' | 'aws-load-balancer-controller' | 'none' | 'unknown';
  /** The IngressClass to name in an Ingress, whatever its load balancer is like. */
  ingressClassName?: string;
  /** All that it serves; undefined where they could not be read. */
  ingressClasses?: IngressClass[];
  /**
   * The GatewayClasses that the AWS Load Balancer Controller makes Application
   * Load Balancers for; none where the Gateway API is not served, undefined
   * where they could not be read.
   */
  gatewayClasses?: GatewayClass[];
}

/**
 * An IngressClass, and the scheme that its IngressClassParams decide: without
 * one, the annotation of each Ingress does. `unknown` could not be read.
 *
 * @public
 */
export interface IngressClass {
  name: string;
  scheme?: 'internet-facing' | 'internal' | 'unknown';
}

/**
 * A GatewayClass, and the scheme that its LoadBalancerConfiguration decides:
 * without one, that of each Gateway does. `unknown` could not be read.
 *
 * @public
 */
export type GatewayClass = IngressClass;

/**
 * An EKS cluster with what it can do.
 *
 * @public
 */
export interface EksClusterFacts extends EksCluster {
  /** Whether the Kubernetes API answered with the portal's credentials. */
  reachable: boolean;
  /** Why not, and what to do about it. */
  reason?: string;
  computeKinds: ComputeKind[];
  fargateProfiles: FargateProfile[];
  addons: {
    name: string;
    version: string;
    /** AWS's own word, such as `ACTIVE` or `DEGRADED`. */
    status: string;
    /** What AWS finds wrong with it, a sentence each. */
    issues: string[];
  }[];
  loadBalancer: LoadBalancerSupport;
  metrics: 'metrics-server' | 'none' | 'unknown';
  /** Whether it serves the Applications of Argo CD. */
  argoCd: 'served' | 'none' | 'unknown';
  containerInsights: 'otel' | 'classic' | 'none';
  oidcIssuer?: string;
  /** ISO 8601 date on which standard support of the version ends. */
  supportEndsAt?: string;
  /** `STANDARD` or `EXTENDED`. */
  upgradePolicy?: string;
}

/**
 * A cluster as the form offers it.
 *
 * @public
 */
export interface ClusterSummary extends EksClusterFacts {
  /**
   * Why the service cannot run there, a sentence each; empty when it can.
   */
  problems: string[];
}

/**
 * An account and region whose clusters could not be listed.
 *
 * @public
 */
export interface DiscoveryFailure {
  accountId: string;
  region: string;
  /** The cause and the next step. */
  message: string;
}

/**
 * Answer of `GET /api/eks/clusters`.
 *
 * @public
 */
export interface ClustersResponse {
  items: ClusterSummary[];
  failures: DiscoveryFailure[];
}

/**
 * Whether a place already holds something of a name; `unknown` when the place
 * could not be asked.
 *
 * @public
 */
export type Availability = 'free' | 'taken' | 'unknown';

/**
 * Answer of `GET /api/eks/names/:name`.
 *
 * @public
 */
export interface NameAvailability {
  name: string;
  catalog: Availability;
  /** The git host. */
  repository: Availability;
  /** ECR. */
  registry: Availability;
  /** A sentence for each place that is taken or could not be asked. */
  reasons: string[];
}

/**
 * What is looked at before a service is made.
 *
 * @public
 */
export type PreflightCheck =
  // The parameters by themselves.
  | 'name'
  | 'description'
  | 'owner'
  | 'system'
  | 'source'
  | 'scaling'
  | 'pipeline'
  | 'hostname'
  | 'targets'
  // What is asked once.
  | 'catalog'
  | 'git-repository'
  | 'image-repository'
  | 'pipeline-role'
  | 'aws-permissions'
  // What is asked of each target.
  | 'cluster'
  | 'compute'
  | 'load-balancer'
  | 'metrics'
  | 'cluster-permissions'
  | 'argo-cd'
  | 'namespace'
  | 'pod-security'
  | 'workloads'
  | 'quota';

/**
 * One line of the report on a service that shall be made.
 *
 * @public
 */
export interface PreflightLine {
  check: PreflightCheck;
  /** `failed` would make a later step fail; `warning` is worth knowing, or could not be found out. */
  status: 'passed' | 'warning' | 'failed';
  /** What was found. Names of things are between backticks. */
  message: string;
  /** What to do about it; left out when there is nothing to do. */
  remedy?: string;
  /** Environment of the target that was looked at. */
  environment?: string;
  /** Parameter to change: `targets[0].namespace`. */
  field?: string;
}

/**
 * Answer of `POST /api/eks/preflight`.
 *
 * @public
 */
export interface PreflightResponse {
  report: PreflightLine[];
}
