import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `eks:service:upgrade`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Merge what the template has new since, for a pull request',
    example: stringify({
      steps: [
        {
          id: 'upgrade',
          name: 'Merge the new version',
          action: 'eks:service:upgrade',
          input: { entityRef: 'component:default/orders' },
        },
      ],
    }),
  },
];
