import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `catalog:entity:await`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description:
      'Wait until the page of a service that was registered is there',
    example: stringify({
      steps: [
        {
          id: 'page',
          name: 'Wait for its page',
          action: 'catalog:entity:await',
          input: { entityRef: 'component:default/orders' },
        },
      ],
    }),
  },
  {
    description: 'Wait for two minutes, for a catalog that is slow',
    example: stringify({
      steps: [
        {
          id: 'page',
          name: 'Wait for its page',
          action: 'catalog:entity:await',
          input: {
            entityRef: 'component:default/orders',
            timeoutSeconds: 120,
          },
        },
      ],
    }),
  },
];
