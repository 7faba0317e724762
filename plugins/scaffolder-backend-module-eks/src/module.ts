import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import {
  scaffolderActionsExtensionPoint,
  scaffolderServiceRef,
} from '@backstage/plugin-scaffolder-node';
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
        actions: scaffolderActionsExtensionPoint,
        scaffolder: scaffolderServiceRef,
        config: coreServices.rootConfig,
        clusters: eksClustersServiceRef,
        catalog: catalogServiceRef,
        auth: coreServices.auth,
        userInfo: coreServices.userInfo,
        database: coreServices.database,
        reader: coreServices.urlReader,
      },
      async init({ actions, config, ...services }) {
        const integrations = ScmIntegrations.fromConfig(config);
        actions.addActions(
          ...createActions({ ...services, integrations, config }),
        );
      },
    });
  },
});
