import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:eks:access-entry:ensure`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: "Let a service's pipeline change its own namespace",
    example: stringify({
      steps: [
        {
          id: 'access',
          name: 'Let the pipeline in',
          action: 'aws:eks:access-entry:ensure',
          input: {
            clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
            owner: 'component:default/orders',
            principalArn: 'arn:aws:iam::111122223333:role/orders-pipeline',
            policies: [{ name: 'AmazonEKSEditPolicy', namespaces: ['orders'] }],
          },
        },
      ],
    }),
  },
  {
    description: 'Give a role to a Kubernetes group, whose rights RBAC defines',
    example: stringify({
      steps: [
        {
          id: 'access',
          name: 'Let the team in',
          action: 'aws:eks:access-entry:ensure',
          input: {
            clusterArn: 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us',
            owner: 'component:default/orders',
            principalArn: 'arn:aws:iam::444455556666:role/payments',
            kubernetesGroups: ['payments'],
            tags: { team: 'payments' },
          },
        },
      ],
    }),
  },
];
