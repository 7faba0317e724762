import {
  DescribeAddonCommand,
  DescribeFargateProfileCommand,
  paginateListAddons,
  paginateListFargateProfiles,
  paginateListNodegroups,
  type Cluster,
  type EKSClient,
} from '@aws-sdk/client-eks';
import type { KubeConfig } from '@kubernetes/client-node';
import type {
  ComputeKind,
  EksCluster,
  EksClusterFacts,
  FargateProfile,
  LoadBalancerSupport,
} from '@slipway/backstage-plugin-eks-common';
import { readKubernetes } from './kubernetesApi';

/** What AWS knows of a cluster beyond DescribeCluster. */
export interface AwsFacts {
  nodeGroups: string[];
  fargateProfiles: FargateProfile[];
  addons: EksClusterFacts['addons'];
}

/** What only the cluster itself knows. */
export interface InnerFacts {
  loadBalancer: LoadBalancerSupport;
  metrics: EksClusterFacts['metrics'];
  karpenter: boolean;
}

/**
 * Asks AWS for node groups, Fargate profiles and add-ons.
 *
 * Needs eks:ListNodegroups, eks:ListFargateProfiles, eks:DescribeFargateProfile,
 * eks:ListAddons and eks:DescribeAddon.
 */
export async function readAwsFacts(
  client: EKSClient,
  clusterName: string,
  abortSignal: AbortSignal,
): Promise<AwsFacts> {
  const send = { abortSignal };
  const [nodeGroups, profileNames, addonNames] = await Promise.all([
    collect(
      paginateListNodegroups({ client }, { clusterName }, send),
      page => page.nodegroups,
    ),
    collect(
      paginateListFargateProfiles({ client }, { clusterName }, send),
      page => page.fargateProfileNames,
    ),
    collect(
      paginateListAddons({ client }, { clusterName }, send),
      page => page.addons,
    ),
  ]);
  const [fargateProfiles, addons] = await Promise.all([
    Promise.all(
      profileNames.map(async fargateProfileName => {
        const { fargateProfile } = await client.send(
          new DescribeFargateProfileCommand({
            clusterName,
            fargateProfileName,
          }),
          send,
        );
        return {
          name: fargateProfileName,
          status: fargateProfile?.status ?? 'UNKNOWN',
          selectors: (fargateProfile?.selectors ?? []).map(
            ({ namespace, labels }) => ({ namespace, labels }),
          ),
        };
      }),
    ),
    Promise.all(
      addonNames.map(async addonName => {
        const { addon } = await client.send(
          new DescribeAddonCommand({ clusterName, addonName }),
          send,
        );
        return {
          name: addonName,
          version: addon?.addonVersion ?? '',
          status: addon?.status ?? 'UNKNOWN',
        };
      }),
    ),
  ]);
  return { nodeGroups, fargateProfiles, addons };
}

async function collect<Page>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => string[] | undefined,
): Promise<string[]> {
  const all: string[] = [];
  for await (const page of pages) {
    all.push(...(items(page) ?? []));
  }
  return all;
}

/** Controllers that make an Application Load Balancer for an Ingress. */
const controllers: Record<string, LoadBalancerSupport['kind']> = {
  'eks.amazonaws.com/alb': 'auto-mode',
  'ingress.k8s.aws/alb': 'aws-load-balancer-controller',
};

/**
 * Asks the cluster for its IngressClasses, its metrics API and Karpenter.
 *
 * Needs `list` on ingressclasses.networking.k8s.io; the rest is discovery,
 * which every known user may read.
 *
 * @throws what the cluster answers when it cannot be read at all.
 */
export async function readInnerFacts(
  kubeConfig: KubeConfig,
  signal: AbortSignal,
): Promise<InnerFacts> {
  const [groups, loadBalancer] = await Promise.all([
    readKubernetes(kubeConfig, '/apis', signal).then(apiGroupNames),
    readKubernetes(
      kubeConfig,
      '/apis/networking.k8s.io/v1/ingressclasses',
      signal,
    ).then(loadBalancerOf, (error): LoadBalancerSupport => {
      if (error?.code === 403) {
        return { kind: 'unknown' };
      }
      throw error;
    }),
  ]);
  return {
    loadBalancer,
    metrics: groups.includes('metrics.k8s.io') ? 'metrics-server' : 'none',
    karpenter: groups.includes('karpenter.sh'),
  };
}

function apiGroupNames(answer: unknown): string[] {
  const { groups } = (answer ?? {}) as { groups?: { name?: string }[] };
  return (groups ?? []).flatMap(({ name }) => name ?? []);
}

function loadBalancerOf(answer: unknown): LoadBalancerSupport {
  const { items } = (answer ?? {}) as {
    items?: {
      metadata?: { name?: string };
      spec?: { controller?: string };
    }[];
  };
  for (const { metadata, spec } of items ?? []) {
    const kind = controllers[spec?.controller ?? ''];
    if (kind && metadata?.name) {
      return { kind, ingressClassName: metadata.name };
    }
  }
  return { kind: 'none' };
}

/** Puts together what AWS and the cluster said. */
export function composeFacts(options: {
  cluster: EksCluster;
  described: Cluster;
  aws: AwsFacts;
  /** What the cluster said, or why it said nothing. */
  inner: InnerFacts | { unreachable: string };
  supportEndsAt?: string;
}): EksClusterFacts {
  const { cluster, described, aws, inner, supportEndsAt } = options;
  const reachable = !('unreachable' in inner);
  const autoMode = described.computeConfig?.enabled === true;
  const kinds: [ComputeKind, boolean][] = [
    ['managed-nodes', aws.nodeGroups.length > 0],
    ['karpenter', reachable && inner.karpenter && !autoMode],
    ['auto-mode', autoMode],
    ['fargate', aws.fargateProfiles.length > 0],
  ];
  return {
    ...cluster,
    reachable,
    ...('unreachable' in inner && { reason: inner.unreachable }),
    computeKinds: kinds.filter(([, there]) => there).map(([kind]) => kind),
    fargateProfiles: aws.fargateProfiles,
    addons: aws.addons,
    loadBalancer: reachable ? inner.loadBalancer : { kind: 'unknown' },
    metrics: reachable ? inner.metrics : 'unknown',
    containerInsights: insightsFlavour(aws.addons),
    oidcIssuer: described.identity?.oidc?.issuer,
    supportEndsAt,
    upgradePolicy: described.upgradePolicy?.supportType,
  };
}

/**
 * Since version 6.2 the observability add-on brings OpenTelemetry Container
 * Insights; before, what AWS now calls Classic.
 */
function insightsFlavour(
  addons: EksClusterFacts['addons'],
): EksClusterFacts['containerInsights'] {
  const addon = addons.find(
    ({ name }) => name === 'amazon-cloudwatch-observability',
  );
  if (!addon) {
    return 'none';
  }
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(addon.version) ?? [];
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 2)
    ? 'otel'
    : 'classic';
}
