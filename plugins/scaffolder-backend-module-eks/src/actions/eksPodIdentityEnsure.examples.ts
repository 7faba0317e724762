import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:eks:pod-identity:ensure`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Give the pods of a service an IAM role',
    example: stringify({
      steps: [
        {
          id: 'identity',
          name: 'Give the pods their role',
          action: 'aws:eks:pod-identity:ensure',
          input: {
            clusterArn: 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us',
            owner: 'component:default/orders',
            namespace: 'orders',
            serviceAccount: 'orders',
            roleArn: 'arn:aws:iam::444455556666:role/orders',
          },
        },
      ],
    }),
  },
];
