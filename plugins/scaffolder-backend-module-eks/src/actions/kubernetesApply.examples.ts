import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `kubernetes:apply`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Make the namespace of a service, with a quota',
    example: stringify({
      steps: [
        {
          id: 'namespace',
          name: 'Make the namespace',
          action: 'kubernetes:apply',
          input: {
            clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
            owner: 'component:default/orders',
            manifests: [
              {
                apiVersion: 'v1',
                kind: 'Namespace',
                metadata: {
                  name: 'orders',
                  labels: {
                    'pod-security.kubernetes.io/enforce': 'restricted',
                  },
                },
              },
              {
                apiVersion: 'v1',
                kind: 'ResourceQuota',
                metadata: { name: 'orders', namespace: 'orders' },
                spec: { hard: { pods: '20' } },
              },
            ],
          },
        },
      ],
    }),
  },
  {
    description:
      'Apply the documents of a text, and wait up to a minute until they are ready',
    example: stringify({
      steps: [
        {
          id: 'namespace',
          name: 'Make the namespace',
          action: 'kubernetes:apply',
          input: {
            clusterArn: 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us',
            owner: 'component:default/orders',
            namespace: 'orders-staging',
            manifests: [
              'apiVersion: v1',
              'kind: Namespace',
              'metadata:',
              '  name: orders-staging',
              '---',
              'apiVersion: v1',
              'kind: ServiceAccount',
              'metadata:',
              '  name: orders',
              'automountServiceAccountToken: false',
              '',
            ].join('\n'),
            waitForReadinessSeconds: 60,
          },
        },
      ],
    }),
  },
];
