export { startSandbox, type Sandbox, type SandboxOptions } from './sandbox';
export {
  createToken,
  type AwsCredentials,
  type AwsStandIn,
  type ScanFinding,
} from './aws';
export {
  createFaults,
  createJournal,
  createServerCertificate,
  PortTakenError,
  type ServerCertificate,
} from './core';
export {
  kinds,
  startKubernetesCluster,
  type ClusterIdentity,
  type KubernetesClusterOptions,
  type KubernetesObject,
  type KubernetesStandIn,
  type ObjectStore,
} from './kubernetes';
export { type GitHubStandIn } from './github';
export { type PipelineRun, type PipelineRunner } from './pipeline';
export type * from './types';
export {
  callApi,
  PROGRAMS,
  requirePrograms,
  startControlPlane,
  type ApiAccess,
  type ControlPlane,
  type ControlPlaneOptions,
} from './controlPlane';
