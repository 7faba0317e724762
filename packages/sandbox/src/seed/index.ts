import { arnOfProvider, AwsState, emptyState } from '../aws';
import { createClusters } from './clusters';
import { ACCOUNTS, GITHUB_ISSUER } from './names';

export * from './names';
export { createObjects, createServices } from './objects';
export { createManagedPolicies, createPrincipals } from './principals';

/** The AWS resources that the sandbox starts with. */
export function createAwsSeed(): AwsState {
  return {
    ...emptyState(),
    clusters: createClusters(),
    iam: {
      roles: {},
      oidcProviders: Object.fromEntries(
        ACCOUNTS.map(({ id }) => [
          arnOfProvider(id, GITHUB_ISSUER),
          {
            accountId: id,
            url: GITHUB_ISSUER,
            clientIds: ['sts.amazonaws.com'],
            createdAt: 0,
          },
        ]),
      ),
    },
  };
}
