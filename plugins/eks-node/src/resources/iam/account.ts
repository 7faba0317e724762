import type { IAMClient } from '@aws-sdk/client-iam';
import type { Partition } from '@slipway/backstage-plugin-eks-common';
import { partitionOfRegion } from '@slipway/backstage-plugin-eks-common';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { mapAwsError } from '../../aws/mapAwsError';

/**
 * IAM of one account.
 *
 * @public
 */
export interface IamAccount {
  accountId: string;
  partition: Partition;
  client: IAMClient;
  signal?: AbortSignal;
}

/**
 * Opens IAM of an account with the portal's credentials.
 *
 * @param region - any region of the account's partition
 * @public
 */
export function openIam(
  clients: AwsClients,
  options: { accountId: string; region: string; signal?: AbortSignal },
): IamAccount {
  const { accountId, region, signal } = options;
  return {
    accountId,
    partition: partitionOfRegion(region),
    client: clients.iam({ accountId, region }),
    signal,
  };
}

/**
 * Makes a call, and says in its error what was asked of what.
 *
 * @param action - IAM's name of the call: `iam:CreateRole`
 * @public
 */
export async function callIam<T>(
  account: IamAccount,
  action: string,
  resource: string,
  call: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  const { accountId, signal } = account;
  signal?.throwIfAborted();
  try {
    return await call({ abortSignal: signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw mapAwsError(error, { action, resource, accountId });
  }
}
