import { ConfigReader } from '@backstage/config';
import { checkParameters } from './checkParameters';
import type { ServiceParameters } from './parameters';
import { Report } from './report';

const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';

const good: ServiceParameters = {
  name: 'orders',
  description: 'Takes orders: "fast" & cheap – for 5 €',
  owner: 'group:default/payments',
  system: 'system:default/shop',
  lifecycle: 'experimental',
  source: 'new',
  runtime: 'nodejs',
  pipeline: 'github-actions',
  imageRepository: {},
  targets: [
    { environment: 'production', clusterArn: arn, namespace: 'orders' },
  ],
  compute: 'auto-detect',
  exposure: 'public',
  routing: 'auto-detect',
  hostname: 'orders.example.com',
  scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
  repoUrl: 'localhost:7102?owner=acme&repo=orders',
};

const config = new ConfigReader({
  integrations: {
    github: [{ host: 'github.com' }],
    gitlab: [{ host: 'gitlab.com' }],
    bitbucketCloud: [{ host: 'bitbucket.org' }],
  },
  eks: {
    discovery: {
      accounts: [{ accountId: '111122223333', regions: ['eu-west-1'] }],
    },
  },
});

function problemsOf(parameters: Partial<ServiceParameters>) {
  const report = new Report();
  checkParameters({ ...good, ...parameters }, config, report);
  return report.problems;
}

const target = (fields: Partial<ServiceParameters['targets'][number]>) => ({
  targets: [{ ...good.targets[0], ...fields }],
});

describe('checkParameters', () => {
  it('takes good parameters', () => {
    expect(problemsOf({})).toEqual([]);
    expect(
      problemsOf({
        source: 'existing',
        sourceUrl: 'https://github.com/acme/shop/tree/main/orders',
      }),
    ).toEqual([]);
  });

  it.each<[string, Partial<ServiceParameters>, string]>([
    ['upper case', { name: 'Orders' }, 'name'],
    ['a way out of the folder', { name: '../orders' }, 'name'],
    ['41 characters', { name: 'a'.repeat(41) }, 'name'],
    ['template syntax', { description: '${{ secrets.x }}' }, 'description'],
    ['a second line of YAML', { description: 'x\nkind: User' }, 'description'],
    ['an owner that is no reference', { owner: 'a:b:c/d' }, 'owner'],
    ['a system that is no reference', { system: 'a:b:c/d' }, 'system'],
    [
      'more replicas at least than at most',
      {
        scaling: { minReplicas: 5, maxReplicas: 2, targetCpuUtilization: 70 },
      },
      'scaling.minReplicas',
    ],
    ['a wildcard for a host name', { hostname: '*.example.com' }, 'hostname'],
    ['nothing to bring in', { source: 'existing' }, 'sourceUrl'],
    [
      'a password in the address',
      { source: 'existing', sourceUrl: 'https://a:b@github.com/acme/x' },
      'sourceUrl',
    ],
    [
      'a host that the portal does not know',
      { source: 'existing', sourceUrl: 'http://169.254.169.254/latest' },
      'sourceUrl',
    ],
    ['a host name without exposure', { exposure: 'none' }, 'hostname'],
    ['no target', { targets: [] }, 'targets'],
    [
      'a reserved namespace',
      target({ namespace: 'kube-system' }),
      'targets[0].namespace',
    ],
    [
      'an environment that is no folder name',
      target({ environment: '../x' }),
      'targets[0].environment',
    ],
    [
      'an ARN of something else',
      target({ clusterArn: 'arn:aws:s3:::bucket' }),
      'targets[0].clusterArn',
    ],
    [
      'an ARN of another partition',
      target({
        clusterArn: 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/prod-eu',
      }),
      'targets[0].clusterArn',
    ],
  ])('refuses %s', (_, parameters, field) => {
    expect(problemsOf(parameters)).toEqual([
      { field, message: expect.any(String) },
    ]);
  });

  it('refuses two targets in one place', () => {
    expect(
      problemsOf({ targets: [good.targets[0], good.targets[0]] }).map(
        ({ field }) => field,
      ),
    ).toEqual(['targets[1].environment', 'targets[1].namespace']);
  });

  it('refuses CodePipeline where a target is elsewhere, and says what reaches it', () => {
    const report = new Report();
    const elsewhere = 'arn:aws:eks:us-east-1:111122223333:cluster/prod-us';
    const two = {
      ...good,
      targets: [
        good.targets[0],
        { environment: 'us', clusterArn: elsewhere, namespace: 'orders' },
      ],
    };
    const regions = new ConfigReader({
      eks: {
        discovery: {
          accounts: [
            { accountId: '111122223333', regions: ['eu-west-1', 'us-east-1'] },
          ],
        },
      },
    });
    checkParameters({ ...two, pipeline: 'codepipeline' }, regions, report);

    expect(report.problems).toEqual([
      {
        field: 'targets[1].clusterArn',
        message: expect.stringContaining('us-east-1'),
      },
    ]);
    expect(JSON.stringify(report.problems)).toContain('github-actions');
    const argo = new Report();
    checkParameters(two, regions, argo);
    expect(argo.problems).toEqual([]);
  });

  it('names all problems at once', () => {
    expect(
      problemsOf({ name: 'X', description: '{{ x }}', owner: '' }).map(
        ({ field }) => field,
      ),
    ).toEqual(['name', 'description', 'owner']);
  });

  it.each([
    ['github-actions', 'gitlab.com', /GitLab; choose .* gitlab-ci/],
    ['gitlab-ci', 'github.com', /GitHub; choose .* github-actions/],
    ['codepipeline', 'bitbucket.org', /neither; choose GitHub or GitLab/],
  ] as const)(
    'refuses %s for a repository on %s',
    (pipeline, host, message) => {
      const repoUrl = `${host}?owner=acme&repo=orders`;
      expect(problemsOf({ pipeline, repoUrl })).toEqual([
        { field: 'repoUrl', message: expect.stringMatching(message) },
      ]);
    },
  );

  it.each([
    ['github-actions', 'github.com'],
    ['codepipeline', 'gitlab.com'],
    ['gitlab-ci', 'gitlab.com'],
  ] as const)('takes %s for a repository on %s', (pipeline, host) => {
    const repoUrl = `${host}?owner=acme&repo=orders`;
    expect(problemsOf({ pipeline, repoUrl })).toEqual([]);
  });
});
