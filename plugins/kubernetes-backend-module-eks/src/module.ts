import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  kubernetesClusterSupplierExtensionPoint,
  kubernetesFetcherExtensionPoint,
  kubernetesServiceLocatorExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import {
  eksClustersServiceRef,
  readAwsAccountRole,
} from '@slipway/backstage-plugin-eks-node';
import { EksClusterSupplier } from './EksClusterSupplier';
import { EksFetcher } from './EksFetcher';
import { EksServiceLocator } from './EksServiceLocator';

/**
 * Adds discovered EKS clusters to the configured ones, asks for an entity that
 * names its clusters only those, and keeps one cluster that fails from
 * spoiling the answer about the others.
 *
 * The Kubernetes backend takes one cluster supplier, one service locator and
 * one fetcher: this module is all three, each around the default.
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
        config: coreServices.rootConfig,
        fetcher: kubernetesFetcherExtensionPoint,
        locator: kubernetesServiceLocatorExtensionPoint,
        logger: coreServices.logger,
        supplier: kubernetesClusterSupplierExtensionPoint,
      },
      async init({ clusters, config, fetcher, locator, logger, supplier }) {
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
              clusters,
              clusterSupplier,
              otherwise: await getDefault(),
            }),
        );
        fetcher.addFetcher(
          async ({ getDefault }) =>
            new EksFetcher({
              fetcher: await getDefault(),
              roleOf: accountId => readAwsAccountRole(config, accountId),
            }),
        );
      },
    });
  },
});
