import type { ControllerContext } from './controller';
import { newNode, zones, type MachineSize } from './nodes';
import type { Node, Pod } from './objects';
import {
  addRequests,
  findProblem,
  requestsOf,
  type Requests,
} from './placement';

/** What Karpenter, ours or Auto Mode's, makes nodes of. */
export interface NodePool {
  name: string;
  kind: 'karpenter' | 'auto-mode';
  arch: 'amd64' | 'arm64';
  capacityType: 'spot' | 'on-demand';
  family: string;
  /** Who tells of what it does. */
  component: string;
}

const SIZES = [
  { size: 'large', cpu: 2, pods: 29 },
  { size: 'xlarge', cpu: 4, pods: 58 },
  { size: '2xlarge', cpu: 8, pods: 58 },
  { size: '4xlarge', cpu: 16, pods: 234 },
];
/** Pods that could do with less do not make a machine larger than this. */
const SHARED_SIZES = 2;
const GIB_PER_CPU = 2;

/** The pool of a cluster that has nodes made. */
export function nodePool({ cluster }: ControllerContext): NodePool {
  return cluster.compute.kind === 'auto-mode'
    ? {
        name: 'general-purpose',
        kind: 'auto-mode',
        arch: 'amd64',
        capacityType: 'on-demand',
        family: 'c6a',
        component: 'eks-auto-mode/compute',
      }
    : {
        name: 'default',
        kind: 'karpenter',
        arch: 'arm64',
        capacityType: 'spot',
        family: 'c7g',
        component: 'karpenter',
      };
}

/** Why no node of the pool is ever for a pod; undefined when one may be. */
export function incompatibility(
  { cluster }: ControllerContext,
  pool: NodePool,
  { spec }: Pod,
): string | undefined {
  const offered: Record<string, string[] | undefined> = {
    'kubernetes.io/arch': [pool.arch],
    'kubernetes.io/os': ['linux'],
    'karpenter.sh/capacity-type': [pool.capacityType],
    'karpenter.sh/nodepool': [pool.name],
    'topology.kubernetes.io/region': [cluster.region],
    'topology.kubernetes.io/zone': zones.map(zone => cluster.region + zone),
    'node.kubernetes.io/instance-type': SIZES.map(
      ({ size }) => `${pool.family}.${size}`,
    ),
    ...(pool.kind === 'auto-mode' && {
      'eks.amazonaws.com/compute-type': ['auto'],
    }),
  };
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) {
    const values = offered[key];
    if (!values) {
      return `incompatible requirements, label "${key}" does not have known values`;
    }
    if (!values.includes(value)) {
      return `incompatible requirements, key ${key}, ${key} In [${value}] not in ${key} In [${values.join(
        ' ',
      )}]`;
    }
  }
  return undefined;
}

/**
 * The smallest node that takes all the pods beside its daemons.
 *
 * @returns undefined when none does.
 */
export function fittingNode(
  context: ControllerContext,
  pool: NodePool,
  options: { seed: string; zone: string; pods: Pod[]; daemons: Requests },
): Node | undefined {
  const { cluster, timestamp, addresses } = context;
  const sizes = options.pods.length > 1 ? SIZES.slice(0, SHARED_SIZES) : SIZES;
  for (const { size, cpu, pods } of sizes) {
    const machine: MachineSize = {
      instanceType: `${pool.family}.${size}`,
      cpu,
      memoryGiB: cpu * GIB_PER_CPU,
      pods,
    };
    const node = newNode(cluster, {
      seed: options.seed,
      kind: pool.kind,
      zone: options.zone,
      size: machine,
      arch: pool.arch,
      pool: pool.name,
      address: addresses.take(options.seed),
      now: timestamp(),
    });
    if (takesAll(node, options.pods, options.daemons)) {
      return node;
    }
  }
  return undefined;
}

function takesAll(node: Node, pods: Pod[], daemons: Requests): boolean {
  let used = daemons;
  return pods.every(pod => {
    const fits = !findProblem(pod.spec, node, used);
    used = addRequests(used, requestsOf(pod.spec));
    return fits;
  });
}
