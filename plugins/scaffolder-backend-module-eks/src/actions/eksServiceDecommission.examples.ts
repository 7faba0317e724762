import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:eks:service:decommission`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Remove a service with its images, and archive its repository',
    example: stringify({
      steps: [
        {
          id: 'remove',
          name: 'Remove the service',
          action: 'aws:eks:service:decommission',
          input: {
            entityRef: 'component:default/orders',
            confirm: 'orders',
            whenNotEmpty: 'delete',
            archiveRepository: true,
          },
        },
      ],
    }),
  },
];
