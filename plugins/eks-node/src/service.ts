import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { DefaultEksClusters } from './DefaultEksClusters';
import type { EksClusters } from './types';
import { DefaultClusterWatch } from './watch/DefaultClusterWatch';
import { readWatchSettings } from './watch/settings';
import type { ClusterWatch } from './watch/types';

/**
 * The EKS clusters of the configured accounts and regions. There is one for
 * all plugins of a backend process, so that AWS is asked once. It has a
 * default implementation; nothing needs to be installed.
 *
 * @public
 */
export const eksClustersServiceRef = createServiceRef<EksClusters>({
  id: 'eks.clusters',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.rootLogger,
        lifecycle: coreServices.rootLifecycle,
      },
      factory({ config, logger, lifecycle }) {
        const clusters = DefaultEksClusters.fromConfig(config, {
          logger: logger.child({ service: 'eks.clusters' }),
        });
        lifecycle.addShutdownHook(() => clusters.stop());
        return clusters;
      },
    }),
});

/**
 * The list-and-watches that all plugins of a backend process share. It has a
 * default implementation; nothing needs to be installed. Clusters come from
 * whoever knows them, such as the module for the Kubernetes backend.
 *
 * @public
 */
export const clusterWatchServiceRef = createServiceRef<ClusterWatch>({
  id: 'eks.watch',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.rootLogger,
        lifecycle: coreServices.rootLifecycle,
      },
      factory({ config, logger, lifecycle }) {
        const watch = new DefaultClusterWatch({
          settings: readWatchSettings(config),
          logger: logger.child({ service: 'eks.watch' }),
        });
        lifecycle.addShutdownHook(() => watch.stop());
        return watch;
      },
    }),
});
