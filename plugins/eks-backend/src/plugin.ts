import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  actionsRegistryServiceRef,
  metricsServiceRef,
} from '@backstage/backend-plugin-api/alpha';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eksPermissions } from '@slipway/backstage-plugin-eks-common';
import {
  clusterWatchServiceRef,
  eksClustersServiceRef,
  readAwsAccountRole,
  readEksConfig,
  reportWatch,
} from '@slipway/backstage-plugin-eks-node';
import { Preflight } from '@slipway/backstage-plugin-eks-node/preflight';
import { registerActions } from './actions/registerActions';
import { createCatalogSource } from './names/catalogSource';
import { createGitHostSource } from './names/gitHostSource';
import { NameCheck } from './names/NameCheck';
import { createRegistrySource } from './names/registrySource';
import { createRouter } from './router';
import { Changes } from './runtime/changes/Changes';
import { readActionSettings } from './runtime/changes/settings';
import { registerRuntimeActions } from './runtime/registerRuntimeActions';
import { createRuntimeRouter } from './runtime/router';
import { discoveredClusters } from './runtime/discoveredClusters';
import { AwsJoins } from './runtime/joins/Joins';
import { RuntimeAccess } from './runtime/RuntimeAccess';
import { assemble } from './runtime/view/assemble';
import { RuntimeViews } from './runtime/view/RuntimeViews';

/**
 * The EKS backend: what runs, which clusters a service can run on, whether its
 * name is free, and what would stop it.
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
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        watch: clusterWatchServiceRef,
      },
      async init({
        actionsRegistry,
        auditor,
        catalog,
        clusters,
        config,
        httpAuth,
        httpRouter,
        lifecycle,
        logger,
        metrics,
        permissions,
        permissionsRegistry,
        watch,
      }) {
        permissionsRegistry.addPermissions(eksPermissions);
        const { places } = readEksConfig(config);
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
            places,
          }),
        });
        const actions = readActionSettings(config);
        const shutdown = new AbortController();
        const views = new RuntimeViews({
          watch,
          build: assemble,
          joins: new AwsJoins({
            clusters,
            accounts: places.map(({ accountId }) => accountId),
          }),
          logger,
        });
        watch.addSource(
          discoveredClusters(clusters, accountId =>
            readAwsAccountRole(config, accountId),
          ),
        );
        reportWatch(watch, metrics);
        lifecycle.addShutdownHook(() => {
          shutdown.abort();
          views.stop();
        });
        const access = new RuntimeAccess({
          catalog,
          permissions,
          actionsEnabled: actions.enabled,
        });
        httpRouter.use(
          createRuntimeRouter({
            access,
            auditor,
            changes: new Changes(actions),
            httpAuth,
            logger,
            shutdown: shutdown.signal,
            views,
          }),
        );
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
        registerRuntimeActions({ access, actionsRegistry, auditor, views });
      },
    });
  },
});
