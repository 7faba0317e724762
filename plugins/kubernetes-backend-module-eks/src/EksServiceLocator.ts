import type { Entity } from '@backstage/catalog-model';
import { isError } from '@backstage/errors';
import type {
  ClusterDetails,
  KubernetesClustersSupplier,
  KubernetesServiceLocator,
  ServiceLocatorRequestContext,
} from '@backstage/plugin-kubernetes-node';
import {
  clusterArnsOf,
  parseClusterArn,
  type DiscoveryFailure,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { detailsOfUnusable } from './clusterDetails';

/**
 * Looks for an entity in the clusters that its annotation names, and where the
 * portal is configured to look if it names none. A cluster that the portal
 * does not know keeps its place in the answer and says why.
 */
export class EksServiceLocator implements KubernetesServiceLocator {
  readonly #clusters: EksClusters;
  readonly #clusterSupplier: KubernetesClustersSupplier;
  readonly #otherwise: KubernetesServiceLocator;

  constructor(options: {
    clusters: EksClusters;
    clusterSupplier: KubernetesClustersSupplier;
    otherwise: KubernetesServiceLocator;
  }) {
    this.#clusters = options.clusters;
    this.#clusterSupplier = options.clusterSupplier;
    this.#otherwise = options.otherwise;
  }

  async getClustersByEntity(
    entity: Entity,
    context: ServiceLocatorRequestContext,
  ): Promise<{ clusters: ClusterDetails[] }> {
    const arns = clusterArnsOf(entity);
    if (arns.length === 0) {
      return this.#otherwise.getClustersByEntity(entity, context);
    }
    const supplied = await this.#clusterSupplier.getClusters(context);
    const { clusters, failures } = await this.#clusters.list();
    return {
      clusters: arns.map(arn => {
        // A cluster may be configured under a name of its own.
        const endpoint = clusters.find(item => item.arn === arn)?.endpoint;
        return (
          supplied.find(({ name }) => name === arn) ??
          supplied.find(
            ({ url }) => endpoint !== undefined && url === endpoint,
          ) ??
          unknownCluster(arn, failures)
        );
      }),
    };
  }
}

function unknownCluster(
  arn: string,
  failures: DiscoveryFailure[],
): ClusterDetails {
  try {
    const { name, accountId, region } = parseClusterArn(arn);
    const failure = failures.find(
      item => item.accountId === accountId && item.region === region,
    );
    return detailsOfUnusable(
      { arn, name },
      failure
        ? `cluster \`${name}\`: ${failure.message}`
        : `cluster \`${name}\`: the portal knows no such cluster in account ${accountId}, region ${region}; check the entity's annotation, and eks.discovery.accounts`,
    );
  } catch (error) {
    if (isError(error) && error.name === 'InputError') {
      return detailsOfUnusable({ arn, name: arn }, error.message);
    }
    throw error;
  }
}
