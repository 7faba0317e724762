/**
 * What the backend parts of the EKS plugins share: which clusters there are,
 * what they can do, how to reach them, and what an error of AWS or Kubernetes
 * means.
 *
 * @packageDocumentation
 */

export {
  DefaultAwsClients,
  type AwsClients,
  type AwsPlace,
} from './aws/AwsClients';
export type { AwsCallContext } from './aws/awsCall';
export { mapAwsError } from './aws/mapAwsError';
export * from './config';
export {
  DefaultEksClusters,
  type DefaultEksClustersOptions,
} from './DefaultEksClusters';
export {
  mapKubernetesError,
  type KubernetesCallContext,
} from './kubernetes/mapKubernetesError';
export { clusterWatchServiceRef, eksClustersServiceRef } from './service';
export type { EksClusters } from './types';
export { DefaultClusterWatch } from './watch/DefaultClusterWatch';
export { reportWatch } from './watch/reportWatch';
export {
  defaultWatchSettings,
  readWatchSettings,
  type WatchSettings,
} from './watch/settings';
export * from './watch/types';
