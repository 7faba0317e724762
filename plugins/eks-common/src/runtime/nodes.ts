import { listOf, textOf } from './kubernetes';
import type { Node, Pod } from './types';

/** A node as far as it is looked at. */
interface NodeObject {
  metadata?: { name?: string; labels?: Record<string, string> };
}

const INSTANCE_TYPE = 'node.kubernetes.io/instance-type';
const ZONE = 'topology.kubernetes.io/zone';
const COMPUTE_TYPE = 'eks.amazonaws.com/compute-type';
const NODE_GROUP = 'eks.amazonaws.com/nodegroup';
const NODE_GROUP_CAPACITY = 'eks.amazonaws.com/capacityType';
const NODE_POOL = 'karpenter.sh/nodepool';
const KARPENTER_CAPACITY = 'karpenter.sh/capacity-type';

/** The nodes that pods run on: what they are, and who made them. */
export function toNodes(objects: readonly NodeObject[], pods: Pod[]): Node[] {
  const used = new Set(
    pods.flatMap(({ runsOn }) =>
      runsOn?.kind === 'node' ? [runsOn.name] : [],
    ),
  );
  return listOf(objects)
    .flatMap(({ metadata }) => {
      const name = textOf(metadata?.name);
      return name && used.has(name)
        ? [toNode(name, metadata?.labels ?? {})]
        : [];
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

function toNode(name: string, labels: Record<string, string>): Node {
  const instanceType = textOf(labels[INSTANCE_TYPE]);
  const zone = textOf(labels[ZONE]);
  const capacity = capacityOf(labels);
  return {
    name,
    ...(instanceType && { instanceType }),
    ...(zone && { zone }),
    ...(capacity && { capacity }),
    madeBy: makerOf(labels),
  };
}

function capacityOf(labels: Record<string, string>): Node['capacity'] {
  const said =
    textOf(labels[KARPENTER_CAPACITY]) ??
    textOf(labels[NODE_GROUP_CAPACITY]) ??
    '';
  switch (said.toLocaleLowerCase('en-US').replace('_', '-')) {
    case 'spot':
      return 'spot';
    case 'on-demand':
      return 'on-demand';
    default:
      return labels[COMPUTE_TYPE] === 'fargate' ? 'fargate' : undefined;
  }
}

/** Auto Mode is Karpenter inside, and labels its nodes as that one does. */
function makerOf(labels: Record<string, string>): Node['madeBy'] {
  switch (labels[COMPUTE_TYPE]) {
    case 'auto':
      return 'auto-mode';
    case 'fargate':
      return 'fargate';
    default:
  }
  if (labels[NODE_POOL] !== undefined) {
    return 'karpenter';
  }
  return labels[NODE_GROUP] !== undefined ? 'managed-node-group' : 'unknown';
}
