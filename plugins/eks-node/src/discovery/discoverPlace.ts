import { paginateListClusters, type EKSClient } from '@aws-sdk/client-eks';
import type { EksCluster } from '@slipway/backstage-plugin-eks-common';
import limiter from 'p-limit';
import { mapAwsError } from '../aws/mapAwsError';
import type { EksPlace } from '../config';
import { describeCluster } from '../facts/awsFacts';

/** How many clusters of one place are described at once. */
const CONCURRENCY = 5;

/** The clusters of one account and region, and those that kept quiet. */
export interface PlaceResult {
  clusters: EksCluster[];
  /** A sentence for each cluster that could not be described. */
  failures: string[];
}

/**
 * Lists and describes the clusters of one account and region.
 *
 * @throws the error of listing them; a cluster that cannot be described hides
 *   no other.
 */
export async function discoverPlace(
  client: EKSClient,
  place: EksPlace,
  signal: AbortSignal,
): Promise<PlaceResult> {
  const names: string[] = [];
  try {
    const pages = paginateListClusters({ client }, {}, { abortSignal: signal });
    for await (const page of pages) {
      names.push(...(page.clusters ?? []));
    }
  } catch (error) {
    throw mapAwsError(error, {
      action: 'eks:ListClusters',
      resource: describePlace(place),
    });
  }

  const limit = limiter(CONCURRENCY);
  const described = await Promise.allSettled(
    names.map(name =>
      limit(() => describeCluster(client, place, name, signal)),
    ),
  );
  const result: PlaceResult = { clusters: [], failures: [] };
  for (const item of described) {
    if (item.status === 'fulfilled') {
      result.clusters.push(item.value.cluster);
    } else if (item.reason?.name !== 'NotFoundError') {
      // One that is gone was deleted since it was listed.
      result.failures.push(item.reason.message);
    }
  }
  return result;
}

/** How an account and region begin a sentence. */
export function describePlace({
  accountId,
  region,
}: Pick<EksPlace, 'accountId' | 'region'>): string {
  return `account ${accountId}, region ${region}`;
}
