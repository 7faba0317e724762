import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:iam:pipeline-role:ensure`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description:
      'Make the role of a repository on GitHub that was published before',
    example: stringify({
      steps: [
        {
          id: 'role',
          name: 'Make the role of the pipeline',
          action: 'aws:iam:pipeline-role:ensure',
          input: {
            name: 'orders-pipeline',
            owner: 'component:default/orders',
            repositoryArn:
              'arn:aws:ecr:eu-west-1:111122223333:repository/orders',
            github: { repoUrl: 'github.com?owner=acme&repo=orders' },
          },
        },
      ],
    }),
  },
  {
    description:
      'Make the role of a project on GitLab, whose pipeline also has to find a cluster',
    example: stringify({
      steps: [
        {
          id: 'role',
          name: 'Make the role of the pipeline',
          action: 'aws:iam:pipeline-role:ensure',
          input: {
            name: 'payments-pipeline',
            owner: 'component:default/payments',
            repositoryArn:
              'arn:aws:ecr:eu-west-1:111122223333:repository/shop/payments',
            clusterArns: ['arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu'],
            gitlab: { repoUrl: 'gitlab.com?owner=acme/shop&repo=payments' },
            tags: { team: 'payments' },
          },
        },
      ],
    }),
  },
  {
    description: 'Make the role of a CodeBuild project',
    example: stringify({
      steps: [
        {
          id: 'role',
          name: 'Make the role of the pipeline',
          action: 'aws:iam:pipeline-role:ensure',
          input: {
            name: 'reports-pipeline',
            owner: 'component:default/reports',
            repositoryArn:
              'arn:aws:ecr:us-east-1:444455556666:repository/data/reports',
            codebuild: { project: 'reports' },
          },
        },
      ],
    }),
  },
  {
    description:
      'Check a role that the platform team made, and say what it lacks',
    example: stringify({
      steps: [
        {
          id: 'role',
          name: 'Check the role of the pipeline',
          action: 'aws:iam:pipeline-role:ensure',
          input: {
            mode: 'existing',
            roleArn: 'arn:aws:iam::111122223333:role/slipway-pipeline',
            owner: 'component:default/invoices',
            repositoryArn:
              'arn:aws:ecr:eu-west-1:111122223333:repository/invoices',
            github: {
              repoUrl: 'github.com?owner=acme&repo=invoices',
              ownerId: '170000001',
              repositoryId: '880000001',
            },
          },
        },
      ],
    }),
  },
];
