import type {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  ClusterDetails,
  KubernetesClustersSupplier,
} from '@backstage/plugin-kubernetes-node';
import type { EksCluster } from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { detailsOf, detailsOfUnusable } from './clusterDetails';

/**
 * The configured clusters and, beside them, the discovered ones. A discovered
 * cluster is named by its ARN, since short names repeat across accounts, and
 * titled by its short name.
 *
 * Each is handed over with an EKS token, as a service account's token would
 * be. The official `aws` provider would take credentials when it is asked for
 * objects, where one role that cannot be assumed fails the answer for every
 * cluster; it would assume the role of `aws.accounts` twice, and at every
 * request; and its tokens are for one region and one partition.
 */
export class EksClusterSupplier implements KubernetesClustersSupplier {
  readonly #clusters: EksClusters;
  readonly #configured: KubernetesClustersSupplier;
  readonly #logger: LoggerService;

  constructor(options: {
    clusters: EksClusters;
    configured: KubernetesClustersSupplier;
    logger: LoggerService;
  }) {
    this.#clusters = options.clusters;
    this.#configured = options.configured;
    this.#logger = options.logger;
  }

  async getClusters(options: {
    credentials: BackstageCredentials;
  }): Promise<ClusterDetails[]> {
    const [configured, { clusters }] = await Promise.all([
      this.#configured.getClusters(options),
      this.#clusters.list(),
    ]);
    // What the administrator wrote goes before what was found.
    const names = new Set(configured.map(({ name }) => name));
    const urls = new Set(configured.map(({ url }) => withoutSlash(url)));
    const found = clusters.filter(
      ({ arn, endpoint }) =>
        !names.has(arn) && !(endpoint && urls.has(withoutSlash(endpoint))),
    );
    return [
      ...configured,
      ...(await Promise.all(found.map(cluster => this.#details(cluster)))),
    ];
  }

  async #details(cluster: EksCluster): Promise<ClusterDetails> {
    if (!cluster.endpoint) {
      return detailsOfUnusable(
        cluster,
        `cluster \`${cluster.name}\`: it is ${cluster.status} and has no endpoint yet; look again when it is active`,
      );
    }
    try {
      return detailsOf(cluster, await this.#clusters.token(cluster.arn));
    } catch (error) {
      const { message } = toError(error);
      this.#logger.warn(`No token for cluster ${cluster.arn}: ${message}`);
      return detailsOfUnusable(cluster, message);
    }
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}
