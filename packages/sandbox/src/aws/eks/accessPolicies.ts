/** Name and ARN of an access policy that AWS offers for clusters. */
export interface AccessPolicy {
  name: string;
  arn: string;
}

const policy = (name: string): AccessPolicy => ({
  name,
  arn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
});

export const ACCESS_POLICIES: readonly AccessPolicy[] = [
  'AmazonEKSAdminPolicy',
  'AmazonEKSAdminViewPolicy',
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSViewPolicy',
].map(policy);

/** ARN of an access policy, by its name. */
export function accessPolicyArn(name: string): string {
  return policy(name).arn;
}
