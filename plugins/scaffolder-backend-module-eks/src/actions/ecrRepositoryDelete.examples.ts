import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:ecr:repository:delete`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Remove the repository of a service, unless it holds images',
    example: stringify({
      steps: [
        {
          id: 'ecr',
          name: 'Remove the image repository',
          action: 'aws:ecr:repository:delete',
          input: {
            name: 'shop/orders',
            accountId: '111122223333',
            region: 'eu-west-1',
            owner: 'component:default/orders',
          },
        },
      ],
    }),
  },
  {
    description: 'Remove the repository of a service with all its images',
    example: stringify({
      steps: [
        {
          id: 'ecr',
          name: 'Remove the image repository',
          action: 'aws:ecr:repository:delete',
          input: {
            name: 'shop/payments',
            accountId: '111122223333',
            region: 'eu-west-1',
            owner: 'component:default/payments',
            whenNotEmpty: 'delete',
          },
        },
      ],
    }),
  },
];
