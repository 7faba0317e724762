import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import {
  kubernetesClusterSupplierExtensionPoint,
  kubernetesFetcherExtensionPoint,
  kubernetesServiceLocatorExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import {
  clusterWatchServiceRef,
  eksClustersServiceRef,
  readAwsAccountRole,
  reportWatch,
} from '@slipway/backstage-plugin-eks-node';
import { EksClusterSupplier } from './EksClusterSupplier';
import { EksFetcher } from './EksFetcher';
import { EksServiceLocator } from './EksServiceLocator';
import { watchableOf } from './watchable';
import { WatchFetcher } from './WatchFetcher';

/**
 * Adds discovered EKS clusters to the configured ones, asks for an entity that
 * names its clusters only those, answers from the watch that all viewers
 * share, and keeps one cluster that fails from spoiling the answer about the
 * others. It tells the watch which clusters there are.
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
        auth: coreServices.auth,
        clusters: eksClustersServiceRef,
        config: coreServices.rootConfig,
        fetcher: kubernetesFetcherExtensionPoint,
        locator: kubernetesServiceLocatorExtensionPoint,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        supplier: kubernetesClusterSupplierExtensionPoint,
        watch: clusterWatchServiceRef,
      },
      async init(deps) {
        const { auth, clusters, config, logger, metrics, watch } = deps;
        const { fetcher, locator, supplier } = deps;
        reportWatch(watch, metrics);
        const roleOf = (accountId: string) =>
          readAwsAccountRole(config, accountId);
        supplier.addClusterSupplier(async ({ getDefault }) => {
          const all = new EksClusterSupplier({
            clusters,
            configured: await getDefault(),
            logger,
          });
          watch.addSource({
            async clusters() {
              const credentials = await auth.getOwnServiceCredentials();
              const details = await all.getClusters({ credentials });
              return details.flatMap(
                cluster => watchableOf(cluster, clusters, roleOf) ?? [],
              );
            },
          });
          return all;
        });
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
              fetcher: new WatchFetcher({
                watch,
                clusters,
                otherwise: await getDefault(),
              }),
              roleOf,
            }),
        );
      },
    });
  },
});
