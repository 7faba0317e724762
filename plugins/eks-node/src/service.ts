import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { DefaultAwsCredentialsManager } from '@backstage/integration-aws-node';
import { DefaultAwsClients } from './awsClients';
import { readEksConfig } from './config';
import { DefaultEksClusters, type EksClusters } from './EksClusters';

/**
 * The clusters, for whoever depends on this: one discovery for all plugins of
 * a backend process. It needs no wiring; `aws.accounts` and `eks.discovery`
 * configure it.
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
      },
      factory: ({ config, logger }) =>
        new DefaultEksClusters({
          config: readEksConfig(config),
          logger: logger.child({ service: 'eks.clusters' }),
          aws: new DefaultAwsClients({
            credentialsManager: DefaultAwsCredentialsManager.fromConfig(config),
          }),
        }),
    }),
});
