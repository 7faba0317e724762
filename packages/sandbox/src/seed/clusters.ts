import { accessPolicyArn, defaultUsername, EksCluster } from '../aws';
import {
  DATA_ACCOUNT,
  PIPELINE_ROLE,
  PORTAL_ROLE,
  roleArn,
  SHOP_ACCOUNT,
} from './names';

const CREATED_AT = Date.parse('2026-02-03T09:00:00Z');

/** What is different from cluster to cluster. */
interface ClusterSeed {
  name: string;
  accountId: string;
  region: string;
  version: string;
  /** Hexadecimal digits that the ids of the cluster are made of. */
  digits: string;
  autoMode?: boolean;
  addons: Record<string, string>;
  /** Whether the portal and the pipeline have access entries. */
  accessible: boolean;
}

const SEEDS: readonly ClusterSeed[] = [
  {
    name: 'prod-eu',
    accountId: SHOP_ACCOUNT,
    region: 'eu-west-1',
    version: '1.35',
    digits: 'a1',
    autoMode: true,
    addons: {
      'metrics-server': 'v0.8.0-eksbuild.3',
      'amazon-cloudwatch-observability': 'v6.2.0-eksbuild.1',
    },
    accessible: true,
  },
  {
    name: 'batch-eu',
    accountId: SHOP_ACCOUNT,
    region: 'eu-west-1',
    version: '1.34',
    digits: 'b2',
    addons: {
      coredns: 'v1.12.4-eksbuild.1',
      'kube-proxy': 'v1.34.0-eksbuild.4',
      'vpc-cni': 'v1.20.4-eksbuild.1',
      'metrics-server': 'v0.8.0-eksbuild.3',
    },
    accessible: true,
  },
  {
    name: 'staging-us',
    accountId: DATA_ACCOUNT,
    region: 'us-east-1',
    version: '1.34',
    digits: 'c3',
    addons: {
      coredns: 'v1.12.4-eksbuild.1',
      'kube-proxy': 'v1.34.0-eksbuild.4',
      'vpc-cni': 'v1.20.4-eksbuild.1',
      'eks-pod-identity-agent': 'v1.3.9-eksbuild.3',
      'metrics-server': 'v0.8.0-eksbuild.3',
      'amazon-cloudwatch-observability': 'v4.7.0-eksbuild.1',
    },
    accessible: true,
  },
  {
    name: 'prod-us',
    accountId: DATA_ACCOUNT,
    region: 'us-east-1',
    version: '1.33',
    digits: 'd4',
    addons: {
      coredns: 'v1.12.4-eksbuild.1',
      'kube-proxy': 'v1.33.3-eksbuild.10',
      'vpc-cni': 'v1.20.4-eksbuild.1',
    },
    accessible: false,
  },
];

/** An id such as the last part of an ARN, the same at every start. */
function stableId(digits: string, index: number): string {
  const tail = `${digits}${index}`.padStart(12, '0');
  return `00000000-0000-4000-8000-${tail}`;
}

function accessEntry(
  seed: ClusterSeed,
  role: string,
  groups: string[],
  policies: string[],
  index: number,
): EksCluster['accessEntries'][string] {
  const principalArn = roleArn(seed.accountId, role);
  const { accountId, region, name, digits } = seed;
  return {
    principalArn,
    arn: `arn:aws:eks:${region}:${accountId}:access-entry/${name}/role/${accountId}/${role}/${stableId(
      digits,
      index,
    )}`,
    kubernetesGroups: groups,
    username: defaultUsername(principalArn),
    type: 'STANDARD',
    createdAt: CREATED_AT,
    modifiedAt: CREATED_AT,
    tags: {},
    policies: Object.fromEntries(
      policies.map(accessPolicyArn).map(policyArn => [
        policyArn,
        {
          policyArn,
          accessScope: { type: 'cluster', namespaces: [] },
          associatedAt: CREATED_AT,
          modifiedAt: CREATED_AT,
        },
      ]),
    ),
  };
}

function createCluster(seed: ClusterSeed): EksCluster {
  const { name, accountId, region, digits } = seed;
  const id = digits.repeat(16);
  const prefix = `arn:aws:eks:${region}:${accountId}`;
  const entries = seed.accessible
    ? [
        accessEntry(
          seed,
          PORTAL_ROLE,
          ['slipway:create', 'slipway:operate'],
          ['AmazonEKSViewPolicy'],
          1,
        ),
        accessEntry(seed, PIPELINE_ROLE, [], ['AmazonEKSAdminPolicy'], 2),
      ]
    : [];
  return {
    name,
    arn: `${prefix}:cluster/${name}`,
    accountId,
    region,
    version: seed.version,
    platformVersion: 'eks.9',
    status: 'ACTIVE',
    createdAt: CREATED_AT,
    roleArn: roleArn(accountId, `${name}-cluster`),
    vpcId: `vpc-${id.slice(0, 17)}`,
    subnetIds: [1, 2, 3].map(zone => `subnet-${zone}${id.slice(0, 16)}`),
    oidcIssuer: `https://oidc.eks.${region}.amazonaws.com/id/${id.toUpperCase()}`,
    upgradePolicy: 'EXTENDED',
    ...(seed.autoMode && {
      autoMode: {
        nodePools: ['general-purpose', 'system'],
        nodeRoleArn: roleArn(accountId, `${name}-node`),
      },
    }),
    tags: {},
    nodegroups: {},
    fargateProfiles: {},
    addons: Object.fromEntries(
      Object.entries(seed.addons).map(([addon, version], index) => [
        addon,
        {
          name: addon,
          arn: `${prefix}:addon/${name}/${addon}/${stableId(digits, 10 + index)}`,
          version,
          createdAt: CREATED_AT,
          tags: {},
        },
      ]),
    ),
    accessEntries: Object.fromEntries(
      entries.map(entry => [entry.principalArn, entry]),
    ),
    podIdentityAssociations: {},
  };
}

function addNodegroup(cluster: EksCluster, name: string) {
  cluster.nodegroups[name] = {
    name,
    arn: `arn:aws:eks:${cluster.region}:${cluster.accountId}:nodegroup/${
      cluster.name
    }/${name}/${stableId(cluster.vpcId.slice(4, 6), 30)}`,
    createdAt: CREATED_AT,
    instanceTypes: ['m7g.large'],
    amiType: 'AL2023_ARM_64_STANDARD',
    capacityType: 'ON_DEMAND',
    scaling: { minSize: 3, maxSize: 6, desiredSize: 3 },
    subnets: cluster.subnetIds,
    nodeRole: roleArn(cluster.accountId, `${cluster.name}-node`),
    labels: {},
    tags: {},
  };
}

/** The four clusters, by ARN. */
export function createClusters(): Record<string, EksCluster> {
  const clusters = SEEDS.map(createCluster);
  for (const cluster of clusters) {
    if (cluster.name === 'batch-eu') {
      cluster.fargateProfiles.batch = {
        name: 'batch',
        arn: `arn:aws:eks:${cluster.region}:${cluster.accountId}:fargateprofile/${
          cluster.name
        }/batch/${stableId('b2', 20)}`,
        createdAt: CREATED_AT,
        podExecutionRoleArn: roleArn(
          cluster.accountId,
          'batch-eu-fargate-pods',
        ),
        subnets: cluster.subnetIds,
        selectors: [{ namespace: 'batch-*' }, { namespace: 'kube-system' }],
        tags: {},
      };
    } else if (!cluster.autoMode) {
      addNodegroup(cluster, 'general');
    }
  }
  return Object.fromEntries(clusters.map(cluster => [cluster.arn, cluster]));
}
