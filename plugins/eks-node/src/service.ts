import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { DefaultEksClusters } from './DefaultEksClusters';
import type { EksClusters } from './types';

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
