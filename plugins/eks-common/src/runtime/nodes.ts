import { listOf, textOf } from './kubernetes';
import type { Node, Pod } from './types';

/** A node as far as it is looked at. */
interface NodeObject {
  metadata?: {
    name?: string;
    labels?: Record<string, string>;
    deletionTimestamp?: string;
  };
  spec?: { unschedulable?: boolean; taints?: { key?: string }[] };
}

const INSTANCE_TYPE = 'node.kubernetes.io/instance-type';
const ZONE = 'topology.kubernetes.io/zone';
const COMPUTE_TYPE = 'eks.amazonaws.com/compute-type';
const NODE_GROUP = 'eks.amazonaws.com/nodegroup';
const NODE_GROUP_CAPACITY = 'eks.amazonaws.com/capacityType';
const NODE_POOL = 'karpenter.sh/nodepool';
const KARPENTER_CAPACITY = 'karpenter.sh/capacity-type';

/** What those who empty a node put on it first. */
const LEAVING: ReadonlySet<unknown> = new Set([
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
  'ToBeDeletedByClusterAutoscaler',
]);

/**
 * The name of the node that a pod runs on, Fargate's included.
 *
 * @public
 */
export function nodeOf({ runsOn }: Pod): string | undefined {
  return runsOn?.kind === 'fargate' ? runsOn.node : runsOn?.name;
}

/** The nodes that pods run on: what they are, and who made them. */
export function toNodes(objects: readonly NodeObject[], pods: Pod[]): Node[] {
  const used = new Set(pods.map(nodeOf));
  return listOf(objects)
    .flatMap(object => {
      const name = textOf(object.metadata?.name);
      return name && used.has(name) ? [toNode(name, object)] : [];
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

function toNode(name: string, object: NodeObject): Node {
  const labels = object.metadata?.labels ?? {};
  const pool = textOf(labels[NODE_POOL]) ?? textOf(labels[NODE_GROUP]);
  const instanceType = textOf(labels[INSTANCE_TYPE]);
  const zone = textOf(labels[ZONE]);
  const capacity = capacityOf(labels);
  return {
    name,
    ...(instanceType && { instanceType }),
    ...(zone && { zone }),
    ...(capacity && { capacity }),
    madeBy: makerOf(labels),
    ...(pool && { pool }),
    ...(isLeaving(object) && { leaving: true }),
  };
}

const isLeaving = ({ metadata, spec }: NodeObject) =>
  spec?.unschedulable === true ||
  Boolean(metadata?.deletionTimestamp) ||
  listOf(spec?.taints).some(({ key }) => LEAVING.has(key));

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
    case 'reserved':
    case 'capacity-block':
      return 'reserved';
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
