import { ANNOTATION_KUBERNETES_AUTH_PROVIDER } from '@backstage/plugin-kubernetes-common';
import type { ClusterDetails } from '@backstage/plugin-kubernetes-node';
import { parseClusterArn } from '@slipway/backstage-plugin-eks-common';
import type {
  AwsAccountRole,
  EksClusters,
  WatchableCluster,
} from '@slipway/backstage-plugin-eks-node';
import { clusterArnOf } from './clusterDetails';

/**
 * A cluster for the watch, if its credentials are the portal's own: a
 * discovered one, or a configured one with a service account's token. All
 * other credentials may be the viewer's, and what they may see nobody else
 * may be shown.
 */
export function watchableOf(
  details: ClusterDetails,
  clusters: EksClusters,
  roleOf: (accountId: string) => AwsAccountRole | undefined = () => undefined,
): WatchableCluster | undefined {
  const { name, title = name } = details;
  const arn = clusterArnOf(details);
  if (arn) {
    const roleArn = roleOf(parseClusterArn(arn).accountId)?.arn;
    return {
      name,
      title,
      arn,
      ...(roleArn && { roleArn }),
      connect: () => clusters.kubeConfig(arn),
    };
  }
  const { [ANNOTATION_KUBERNETES_AUTH_PROVIDER]: provider } =
    details.authMetadata;
  const token = details.authMetadata.serviceAccountToken;
  if (
    provider !== 'serviceAccount' ||
    !token ||
    !details.url.startsWith('https:')
  ) {
    return undefined;
  }
  return { name, title, connect: () => kubeConfigOf(details, token) };
}

async function kubeConfigOf(details: ClusterDetails, token: string) {
  // The client comes as an ECMAScript module only.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const { name, url, caData, caFile, skipTLSVerify = false } = details;
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromOptions({
    clusters: [{ name, server: url, caData, caFile, skipTLSVerify }],
    users: [{ name: 'portal', token }],
    contexts: [{ name, cluster: name, user: 'portal' }],
    currentContext: name,
  });
  return kubeConfig;
}
