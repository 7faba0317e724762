import type { Entity } from '@backstage/catalog-model';
import type {
  ClusterDetails,
  KubernetesClustersSupplier,
  KubernetesServiceLocator,
  ServiceLocatorRequestContext,
} from '@backstage/plugin-kubernetes-node';
import { clusterArnsOf } from '@slipway/backstage-plugin-eks-common';

/**
 * Looks for an entity in the clusters that its annotation names, and where the
 * portal is configured to look if it names none. A cluster of the annotation
 * that the portal does not know is left out; the EKS tab says so.
 */
export class EksServiceLocator implements KubernetesServiceLocator {
  readonly #clusterSupplier: KubernetesClustersSupplier;
  readonly #otherwise: KubernetesServiceLocator;

  constructor(options: {
    clusterSupplier: KubernetesClustersSupplier;
    otherwise: KubernetesServiceLocator;
  }) {
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
    const all = await this.#clusterSupplier.getClusters(context);
    return { clusters: all.filter(({ name }) => arns.includes(name)) };
  }
}
