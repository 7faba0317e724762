import { Call, Operation } from '../service';
import { arnOf, clusterOf, namedCluster, pageOfNames, seconds } from './common';
import { EksCluster } from './state';

function describe(call: Call, cluster: EksCluster) {
  const endpoint = call.world.endpointOf(cluster.arn);
  const auto = cluster.autoMode;
  return {
    name: cluster.name,
    arn: cluster.arn,
    createdAt: seconds(cluster.createdAt),
    version: cluster.version,
    platformVersion: cluster.platformVersion,
    status: cluster.status,
    roleArn: cluster.roleArn,
    ...(endpoint && {
      endpoint: endpoint.url,
      certificateAuthority: {
        data: Buffer.from(endpoint.certificateAuthority).toString('base64'),
      },
    }),
    resourcesVpcConfig: {
      subnetIds: cluster.subnetIds,
      securityGroupIds: [],
      clusterSecurityGroupId: `sg-${cluster.vpcId.slice(4)}`,
      vpcId: cluster.vpcId,
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ['0.0.0.0/0'],
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: '10.100.0.0/16',
      ipFamily: 'ipv4',
      elasticLoadBalancing: { enabled: Boolean(auto) },
    },
    logging: {
      clusterLogging: [
        { types: ['api', 'audit', 'authenticator'], enabled: true },
      ],
    },
    identity: { oidc: { issuer: cluster.oidcIssuer } },
    accessConfig: { authenticationMode: 'API' },
    upgradePolicy: { supportType: cluster.upgradePolicy },
    computeConfig: auto
      ? {
          enabled: true,
          nodePools: auto.nodePools,
          nodeRoleArn: auto.nodeRoleArn,
        }
      : { enabled: false },
    storageConfig: { blockStorage: { enabled: Boolean(auto) } },
    health: { issues: [] },
    deletionProtection: false,
    tags: cluster.tags,
  };
}

export const clusterOperations: Operation[] = [
  {
    name: 'ListClusters',
    route: 'GET /clusters',
    resource: call => arnOf(call, 'cluster/*'),
    run(call) {
      const names = Object.values(call.world.state.clusters)
        .filter(
          ({ accountId, region }) =>
            accountId === call.accountId && region === call.region,
        )
        .map(({ name }) => name);
      const { items, nextToken } = pageOfNames(call, names);
      return { clusters: items, nextToken };
    },
  },
  {
    name: 'DescribeCluster',
    route: 'GET /clusters/{name}',
    resource: namedCluster,
    run: call => ({ cluster: describe(call, clusterOf(call)) }),
  },
];
