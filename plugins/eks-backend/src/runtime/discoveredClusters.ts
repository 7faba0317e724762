import type {
  AwsAccountRole,
  EksClusters,
  WatchSource,
} from '@slipway/backstage-plugin-eks-node';

/**
 * The clusters of `eks.discovery`, so that there is something to show even
 * where the Kubernetes backend runs in another process. They are named by
 * their ARN, as that backend's module names them.
 */
export function discoveredClusters(
  clusters: EksClusters,
  roleOf: (accountId: string) => AwsAccountRole | undefined,
): WatchSource {
  return {
    async clusters() {
      const found = await clusters.list();
      return found.clusters.map(({ arn, name, accountId }) => {
        const roleArn = roleOf(accountId)?.arn;
        return {
          name: arn,
          title: name,
          arn,
          ...(roleArn && { roleArn }),
          connect: () => clusters.kubeConfig(arn),
        };
      });
    },
  };
}
