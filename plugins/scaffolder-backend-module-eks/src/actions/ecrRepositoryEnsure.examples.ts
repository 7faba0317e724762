import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Examples of `aws:ecr:repository:ensure`; each is run by a test. */
export const examples: TemplateExample[] = [
  {
    description: 'Make a repository for the service that the form describes',
    example: stringify({
      steps: [
        {
          id: 'ecr',
          name: 'Make the image repository',
          action: 'aws:ecr:repository:ensure',
          input: {
            name: 'shop/orders',
            accountId: '111122223333',
            region: 'eu-west-1',
            owner: 'component:default/orders',
          },
        },
      ],
    }),
  },
  {
    description:
      'Keep the newest 50 releases, drop untagged images after two weeks, and let only `cache` be moved',
    example: stringify({
      steps: [
        {
          id: 'ecr',
          name: 'Make the image repository',
          action: 'aws:ecr:repository:ensure',
          input: {
            name: 'shop/payments',
            accountId: '111122223333',
            region: 'eu-west-1',
            owner: 'component:default/payments',
            imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
            exclusionFilters: ['cache*'],
            lifecycle: {
              keepTagged: { count: 50, patterns: ['v*'] },
              expireUntaggedAfterDays: 14,
            },
            tags: { team: 'payments' },
          },
        },
      ],
    }),
  },
  {
    description:
      'Encrypt with a KMS key, let the accounts of an organization pull, and a role of another account push',
    example: stringify({
      steps: [
        {
          id: 'ecr',
          name: 'Make the image repository',
          action: 'aws:ecr:repository:ensure',
          input: {
            name: 'data/reports',
            accountId: '444455556666',
            region: 'us-east-1',
            owner: 'component:default/reports',
            encryption: {
              type: 'KMS',
              kmsKey:
                'arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab',
            },
            access: {
              pullOrganizations: ['o-a1b2c3d4e5'],
              pushRoles: ['arn:aws:iam::111122223333:role/slipway-pipeline'],
            },
          },
        },
      ],
    }),
  },
  {
    description:
      'Take over a repository that was made by hand, and bring it to what is asked',
    example: stringify({
      steps: [
        {
          id: 'ecr',
          name: 'Take over the image repository',
          action: 'aws:ecr:repository:ensure',
          input: {
            name: 'legacy/invoices',
            accountId: '111122223333',
            region: 'eu-west-1',
            owner: 'component:default/invoices',
            onExisting: 'adopt',
            converge: true,
          },
        },
      ],
    }),
  },
];
