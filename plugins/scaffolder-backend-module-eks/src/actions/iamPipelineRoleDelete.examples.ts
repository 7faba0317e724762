import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:iam:pipeline-role:delete`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Remove the role of the pipeline of a service that is retired',
    example: stringify({
      steps: [
        {
          id: 'role',
          name: 'Remove the role of the pipeline',
          action: 'aws:iam:pipeline-role:delete',
          input: {
            name: 'orders-pipeline',
            accountId: '111122223333',
            region: 'eu-west-1',
            owner: 'component:default/orders',
          },
        },
      ],
    }),
  },
];
