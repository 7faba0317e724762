/**
 * What a service is made of: to whom a resource belongs, and how the resources
 * of a service are read, wherever they are.
 *
 * @packageDocumentation
 */

export * from '../argoCd/settings';
export * from './clusterTarget';
export * from './ecr/registry';
export * from './ecr/registryAddress';
export * from './ecr/repositoryName';
export * from './entityRef';
export * from './git/gitHostKind';
export * from './git/openGitHub';
export * from './git/openGitLab';
export * from './git/repoUrl';
export * from './iam/account';
export * from './iam/boundary';
export * from './iam/describeRole';
export * from './iam/issuer';
export * from './iam/roleAddress';
export * from './iam/settings';
export * from './kubernetes/allowList';
export * from './kubernetes/callCluster';
export * from './kubernetes/client';
export * from './ownership';
export * from './rules';
