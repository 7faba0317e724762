import type {
  AuthService,
  DatabaseService,
  UrlReaderService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { ScmIntegrations } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { ScaffolderService } from '@backstage/plugin-scaffolder-node';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { createCatalogEntityAwaitAction } from './catalogEntityAwait';
import { createEcrRepositoryDeleteAction } from './ecrRepositoryDelete';
import { createEcrRepositoryEnsureAction } from './ecrRepositoryEnsure';
import { createEksAccessEntryEnsureAction } from './eksAccessEntryEnsure';
import { createEksClusterDescribeAction } from './eksClusterDescribe';
import { createEksServiceDecommissionAction } from './eksServiceDecommission';
import { createEksFargateProfileEnsureAction } from './eksFargateProfileEnsure';
import { createEksPodIdentityEnsureAction } from './eksPodIdentityEnsure';
import { createEksServicePreflightAction } from './eksServicePreflight';
import { createEksServiceUndoAction } from './eksServiceUndo';
import { createEksServiceUpgradeAction } from './eksServiceUpgrade';
import { createEksSourceAdoptAction } from './eksSourceAdopt';
import { createEksSourceFetchAction } from './eksSourceFetch';
import { createIamPipelineRoleDeleteAction } from './iamPipelineRoleDelete';
import { createIamPipelineRoleEnsureAction } from './iamPipelineRoleEnsure';
import { createKubernetesApplyAction } from './kubernetesApply';

/** What the actions work with. */
export interface ActionServices {
  clusters: EksClusters;
  catalog: CatalogService;
  integrations: ScmIntegrations;
  config: Config;
  auth: AuthService;
  userInfo: UserInfoService;
  /** The scaffolder's. */
  database: DatabaseService;
  /** Reads repositories. */
  reader: UrlReaderService;
  /** Fills templates in. */
  scaffolder: Pick<ScaffolderService, 'dryRun'>;
}

/** Every action of this module. */
export function createActions(services: ActionServices) {
  const { clusters, catalog, integrations, config, database, reader } =
    services;
  const clients = clusters.aws;
  return [
    createEksServicePreflightAction({
      clusters,
      catalog,
      integrations,
      config,
    }),
    createEksClusterDescribeAction({ clusters, config }),
    createEcrRepositoryEnsureAction({ clients }),
    createEcrRepositoryDeleteAction({ clients }),
    createIamPipelineRoleEnsureAction({ clients, integrations, config }),
    createIamPipelineRoleDeleteAction({ clients }),
    createEksAccessEntryEnsureAction({ clients, config }),
    createEksPodIdentityEnsureAction({ clusters, config }),
    createEksFargateProfileEnsureAction({ clients, config }),
    createKubernetesApplyAction({ clusters, config }),
    createEksSourceFetchAction({ reader, integrations }),
    createEksSourceAdoptAction(),
    createCatalogEntityAwaitAction({ catalog }),
    createEksServiceUndoAction({
      clusters,
      catalog,
      integrations,
      config,
      database,
    }),
    createEksServiceDecommissionAction(services),
    createEksServiceUpgradeAction(services),
  ];
}
