import { createHash } from 'node:crypto';
import type { ClusterFacts } from './controller';
import type { Node } from './objects';

const zones = ['a', 'b', 'c'];

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An address in the VPC, the same for the same text. */
export function addressOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  return `10.0.${bytes[0] % 192}.${(bytes[1] % 250) + 4}`;
}

/** A node as EKS, Karpenter, Auto Mode or Fargate would register it. */
export function newNode(
  cluster: ClusterFacts,
  options: {
    /** Tells nodes of a cluster apart. */
    seed: string;
    kind: 'managed' | 'karpenter' | 'auto-mode' | 'fargate';
    zone: string;
    instanceType?: string;
    nodeGroup?: string;
    cpu?: string;
    memory?: string;
    now: string;
  },
): Node {
  const { kind, zone, now, instanceType } = options;
  const id = digest(`${cluster.arn}/${options.seed}`);
  const address = addressOf(`${cluster.arn}/${options.seed}`);
  const dashed = address.replace(/\./g, '-');
  const instance = `i-0${id.slice(0, 16)}`;
  const { region } = cluster;
  const domain =
    region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  const name = {
    managed: `ip-${dashed}.${domain}`,
    karpenter: `ip-${dashed}.${domain}`,
    'auto-mode': instance,
    fargate: `fargate-ip-${dashed}.${domain}`,
  }[kind];
  const size = {
    cpu: options.cpu ?? '2',
    memory: options.memory ?? '8Gi',
    pods: kind === 'fargate' ? '1' : '58',
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': kind === 'fargate' ? 'amd64' : 'arm64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': `${region}${zone}`,
        ...(instanceType && {
          'node.kubernetes.io/instance-type': instanceType,
        }),
        ...kindLabels(kind, options.nodeGroup),
      },
    },
    spec: {
      providerID:
        kind === 'fargate'
          ? `aws:///${region}${zone}/${id.slice(0, 10)}/${name}`
          : `aws:///${region}${zone}/${instance}`,
      ...(kind === 'fargate' && {
        taints: [
          {
            key: 'eks.amazonaws.com/compute-type',
            value: 'fargate',
            effect: 'NoSchedule',
          },
        ],
      }),
    },
    status: {
      capacity: size,
      allocatable: size,
      addresses: [{ type: 'InternalIP', address }],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastTransitionTime: now,
        },
      ],
      nodeInfo: {
        architecture: kind === 'fargate' ? 'amd64' : 'arm64',
        containerRuntimeVersion: 'containerd://2.1.4',
        kubeletVersion: `v${cluster.version}.0-eks-sandbox`,
        operatingSystem: 'linux',
        osImage:
          kind === 'auto-mode'
            ? 'Bottlerocket (EKS Auto, Standard)'
            : 'Amazon Linux 2023',
        kernelVersion: '6.12',
        kubeProxyVersion: '',
        machineID: id.slice(0, 32),
        systemUUID: id.slice(0, 32),
        bootID: id.slice(32),
      },
    },
  };
}

function kindLabels(
  kind: 'managed' | 'karpenter' | 'auto-mode' | 'fargate',
  nodeGroup = 'general',
): Record<string, string> {
  switch (kind) {
    case 'managed':
      return {
        'eks.amazonaws.com/nodegroup': nodeGroup,
        'eks.amazonaws.com/capacityType': 'ON_DEMAND',
      };
    case 'karpenter':
      return {
        'karpenter.sh/nodepool': 'default',
        'karpenter.sh/capacity-type': 'spot',
      };
    case 'auto-mode':
      return {
        'eks.amazonaws.com/compute-type': 'auto',
        'karpenter.sh/nodepool': 'general-purpose',
        'karpenter.sh/capacity-type': 'on-demand',
      };
    default:
      return { 'eks.amazonaws.com/compute-type': 'fargate' };
  }
}

/** The zone with the fewest of the given nodes. */
export function emptiestZone(nodes: Node[]): string {
  const count = (zone: string) =>
    nodes.filter(({ metadata }) =>
      metadata.labels?.['topology.kubernetes.io/zone']?.endsWith(zone),
    ).length;
  return [...zones].sort((a, b) => count(a) - count(b))[0];
}

/** One node in each zone, where there are nodes at all. */
export function firstNodes(cluster: ClusterFacts, now: string): Node[] {
  const { kind } = cluster.compute;
  if (kind === 'fargate') {
    return [];
  }
  return zones.map(zone =>
    newNode(cluster, {
      seed: `first-${zone}`,
      kind: kind === 'auto-mode' ? 'auto-mode' : 'managed',
      zone,
      instanceType: kind === 'auto-mode' ? 'c7g.large' : 'm7g.large',
      now,
    }),
  );
}
