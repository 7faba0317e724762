import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `eks:source:adopt`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Bring what was fetched together with what was generated',
    example: stringify({
      steps: [
        {
          id: 'adopt',
          name: 'Bring the source in',
          action: 'eks:source:adopt',
          input: {
            sourceUrl: 'https://github.com/acme/orders',
            generatedFirst: ['.slipway.yaml', 'catalog-info.yaml', 'deploy/'],
          },
        },
      ],
    }),
  },
];
