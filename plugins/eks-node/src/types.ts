import type { KubeConfig } from '@kubernetes/client-node';
import type {
  DiscoveryFailure,
  EksCluster,
  EksClusterFacts,
} from '@slipway/backstage-plugin-eks-common';
import type { AwsClients } from './aws/AwsClients';

/**
 * The EKS clusters of the configured accounts and regions.
 *
 * @public
 */
export interface EksClusters {
  /** AWS clients with the credentials of `aws.accounts`. */
  readonly aws: AwsClients;

  /**
   * The clusters that were found, and which accounts and regions could not be
   * asked. Answers from memory; the first answer waits a few seconds for AWS
   * and lists those accounts and regions as failures that are still being
   * asked.
   */
  list(): Promise<{ clusters: EksCluster[]; failures: DiscoveryFailure[] }>;

  /**
   * What a cluster is and what it can do, at most a minute old. When the
   * cluster itself could not be asked, `reason` says so.
   *
   * @throws InputError if the text is not the ARN of an EKS cluster.
   * @throws NotFoundError if there is no such cluster, or its account and
   *   region are not in `eks.discovery.accounts`.
   * @throws NotAllowedError if AWS denies a call.
   * @throws ServiceUnavailableError if AWS does not answer, throttles or fails.
   */
  describe(
    clusterArn: string,
    options?: { signal?: AbortSignal },
  ): Promise<EksClusterFacts>;

  /**
   * Endpoint, certificate authority and credentials for the Kubernetes API of
   * a cluster. Every request that is made with it carries a fresh token.
   *
   * @throws the errors of `describe`.
   */
  kubeConfig(clusterArn: string): Promise<KubeConfig>;

  /**
   * A token for the Kubernetes API of a cluster, good for ten minutes or more
   * unless the portal's own credentials end earlier.
   *
   * @throws the errors of `describe`.
   */
  token(clusterArn: string): Promise<string>;
}
