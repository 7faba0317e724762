import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eksPermissions } from '@slipway/backstage-plugin-eks-common';
import {
  eksClustersServiceRef,
  readEksConfig,
} from '@slipway/backstage-plugin-eks-node';
import { createCatalogSource } from './names/catalogSource';
import { createGitHostSource } from './names/gitHostSource';
import { NameCheck } from './names/NameCheck';
import { createRegistrySource } from './names/registrySource';
import { createRouter } from './router';

/**
 * The EKS backend: which clusters a service can run on, and whether its name
 * is free.
 *
 * @public
 */
export const eksPlugin = createBackendPlugin({
  pluginId: 'eks',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        catalog: catalogServiceRef,
        clusters: eksClustersServiceRef,
        config: coreServices.rootConfig,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({
        auditor,
        catalog,
        clusters,
        config,
        httpAuth,
        httpRouter,
        permissions,
        permissionsRegistry,
      }) {
        permissionsRegistry.addPermissions(eksPermissions);
        const names = new NameCheck({
          catalog: createCatalogSource(catalog),
          repository: createGitHostSource(ScmIntegrations.fromConfig(config)),
          registry: createRegistrySource({
            aws: clusters.aws,
            places: readEksConfig(config).places,
          }),
        });
        httpRouter.use(
          createRouter({ auditor, clusters, httpAuth, names, permissions }),
        );
      },
    });
  },
});
