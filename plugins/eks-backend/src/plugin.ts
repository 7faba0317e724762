import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eksPermissions } from '@slipway/backstage-plugin-eks-common';
import {
  eksClustersServiceRef,
  readEksConfig,
} from '@slipway/backstage-plugin-eks-node';
import { Preflight } from '@slipway/backstage-plugin-eks-node/preflight';
import { registerActions } from './actions/registerActions';
import { createCatalogSource } from './names/catalogSource';
import { createGitHostSource } from './names/gitHostSource';
import { NameCheck } from './names/NameCheck';
import { createRegistrySource } from './names/registrySource';
import { createRouter } from './router';

/**
 * The EKS backend: which clusters a service can run on, whether its name is
 * free, and what would stop it.
 *
 * @public
 */
export const eksPlugin = createBackendPlugin({
  pluginId: 'eks',
  register(env) {
    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auditor: coreServices.auditor,
        catalog: catalogServiceRef,
        clusters: eksClustersServiceRef,
        config: coreServices.rootConfig,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({
        actionsRegistry,
        auditor,
        catalog,
        clusters,
        config,
        httpAuth,
        httpRouter,
        logger,
        permissions,
        permissionsRegistry,
      }) {
        permissionsRegistry.addPermissions(eksPermissions);
        const integrations = ScmIntegrations.fromConfig(config);
        const preflight = new Preflight({
          clusters,
          catalog,
          integrations,
          config,
        });
        const names = new NameCheck({
          catalog: createCatalogSource(catalog),
          repository: createGitHostSource(integrations),
          registry: createRegistrySource({
            aws: clusters.aws,
            places: readEksConfig(config).places,
          }),
        });
        httpRouter.use(
          createRouter({
            auditor,
            clusters,
            httpAuth,
            logger,
            names,
            permissions,
            preflight,
          }),
        );
        registerActions({
          actionsRegistry,
          auditor,
          clusters,
          config,
          permissions,
          preflight,
        });
      },
    });
  },
});
