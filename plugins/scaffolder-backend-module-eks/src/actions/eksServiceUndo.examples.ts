import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:eks:service:undo`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'When a step before it failed, take back what this task made',
    example: stringify({
      steps: [
        {
          id: 'undo',
          name: 'Take back what was made',
          if: '${{ failure() }}',
          action: 'aws:eks:service:undo',
          input: {
            owner: 'component:default/orders',
            targets: [
              {
                clusterArn:
                  'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
                namespace: 'orders',
              },
            ],
            imageRepository: {
              name: 'orders',
              accountId: '111122223333',
              region: 'eu-west-1',
            },
          },
        },
      ],
    }),
  },
];
