import type { ClusterFacts } from '../kubernetes/controllers/controller';
import { newNode, zones } from '../kubernetes/controllers/nodes';
import type { ClusterCompute, KubernetesObject } from '../kubernetes/types';

const SIZE = {
  instanceType: 'm7g.4xlarge',
  cpu: 16,
  memoryGiB: 64,
  pods: 110,
};

const DISK = { 'ephemeral-storage': '80Gi' };

function kindOf({ kind, karpenter }: ClusterCompute) {
  if (kind === 'auto-mode') {
    return { kind, pool: 'general-purpose' } as const;
  }
  return karpenter
    ? ({ kind: 'karpenter', pool: 'default' } as const)
    : ({ kind: 'managed', pool: 'general' } as const);
}

/** A node in each zone, large enough for all that is tried, as the cluster's compute registers it. */
export function nodesOf(cluster: ClusterFacts): KubernetesObject[] {
  return zones.map((zone, index) => {
    const { status, ...node } = newNode(cluster, {
      ...kindOf(cluster.compute),
      seed: `real/${zone}`,
      zone,
      size: SIZE,
      arch: 'arm64',
      address: `10.0.${index}.10`,
      now: new Date().toISOString(),
    });
    // The rest of the status is KWOK's, as it is the kubelet's.
    return Object.assign(node, {
      status: {
        capacity: { ...status.capacity, ...DISK },
        allocatable: { ...status.allocatable, ...DISK },
        nodeInfo: status.nodeInfo,
      },
    });
  });
}

/** Nodes of a cluster of which nothing else is known. */
export const someNodes = (): KubernetesObject[] =>
  nodesOf({
    name: 'cluster',
    arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/cluster',
    region: 'eu-west-1',
    accountId: '111122223333',
    version: '1.35',
    compute: { kind: 'managed-nodes' },
  });
