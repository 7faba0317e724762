import { Call, Operation } from '../service';
import {
  clusterOf,
  namedCluster,
  notFound,
  own,
  pageOfNames,
  partArn,
  seconds,
} from './common';
import { EksCluster, Nodegroup } from './state';

const name = (call: Call) => call.input.requiredText('nodegroupName');

function describe(cluster: EksCluster, nodegroup: Nodegroup) {
  return {
    nodegroupName: nodegroup.name,
    nodegroupArn: nodegroup.arn,
    clusterName: cluster.name,
    version: cluster.version,
    releaseVersion: `${cluster.version}.0-20261101`,
    createdAt: seconds(nodegroup.createdAt),
    modifiedAt: seconds(nodegroup.createdAt),
    status: 'ACTIVE',
    capacityType: nodegroup.capacityType,
    scalingConfig: nodegroup.scaling,
    instanceTypes: nodegroup.instanceTypes,
    subnets: nodegroup.subnets,
    amiType: nodegroup.amiType,
    nodeRole: nodegroup.nodeRole,
    labels: nodegroup.labels,
    diskSize: 20,
    health: { issues: [] },
    updateConfig: { maxUnavailable: 1 },
    tags: nodegroup.tags,
  };
}

export const nodegroupOperations: Operation[] = [
  {
    name: 'ListNodegroups',
    route: 'GET /clusters/{clusterName}/node-groups',
    resource: namedCluster,
    run(call) {
      const names = Object.keys(clusterOf(call).nodegroups);
      const { items, nextToken } = pageOfNames(call, names);
      return { nodegroups: items, nextToken };
    },
  },
  {
    name: 'DescribeNodegroup',
    route: 'GET /clusters/{clusterName}/node-groups/{nodegroupName}',
    resource: call =>
      partArn(call, 'nodegroup', name(call), ({ nodegroups }) =>
        own(nodegroups, name(call)),
      ),
    run(call) {
      const cluster = clusterOf(call);
      const nodegroup = own(cluster.nodegroups, name(call));
      if (!nodegroup) {
        throw notFound(`No node group found for name: ${name(call)}.`);
      }
      return { nodegroup: describe(cluster, nodegroup) };
    },
  },
];
