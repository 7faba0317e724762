import type {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { ServiceUnavailableError, toError } from '@backstage/errors';
import type {
  ClusterDetails,
  KubernetesClustersSupplier,
} from '@backstage/plugin-kubernetes-node';
import type { EksCluster } from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { detailsOf, detailsOfUnusable } from './clusterDetails';

/** How long AWS may take to give credentials for a cluster. */
const TOKEN_MS = 5_000;

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
      return detailsOf(cluster, await this.#token(cluster));
    } catch (error) {
      const { message } = toError(error);
      this.#logger.warn(`No token for cluster ${cluster.arn}: ${message}`);
      return detailsOfUnusable(cluster, message);
    }
  }

  /** One account whose roles cannot be taken must not hold up the others. */
  async #token({ arn, name }: EksCluster): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new ServiceUnavailableError(
              `cluster \`${name}\`: AWS gave no credentials within ${
                TOKEN_MS / 1000
              } s; check that the portal's network reaches AWS STS`,
            ),
          ),
        TOKEN_MS,
      );
    });
    try {
      return await Promise.race([this.#clusters.token(arn), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}
