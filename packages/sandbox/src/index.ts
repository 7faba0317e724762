export { startSandbox, type Sandbox, type SandboxOptions } from './sandbox';
export {
  createToken,
  type AwsCredentials,
  type AwsStandIn,
  type ClusterIdentity,
  type ScanFinding,
} from './aws';
export { PortTakenError } from './core';
export type * from './types';
