/**
 * A service on EKS as clusters tell of it, in every state that a page or a
 * sentence has to cope with: for tests, and for pages under development.
 *
 * @packageDocumentation
 */

export * from './further';
export * from './objects';
export * from './scenarios';
export type {
  KubernetesAutoscaler,
  KubernetesDaemonSet,
  KubernetesDeployment,
  KubernetesIngress,
  KubernetesPod,
  KubernetesPodMetrics,
  KubernetesReplicaSet,
  KubernetesService,
  KubernetesStatefulSet,
} from '../runtime/kubernetes';
