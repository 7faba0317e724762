import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:eks:cluster:describe`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Find out how to deploy to a cluster',
    example: stringify({
      steps: [
        {
          id: 'cluster',
          name: 'Look at the cluster',
          action: 'aws:eks:cluster:describe',
          input: {
            clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
            namespace: 'orders',
            exposure: 'public',
          },
        },
      ],
    }),
  },
  {
    description:
      'Name the cluster by its account and region, and go on when it cannot take the service',
    example: stringify({
      steps: [
        {
          id: 'cluster',
          name: 'Look at the cluster',
          action: 'aws:eks:cluster:describe',
          input: {
            clusterName: 'batch-eu',
            accountId: '111122223333',
            region: 'eu-west-1',
            namespace: 'orders',
            failOnProblems: false,
          },
        },
      ],
    }),
  },
];
