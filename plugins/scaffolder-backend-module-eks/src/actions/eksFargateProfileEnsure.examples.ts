import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:eks:fargate-profile:ensure`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Run the pods of a namespace on Fargate',
    example: stringify({
      steps: [
        {
          id: 'fargate',
          name: 'Make the Fargate profile',
          action: 'aws:eks:fargate-profile:ensure',
          input: {
            clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu',
            owner: 'component:default/orders',
            name: 'orders',
            podExecutionRoleArn:
              'arn:aws:iam::111122223333:role/eks-fargate-pods',
            selectors: [{ namespace: 'orders' }],
          },
        },
      ],
    }),
  },
];
