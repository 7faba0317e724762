import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  kubernetesClusterSupplierExtensionPoint,
  kubernetesServiceLocatorExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import { eksClustersServiceRef } from '@slipway/backstage-plugin-eks-node';
import { EksClusterSupplier } from './EksClusterSupplier';
import { EksServiceLocator } from './EksServiceLocator';

/**
 * Adds discovered EKS clusters to the configured ones, and asks for an entity
 * that names its clusters only those.
 *
 * The Kubernetes backend takes one cluster supplier and one service locator:
 * a portal with its own leaves this module out.
 *
 * @public
 */
export const kubernetesModuleEks = createBackendModule({
  pluginId: 'kubernetes',
  moduleId: 'eks',
  register(env) {
    env.registerInit({
      deps: {
        clusters: eksClustersServiceRef,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
        supplier: kubernetesClusterSupplierExtensionPoint,
        locator: kubernetesServiceLocatorExtensionPoint,
      },
      async init({ clusters, logger, scheduler, supplier, locator }) {
        supplier.addClusterSupplier(
          async ({ getDefault }) =>
            new EksClusterSupplier({
              clusters,
              configured: await getDefault(),
              logger,
            }),
        );
        locator.addServiceLocator(
          async ({ getDefault, clusterSupplier }) =>
            new EksServiceLocator({
              clusterSupplier,
              otherwise: await getDefault(),
            }),
        );
        // Nobody who opens a page waits for a discovery.
        await scheduler.scheduleTask({
          id: 'discover-eks-clusters',
          frequency: { minutes: 1 },
          timeout: { minutes: 2 },
          scope: 'local',
          fn: async () => {
            await clusters.list();
          },
        });
      },
    });
  },
});
