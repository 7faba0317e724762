import { AwsState, emptyState } from '../aws';
import { createClusters } from './clusters';

export * from './names';
export { createObjects } from './objects';
export { createPrincipals } from './principals';

/** The AWS resources that the sandbox starts with. */
export function createAwsSeed(): AwsState {
  return { ...emptyState(), clusters: createClusters() };
}
