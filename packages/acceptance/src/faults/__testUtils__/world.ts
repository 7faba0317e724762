import { createSpecializedBackend } from '@backstage/backend-app-api';
import { urlReaderServiceFactory } from '@backstage/backend-defaults/urlReader';
import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  type CatalogService,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import {
  scaffolderActionsExtensionPoint,
  scaffolderServiceRef,
  type TemplateAction,
} from '@backstage/plugin-scaffolder-node';
import { scaffolderServiceMock } from '@backstage/plugin-scaffolder-node/testUtils';
import {
  DefaultAwsClients,
  DefaultEksClusters,
  eksClustersServiceRef,
  readAwsAccountRole,
  readEksConfig,
} from '@slipway/backstage-plugin-eks-node';
import scaffolderModuleEks from '@slipway/backstage-plugin-scaffolder-backend-module-eks';
import { type Sandbox, startSandbox } from '@slipway/sandbox';
import { fillIn } from './fillingIn';
import { withoutDelays } from './withoutDelays';

/** The module's actions as one backend process has them, with nothing in memory yet. */
export interface Process {
  actions: Map<string, TemplateAction>;
  stop(): Promise<void>;
}

/** A sandbox, and backends that know nothing of each other. */
export interface World {
  sandbox: Sandbox;
  /** Somebody who may do everything, to prepare. */
  administrator: DefaultAwsClients;
  startProcess(catalog: CatalogService): Promise<Process>;
  stop(): Promise<void>;
}

/**
 * Starts a sandbox whose portal holds the given documents of
 * `docs/iam-policies`, and points the AWS SDK at it.
 */
export async function startWorld(
  portalPolicies: readonly string[],
): Promise<World> {
  const before = { ...process.env };
  const sandbox = await startSandbox({
    ports: 'ephemeral',
    timeScale: 1000,
    portalPolicies,
  });
  Object.assign(process.env, sandbox.env);
  const administrator = new DefaultAwsClients({
    async getCredentialProvider({ accountId = '' } = {}) {
      const role = `arn:aws:iam::${accountId}:role/administrator`;
      return {
        accountId,
        sdkCredentialProvider: async () =>
          sandbox.aws.roleCredentials(role, 'tests'),
      };
    },
  });
  return {
    sandbox,
    administrator,
    startProcess: catalog => startProcess(sandbox, catalog),
    async stop() {
      administrator.destroy();
      await sandbox.stop();
      process.env = before;
    },
  };
}

/** What the module needs besides that it takes from the portal. */
const SERVICES = [
  mockServices.auth.factory(),
  mockServices.database.factory(),
  mockServices.lifecycle.factory(),
  mockServices.logger.factory(),
  mockServices.rootLifecycle.factory(),
  mockServices.rootLogger.factory(),
  urlReaderServiceFactory,
  mockServices.userInfo.factory(),
];

/**
 * Not by `startTestBackend`, which keeps every backend until the file's tests
 * are over: of the matrix there are thousands.
 */
async function startProcess(
  sandbox: Sandbox,
  catalog: CatalogService,
): Promise<Process> {
  const actions = new Map<string, TemplateAction>();
  const scaffolder = createBackendPlugin({
    pluginId: 'scaffolder',
    register(reg) {
      reg.registerExtensionPoint(scaffolderActionsExtensionPoint, {
        addActions(...added) {
          added.forEach(action => actions.set(action.id, action));
        },
      });
      reg.registerInit({ deps: {}, async init() {} });
    },
  });
  const backend = createSpecializedBackend({
    defaultServiceFactories: [
      ...SERVICES,
      mockServices.rootConfig.factory({
        data: { ...sandbox.config, backend: { baseUrl: 'http://localhost' } },
      }),
      createServiceFactory({
        service: catalogServiceRef,
        deps: {},
        factory: () => catalog,
      }),
      createServiceFactory({
        service: scaffolderServiceRef,
        deps: {},
        factory: () => scaffolderServiceMock.mock({ dryRun: fillIn }),
      }),
      createServiceFactory({
        service: eksClustersServiceRef,
        deps: { lifecycle: coreServices.rootLifecycle },
        factory({ lifecycle }) {
          const config = new ConfigReader(sandbox.config);
          const aws = DefaultAwsClients.fromConfig(config);
          const clusters = new DefaultEksClusters({
            config: readEksConfig(config),
            aws: withoutDelays(aws),
            roleOf: accountId => readAwsAccountRole(config, accountId),
            logger: mockServices.logger.mock(),
            onStop: () => aws.destroy(),
          });
          lifecycle.addShutdownHook(() => clusters.stop());
          return clusters;
        },
      }),
    ],
  });
  backend.add(scaffolder);
  backend.add(scaffolderModuleEks);
  await backend.start();
  return { actions, stop: () => backend.stop() };
}
