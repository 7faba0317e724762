/**
 * A call to AWS, for the message of the error that it ended with.
 *
 * @public
 */
export interface AwsCallContext {
  /** The permission that the call needs, such as `eks:DescribeCluster`. */
  action: string;
  /** What the call is about, as a sentence begins: "cluster `prod-eu`". */
  resource: string;
  accountId?: string;
  region?: string;
}

/** " in account 111122223333, region eu-west-1", as far as that is known. */
export function whereIn({ accountId, region }: AwsCallContext): string {
  const parts = [
    accountId && `account ${accountId}`,
    region && `region ${region}`,
  ].filter(Boolean);
  return parts.length > 0 ? ` in ${parts.join(', ')}` : '';
}
