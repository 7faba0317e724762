import type {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { ANNOTATION_KUBERNETES_AUTH_PROVIDER } from '@backstage/plugin-kubernetes-common';
import type {
  ClusterDetails,
  KubernetesClustersSupplier,
} from '@backstage/plugin-kubernetes-node';
import type { EksCluster } from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';

/** The API server of a cluster refuses it, and only that cluster is affected. */
const NO_TOKEN = 'no-token';

/**
 * The configured clusters and, beside them, the discovered ones. A discovered
 * cluster is named by its ARN, since short names repeat across accounts, and
 * titled by its short name.
 *
 * Each is handed over with a fresh EKS token, as a service account's token
 * would be. The official `aws` provider would take credentials when it is
 * asked for objects, where one role that cannot be assumed fails the answer
 * for every cluster; and it would assume the role of `aws.accounts` twice.
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
        endpoint && !names.has(arn) && !urls.has(withoutSlash(endpoint)),
    );
    return [
      ...configured,
      ...(await Promise.all(found.map(cluster => this.#details(cluster)))),
    ];
  }

  async #details(cluster: EksCluster): Promise<ClusterDetails> {
    return {
      name: cluster.arn,
      title: cluster.name,
      url: cluster.endpoint ?? '',
      caData: cluster.certificateAuthority,
      authMetadata: {
        [ANNOTATION_KUBERNETES_AUTH_PROVIDER]: 'serviceAccount',
        serviceAccountToken: await this.#token(cluster),
      },
    };
  }

  async #token({ arn, name }: EksCluster): Promise<string> {
    try {
      return await this.#clusters.token(arn);
    } catch (error) {
      this.#logger.warn(
        `No token for cluster ${name}: ${toError(error).message}`,
      );
      return NO_TOKEN;
    }
  }
}

const withoutSlash = (url: string) => url.replace(/\/$/, '');
