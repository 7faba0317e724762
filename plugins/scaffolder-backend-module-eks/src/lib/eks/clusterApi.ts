import {
  type EKSClient,
  ResourceInUseException,
  ResourceNotFoundException,
  TagResourceCommand,
} from '@aws-sdk/client-eks';
import type { ResourceArn } from '@slipway/backstage-plugin-eks-common';
import {
  type AwsClients,
  mapAwsError,
} from '@slipway/backstage-plugin-eks-node';

/** EKS's API about one cluster. */
export interface ClusterApi {
  client: EKSClient;
  cluster: ResourceArn;
  signal?: AbortSignal;
  /**
   * Makes a call, and says in its error what was asked of what.
   *
   * @param action - IAM's name of the call: `eks:CreateAccessEntry`
   */
  call<T>(
    action: string,
    what: string,
    run: (options: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T>;
  /** Adds tags to a part of the cluster. */
  putTags(arn: string, tags: Record<string, string>): Promise<void>;
}

/** Opens EKS's API for a cluster with the portal's credentials. */
export function openCluster(
  clients: AwsClients,
  cluster: ResourceArn,
  signal?: AbortSignal,
): ClusterApi {
  const { accountId, region } = cluster;
  const client = clients.eks({ accountId, region });
  const call: ClusterApi['call'] = async (action, what, run) => {
    signal?.throwIfAborted();
    try {
      return await run({ abortSignal: signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw mapAwsError(error, { action, resource: what, accountId, region });
    }
  };
  return {
    client,
    cluster,
    signal,
    call,
    async putTags(arn, tags) {
      await call('eks:TagResource', arn, options =>
        client.send(
          new TagResourceCommand({ resourceArn: arn, tags }),
          options,
        ),
      );
    },
  };
}

/**
 * Undefined for a part of a cluster that is not there. A cluster that is not
 * there has the same error code, and stays an error.
 */
export async function ifThere<T>(run: () => Promise<T>) {
  try {
    return await run();
  } catch (error) {
    if (
      error instanceof ResourceNotFoundException &&
      !/no cluster found/i.test(error.message)
    ) {
      return undefined;
    }
    throw error;
  }
}

/** False when somebody else made one first. */
export async function unlessThere(run: () => Promise<unknown>) {
  try {
    await run();
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException) {
      return false;
    }
    throw error;
  }
}
