import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { eksClustersServiceRef } from '@slipway/backstage-plugin-eks-node';
import { createActions } from './actions';

/**
 * Gives the scaffolder its actions for Amazon EKS and ECR.
 *
 * @public
 */
export const scaffolderModuleEks = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'eks',
  register(reg) {
    reg.registerInit({
      deps: {
        scaffolder: scaffolderActionsExtensionPoint,
        config: coreServices.rootConfig,
        clusters: eksClustersServiceRef,
        catalog: catalogServiceRef,
        auth: coreServices.auth,
        userInfo: coreServices.userInfo,
        database: coreServices.database,
        reader: coreServices.urlReader,
      },
      async init({ scaffolder, config, ...services }) {
        const integrations = ScmIntegrations.fromConfig(config);
        scaffolder.addActions(
          ...createActions({ ...services, integrations, config }),
        );
      },
    });
  },
});
