/** What pods run on. */
export type Compute = 'nodes' | 'fargate' | 'auto-mode';

/** One cluster of each kind, as the sandbox has them. */
export const clusters: { compute: Compute; arn: string; namespace: string }[] =
  [
    {
      compute: 'nodes',
      arn: 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us',
      namespace: 'orders',
    },
    {
      compute: 'fargate',
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu',
      namespace: 'batch-orders',
    },
    {
      compute: 'auto-mode',
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
      namespace: 'orders',
    },
  ];

/** A target in the cluster of that kind. */
export function targetOn(compute: Compute, environment = 'production') {
  const cluster = clusters.find(candidate => candidate.compute === compute);
  if (!cluster) {
    throw new Error(`no cluster has ${compute}`);
  }
  return {
    environment,
    clusterArn: cluster.arn,
    namespace: cluster.namespace,
  };
}
