import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  parseClusterArn,
  partitionOfRegion,
  type ResourceArn,
} from '@slipway/backstage-plugin-eks-common';

/**
 * A cluster that a field of the input names, or what is wrong with it.
 *
 * @public
 */
export type ClusterReading =
  | { cluster: ResourceArn; problem?: undefined }
  | { cluster?: undefined; problem: string };

/** Partitions of the regions that configuration names for an account. */
function configuredPartitions(config: Config, accountId: string): Set<string> {
  const regions = (
    config.getOptionalConfigArray('eks.discovery.accounts') ?? []
  )
    .filter(account => account.getOptionalString('accountId') === accountId)
    .flatMap(account => account.getOptionalStringArray('regions') ?? []);
  return new Set(regions.map(partitionOfRegion));
}

/**
 * Reads a cluster's ARN, and compares its partition with the one in which the
 * portal knows that account.
 *
 * @public
 */
export function readClusterArn(arn: string, config: Config): ClusterReading {
  let cluster: ResourceArn;
  try {
    cluster = parseClusterArn(arn);
  } catch (error) {
    if (error instanceof InputError) {
      return { problem: error.message };
    }
    throw error;
  }
  const partitions = configuredPartitions(config, cluster.accountId);
  if (partitions.size > 0 && !partitions.has(cluster.partition)) {
    return {
      problem: `account ${cluster.accountId} is configured in partition ${[
        ...partitions,
      ].join(', ')}, this ARN is of partition ${cluster.partition}`,
    };
  }
  return { cluster };
}
