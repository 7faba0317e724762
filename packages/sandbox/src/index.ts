export { startSandbox, type Sandbox, type SandboxOptions } from './sandbox';
export {
  createToken,
  type AwsCredentials,
  type AwsStandIn,
  type ScanFinding,
} from './aws';
export {
  createServerCertificate,
  PortTakenError,
  type ServerCertificate,
} from './core';
export {
  kinds,
  type ClusterIdentity,
  type KubernetesObject,
  type KubernetesStandIn,
  type ObjectStore,
} from './kubernetes';
export { type GitHubStandIn } from './github';
export { type PipelineRun, type PipelineRunner } from './pipeline';
export type * from './types';
