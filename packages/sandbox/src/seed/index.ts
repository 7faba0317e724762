import { arnOfProvider, AwsState, emptyBucket, emptyState } from '../aws';
import { createClusters } from './clusters';
import {
  ACCOUNTS,
  GITHUB_ISSUER,
  GITLAB_ISSUER,
  SHOP_ACCOUNT,
  WORKSPACE_BUCKET,
} from './names';

export * from './names';
export { createObjects, createServices } from './objects';
export { createManagedPolicies, createPrincipals } from './principals';

/** Whose pipelines each account believes, as the issuers' documents say. */
const ISSUERS = [
  { url: GITHUB_ISSUER, clientIds: ['sts.amazonaws.com'] },
  { url: GITLAB_ISSUER, clientIds: [`https://${GITLAB_ISSUER}`] },
];

/** The AWS resources that the sandbox starts with. */
export function createAwsSeed(): AwsState {
  return {
    ...emptyState(),
    clusters: createClusters(),
    s3: {
      buckets: { [WORKSPACE_BUCKET]: emptyBucket(SHOP_ACCOUNT, 'eu-west-1') },
    },
    iam: {
      roles: {},
      oidcProviders: Object.fromEntries(
        ACCOUNTS.flatMap(({ id }) =>
          ISSUERS.map(({ url, clientIds }) => [
            arnOfProvider(id, url),
            { accountId: id, url, clientIds: [...clientIds], createdAt: 0 },
          ]),
        ),
      ),
    },
  };
}
