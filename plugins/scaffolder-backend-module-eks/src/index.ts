/**
 * Scaffolder actions for Amazon ECR, Amazon EKS and Kubernetes.
 *
 * @packageDocumentation
 */

export { scaffolderModuleEks as default } from './module';
export { createCatalogEntityAwaitAction } from './actions/catalogEntityAwait';
export { createEcrRepositoryDeleteAction } from './actions/ecrRepositoryDelete';
export { createEcrRepositoryEnsureAction } from './actions/ecrRepositoryEnsure';
export { createEksAccessEntryEnsureAction } from './actions/eksAccessEntryEnsure';
export { createEksFargateProfileEnsureAction } from './actions/eksFargateProfileEnsure';
export { createEksPodIdentityEnsureAction } from './actions/eksPodIdentityEnsure';
export { createEksClusterDescribeAction } from './actions/eksClusterDescribe';
export {
  createEksServiceDecommissionAction,
  type DecommissionServices,
} from './actions/eksServiceDecommission';
export { createEksServicePreflightAction } from './actions/eksServicePreflight';
export {
  createEksServiceUndoAction,
  type UndoServices,
} from './actions/eksServiceUndo';
export {
  createEksServiceUpgradeAction,
  type UpgradeServices,
} from './actions/eksServiceUpgrade';
export { createEksSourceAdoptAction } from './actions/eksSourceAdopt';
export { createEksSourceFetchAction } from './actions/eksSourceFetch';
export { createIamPipelineRoleDeleteAction } from './actions/iamPipelineRoleDelete';
export {
  createIamPipelineRoleEnsureAction,
  type PipelineRoleServices,
} from './actions/iamPipelineRoleEnsure';
export type { Change, Drift } from './lib/changes';
export { createKubernetesApplyAction } from './actions/kubernetesApply';
export {
  ownershipLabels,
  ownershipTags,
} from '@slipway/backstage-plugin-eks-node/resources';
