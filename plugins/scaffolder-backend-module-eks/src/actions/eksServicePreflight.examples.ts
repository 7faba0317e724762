import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:eks:service:preflight`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Check a new service before anything is made',
    example: stringify({
      steps: [
        {
          id: 'preflight',
          name: 'Check everything first',
          action: 'aws:eks:service:preflight',
          input: {
            name: 'orders',
            description: 'Takes orders from the shop',
            owner: 'group:default/payments',
            system: 'system:default/shop',
            lifecycle: 'experimental',
            source: 'new',
            runtime: 'nodejs',
            targets: [
              {
                environment: 'production',
                clusterArn:
                  'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
                namespace: 'orders',
              },
            ],
            compute: 'auto-detect',
            exposure: 'public',
            hostname: 'orders.example.com',
            scaling: {
              minReplicas: 3,
              maxReplicas: 10,
              targetCpuUtilization: 70,
            },
            pipeline: 'github-actions',
            repoUrl: 'localhost:7102?owner=acme&repo=orders',
          },
        },
      ],
    }),
  },
];
