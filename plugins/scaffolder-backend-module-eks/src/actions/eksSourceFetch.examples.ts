import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `eks:source:fetch`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Fetch a repository and see what it is written in',
    example: stringify({
      steps: [
        {
          id: 'source',
          name: 'Fetch the source',
          action: 'eks:source:fetch',
          input: { sourceUrl: 'https://github.com/acme/orders' },
        },
      ],
    }),
  },
  {
    description: 'Fetch one service out of a repository of several',
    example: stringify({
      steps: [
        {
          id: 'source',
          name: 'Fetch the source',
          action: 'eks:source:fetch',
          input: {
            sourceUrl: 'https://github.com/acme/shop/tree/main/orders',
            runtime: 'python',
            supportedRuntimes: ['nodejs', 'python'],
          },
        },
      ],
    }),
  },
];
