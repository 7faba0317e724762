import { createHash } from 'node:crypto';
import type { ClusterFacts } from './controller';
import type { Node } from './objects';

export const ZONE = 'topology.kubernetes.io/zone';
export const COMPUTE_TYPE = 'eks.amazonaws.com/compute-type';
export const NODE_POOL = 'karpenter.sh/nodepool';
const NODE_GROUP = 'eks.amazonaws.com/nodegroup';
/** Keeps Karpenter from ending a node. */
export const DO_NOT_DISRUPT = 'karpenter.sh/do-not-disrupt';

/** The zones of a cluster, as the last letter of their names. */
export const zones = ['a', 'b', 'c'];

/** How large a machine is. */
export interface MachineSize {
  /** Such as `c7g.large`; Fargate has none. */
  instanceType?: string;
  cpu: number;
  memoryGiB: number;
  pods: number;
}

/** What a node is made of. */
export interface NodeOptions {
  /** Tells the nodes of a cluster apart. */
  seed: string;
  kind: 'managed' | 'karpenter' | 'auto-mode' | 'fargate';
  /** One of {@link zones}. */
  zone: string;
  size: MachineSize;
  arch: 'amd64' | 'arm64';
  /** The node group, or the node pool. */
  pool?: string;
  address: string;
  now: string;
}

const digest = (text: string) =>
  createHash('sha256').update(text).digest('hex');

const DAY_MS = 24 * 60 * 60_000;

/** A node as EKS, Karpenter, Auto Mode or Fargate would register it. */
export function newNode(cluster: ClusterFacts, options: NodeOptions): Node {
  const { kind, now, size, arch, address } = options;
  const { region } = cluster;
  const id = digest(`${cluster.arn}/${options.seed}`);
  const dashed = address.replace(/\./g, '-');
  const instance = `i-0${id.slice(0, 16)}`;
  const domain =
    region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  const name = {
    managed: `ip-${dashed}.${domain}`,
    karpenter: `ip-${dashed}.${domain}`,
    'auto-mode': instance,
    fargate: `fargate-ip-${dashed}.${domain}`,
  }[kind];
  const zone = `${region}${options.zone}`;
  const condition = (
    type: string,
    status: 'True' | 'False',
    reason: string,
    message: string,
  ) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': arch,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': region,
        [ZONE]: zone,
        ...(size.instanceType && {
          'node.kubernetes.io/instance-type': size.instanceType,
        }),
        ...kindLabels(options),
      },
      // Its Lease would tell that it lives; nobody here waits for that.
      annotations: {
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: {
      providerID:
        kind === 'fargate'
          ? `aws:///${zone}/${id.slice(0, 10)}-${id.slice(10, 42)}/${name}`
          : `aws:///${zone}/${instance}`,
      ...(kind === 'fargate' && {
        taints: [
          {
            key: COMPUTE_TYPE,
            value: 'fargate',
            effect: 'NoSchedule' as const,
          },
        ],
      }),
    },
    status: {
      ...amounts(size),
      addresses: [
        { type: 'InternalIP', address },
        { type: 'InternalDNS', address: `ip-${dashed}.${domain}` },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        condition(
          'MemoryPressure',
          'False',
          'KubeletHasSufficientMemory',
          'kubelet has sufficient memory available',
        ),
        condition(
          'DiskPressure',
          'False',
          'KubeletHasNoDiskPressure',
          'kubelet has no disk pressure',
        ),
        condition(
          'PIDPressure',
          'False',
          'KubeletHasSufficientPID',
          'kubelet has sufficient PID available',
        ),
        condition(
          'Ready',
          'True',
          'KubeletReady',
          'kubelet is posting ready status',
        ),
      ],
      nodeInfo: {
        architecture: arch,
        bootID: id.slice(32),
        containerRuntimeVersion: 'containerd://2.1.5',
        kernelVersion:
          kind === 'auto-mode' ? '6.12.46' : '6.12.46-66.121.amzn2023',
        kubeProxyVersion: '',
        kubeletVersion: `v${cluster.version}.0-eks-${id.slice(0, 7)}`,
        machineID: id.slice(0, 32),
        operatingSystem: 'linux',
        osImage:
          kind === 'auto-mode'
            ? `Bottlerocket (EKS Auto, Standard) ${osDate(now)} (aws-k8s-${cluster.version}-standard)`
            : 'Amazon Linux 2023',
        systemUUID: id.slice(0, 32),
      },
    },
  };
}

/** Auto Mode's images are new each week. */
const osDate = (now: string) =>
  new Date(Date.parse(now) - 7 * DAY_MS)
    .toISOString()
    .slice(0, 10)
    .replace(/-0?/g, '.');

/** What a machine has, and what the system leaves of it for pods. */
function amounts({ cpu, memoryGiB, pods }: MachineSize) {
  const memoryMi = Math.floor(memoryGiB * 1024 * 0.965);
  const reserved = { cpu: 50 + 10 * cpu, memoryMi: 255 + 11 * pods + 100 };
  return {
    capacity: {
      cpu: String(cpu),
      memory: `${memoryMi * 1024}Ki`,
      pods: String(pods),
    },
    allocatable: {
      cpu: `${cpu * 1000 - reserved.cpu}m`,
      memory: `${(memoryMi - reserved.memoryMi) * 1024}Ki`,
      pods: String(pods),
    },
  };
}

function kindLabels({ kind, pool = '' }: NodeOptions): Record<string, string> {
  switch (kind) {
    case 'managed':
      return {
        [NODE_GROUP]: pool,
        'eks.amazonaws.com/capacityType': 'ON_DEMAND',
      };
    case 'karpenter':
      return {
        [NODE_POOL]: pool,
        'karpenter.sh/capacity-type': 'spot',
        'karpenter.k8s.aws/ec2nodeclass': 'default',
        'karpenter.sh/initialized': 'true',
        'karpenter.sh/registered': 'true',
      };
    case 'auto-mode':
      return {
        [COMPUTE_TYPE]: 'auto',
        [NODE_POOL]: pool,
        'karpenter.sh/capacity-type': 'on-demand',
        'app.kubernetes.io/managed-by': 'eks',
        'eks.amazonaws.com/nodeclass': 'default',
        'karpenter.sh/initialized': 'true',
        'karpenter.sh/registered': 'true',
      };
    default:
      return { [COMPUTE_TYPE]: 'fargate' };
  }
}

export const isFargate = ({ metadata }: Node) =>
  metadata.labels?.[COMPUTE_TYPE] === 'fargate';

/** The zone with the fewest of the given zones' names in it. */
export function emptiestZone(names: (string | undefined)[]): string {
  const count = (zone: string) =>
    names.filter(name => name?.endsWith(zone)).length;
  return [...zones].sort((a, b) => count(a) - count(b))[0];
}
