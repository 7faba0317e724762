/**
 * What the backend parts of the EKS plugins share: which clusters there are,
 * how to reach them, and what an error of AWS or of a cluster means.
 *
 * @packageDocumentation
 */

export { DefaultAwsClients, type AwsClients } from './awsClients';
export { mapAwsError, type AwsErrorContext } from './awsErrors';
export type { EksClusters } from './EksClusters';
export { mapKubernetesError } from './kubernetesErrors';
export { eksClustersServiceRef } from './service';
