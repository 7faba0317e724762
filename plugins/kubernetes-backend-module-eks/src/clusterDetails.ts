import { ANNOTATION_KUBERNETES_AUTH_PROVIDER } from '@backstage/plugin-kubernetes-common';
import type { ClusterDetails } from '@backstage/plugin-kubernetes-node';
import type { EksCluster } from '@slipway/backstage-plugin-eks-common';

/** Where details carry why their cluster cannot be asked. */
const PROBLEM = 'slipway.io/problem';

/** Marks the details that this module made. */
const CLUSTER_ARN = 'slipway.io/eks-cluster-arn';

/**
 * A discovered cluster for the Kubernetes backend. Its token goes along as a
 * service account's would: details are made anew for every request, and the
 * token with them.
 */
export function detailsOf(cluster: EksCluster, token: string): ClusterDetails {
  return {
    name: cluster.arn,
    title: cluster.name,
    url: cluster.endpoint ?? '',
    caData: cluster.certificateAuthority,
    skipMetricsLookup: false,
    authMetadata: {
      [ANNOTATION_KUBERNETES_AUTH_PROVIDER]: 'serviceAccount',
      [CLUSTER_ARN]: cluster.arn,
      serviceAccountToken: token,
    },
  };
}

/**
 * A cluster that is known by name only, and why. It keeps its place in the
 * answer, and nothing is ever sent to it.
 */
export function detailsOfUnusable(
  cluster: { arn: string; name: string },
  problem: string,
): ClusterDetails {
  return {
    name: cluster.arn,
    title: cluster.name,
    // Reserved by RFC 6761: it never resolves.
    url: 'https://unusable.invalid',
    skipMetricsLookup: true,
    authMetadata: {
      [ANNOTATION_KUBERNETES_AUTH_PROVIDER]: 'serviceAccount',
      [CLUSTER_ARN]: cluster.arn,
      [PROBLEM]: problem,
      // Without a token the Kubernetes backend would send its own.
      serviceAccountToken: 'none',
    },
  };
}

/** Why a cluster cannot be asked; undefined when it can. */
export function problemOf(details: ClusterDetails): string | undefined {
  return details.authMetadata[PROBLEM];
}

/** ARN of a cluster that this module supplies; undefined for all others. */
export function clusterArnOf(details: ClusterDetails): string | undefined {
  return details.authMetadata[CLUSTER_ARN];
}
