/** A managed node group. */
export interface Nodegroup {
  name: string;
  arn: string;
  createdAt: number;
  instanceTypes: string[];
  amiType: string;
  capacityType: 'ON_DEMAND' | 'SPOT';
  scaling: { minSize: number; maxSize: number; desiredSize: number };
  subnets: string[];
  nodeRole: string;
  labels: Record<string, string>;
  tags: Record<string, string>;
}

/** Which pods a Fargate profile takes; `*` and `?` are wildcards. */
export interface FargateSelector {
  namespace?: string;
  labels?: Record<string, string>;
}

/** A Fargate profile. */
export interface FargateProfile {
  name: string;
  arn: string;
  createdAt: number;
  podExecutionRoleArn: string;
  subnets: string[];
  selectors: FargateSelector[];
  tags: Record<string, string>;
  /** When CREATING or DELETING is over; milliseconds since the epoch. */
  readyAt?: number;
  deletedAt?: number;
}

/** An add-on. */
export interface Addon {
  name: string;
  arn: string;
  version: string;
  createdAt: number;
  /** What is wrong with it; then it is `DEGRADED`. */
  issues?: { code: string; message: string }[];
  configurationValues?: string;
  serviceAccountRoleArn?: string;
  tags: Record<string, string>;
}

/** An access policy that an access entry has. */
export interface AssociatedPolicy {
  policyArn: string;
  accessScope: { type: 'cluster' | 'namespace'; namespaces: string[] };
  associatedAt: number;
  modifiedAt: number;
}

/** Who gets into the cluster. */
export interface AccessEntry {
  principalArn: string;
  arn: string;
  kubernetesGroups: string[];
  username: string;
  type: string;
  createdAt: number;
  modifiedAt: number;
  tags: Record<string, string>;
  /** By policy ARN. */
  policies: Record<string, AssociatedPolicy>;
}

/** Which role the pods of a service account get. */
export interface PodIdentityAssociation {
  id: string;
  arn: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  createdAt: number;
  modifiedAt: number;
  tags: Record<string, string>;
}

/** A cluster. */
export interface EksCluster {
  name: string;
  arn: string;
  accountId: string;
  region: string;
  version: string;
  platformVersion: string;
  status: 'ACTIVE' | 'CREATING' | 'UPDATING' | 'DELETING' | 'FAILED';
  createdAt: number;
  roleArn: string;
  vpcId: string;
  subnetIds: string[];
  oidcIssuer: string;
  upgradePolicy: 'STANDARD' | 'EXTENDED';
  /** Set on Auto Mode clusters. */
  autoMode?: { nodePools: string[]; nodeRoleArn: string };
  tags: Record<string, string>;
  nodegroups: Record<string, Nodegroup>;
  fargateProfiles: Record<string, FargateProfile>;
  addons: Record<string, Addon>;
  /** By principal ARN. */
  accessEntries: Record<string, AccessEntry>;
  /** By association id. */
  podIdentityAssociations: Record<string, PodIdentityAssociation>;
}
