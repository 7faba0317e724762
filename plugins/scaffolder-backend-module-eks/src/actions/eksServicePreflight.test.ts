import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { JsonObject } from '@backstage/types';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { CreateRoleCommand, DeletePolicyCommand } from '@aws-sdk/client-iam';
import { createEksServicePreflightAction } from './eksServicePreflight';
import { createIamPipelineRoleEnsureAction } from './iamPipelineRoleEnsure';

const arn = {
  prodEu: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
  batchEu: 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu',
  prodUs: 'arn:aws:eks:us-east-1:444455556666:cluster/prod-us',
};

const entity = (kind: string, name: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name, namespace: 'default' },
});

const people = [entity('Group', 'payments'), entity('System', 'shop')];

describe('aws:eks:service:preflight', () => {
  const environment = useSandbox({
    action: 'aws:eks:service:preflight',
    asksWhatItMay: true,
  });
  const gitHost = () => new URL(environment.sandbox.urls.github).host;

  function preflight(
    input: JsonObject,
    options: RunOptions & { entities?: Entity[] } = {},
  ) {
    const { entities = people, ...run } = options;
    const { clusters, config } = environment;
    return runAction(
      createEksServicePreflightAction({
        clusters,
        catalog: catalogServiceMock({ entities }),
        integrations: ScmIntegrations.fromConfig(config),
        config,
      }),
      {
        name: 'orders',
        description: 'Takes orders from the shop',
        owner: 'group:default/payments',
        system: 'system:default/shop',
        targets: [
          {
            environment: 'production',
            clusterArn: arn.prodEu,
            namespace: 'orders',
          },
        ],
        exposure: 'public',
        hostname: 'orders.example.com',
        scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
        repoUrl: `${gitHost()}?owner=acme&repo=orders`,
        ...input,
      },
      run,
    );
  }

  const statusOf = (output: { report?: unknown }) =>
    Array.isArray(output.report)
      ? output.report
          .filter(({ status }) => status !== 'passed')
          .map(
            ({ status, check, message, remedy }) =>
              `${status} ${check}: ${message}; ${remedy}`,
          )
      : ['no report'];

  const line = (check: string, message: RegExp, status = 'passed') =>
    expect.objectContaining({
      check,
      status,
      message: expect.stringMatching(message),
    });

  const writes = () =>
    environment.sandbox.journal.list().filter(({ operation }) =>
      // A question about oneself is posted, too.
      /^(?!create selfsubject)(create|patch|update|delete|put|set|tag|post)/i.test(
        operation,
      ),
    );

  it('passes a service that can be made, and changes nothing', async () => {
    const { output } = await preflight({});

    expect(statusOf(output)).toEqual([]);
    expect(output.report).toEqual([
      line('name', /`orders` is a name/),
      line('description', /plain text/),
      line('scaling', /Between 3 and 10/),
      line('hostname', /orders.example.com/),
      line('targets', /named as it should be/),
      line('owner', /group:default\/payments` is in the catalog/),
      line('system', /system:default\/shop` is in the catalog/),
      line('catalog', /component:default\/orders` is free/),
      line('git-repository', /acme\/orders` is free/),
      line('image-repository', /registry 111122223333 eu-west-1 is free/),
      line('pipeline-role', /role\/slipway\/orders-pipeline` can be made/),
      line('aws-permissions', /role\/slipway-portal` may make/),
      line('cluster', /prod-eu \(Kubernetes 1\.35\) answers/),
      line('compute', /Auto Mode/),
      line('load-balancer', /Auto Mode/),
      line('metrics', /measures pods/),
      line('cluster-permissions', /may make what the service needs/),
      line('argo-cd', /Argo CD will deliver, by Application `argocd\/orders`/),
      line('namespace', /will be made, with Pod Security `restricted`/),
    ]);
    expect(writes()).toEqual([]);
  });

  it('reports the same in a dry run', async () => {
    const dry = await preflight({}, { isDryRun: true });
    const real = await preflight({});

    expect(dry.output).toEqual({
      ...real.output,
      namesFreeSince: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('lists all problems of the parameters, and asks nobody', async () => {
    const before = environment.sandbox.journal.list().length;

    await expect(
      preflight({
        name: 'Orders',
        description: '${{ secrets.TOKEN }}',
        scaling: { minReplicas: 9, maxReplicas: 2, targetCpuUtilization: 70 },
        targets: [
          {
            environment: 'production',
            clusterArn: 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/x',
            namespace: 'kube-system',
          },
        ],
      }),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(
        /`name`.*`description`.*`scaling.minReplicas`.*`targets\[0\].namespace`.*`targets\[0\].clusterArn`/s,
      ),
    });
    expect(environment.sandbox.journal.list()).toHaveLength(before);
  });

  it('names everything that is taken at once', async () => {
    const name = 'taken';
    await environment.administrator
      .ecr({ accountId: '111122223333', region: 'eu-west-1' })
      .send(
        new CreateRepositoryCommand({
          repositoryName: name,
          tags: [{ Key: 'slipway:entity', Value: 'component:default/other' }],
        }),
      );
    environment.sandbox.cluster(arn.prodEu).seed([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name,
          annotations: { 'slipway.io/entity': 'component:default/other' },
        },
      },
    ]);

    const { output } = await preflight(
      {
        name,
        failOnProblems: false,
        targets: [
          {
            environment: 'production',
            clusterArn: arn.prodEu,
            namespace: name,
          },
        ],
      },
      { entities: [...people, entity('Component', name)] },
    );

    expect(statusOf(output)).toEqual([
      expect.stringMatching(/^failed catalog: `taken` is taken.*; choose/),
      expect.stringMatching(
        /^failed image-repository: .*`taken` in registry 111122223333 eu-west-1 belongs to component:default\/other; choose/,
      ),
      expect.stringMatching(
        /^failed namespace: namespace `taken` in cluster prod-eu belongs to component:default\/other; choose/,
      ),
    ]);
  });

  it('names the other task that makes the service at the same time', async () => {
    const name = 'begun';
    await environment.administrator
      .ecr({ accountId: '111122223333', region: 'eu-west-1' })
      .send(
        new CreateRepositoryCommand({
          repositoryName: name,
          tags: [
            { Key: 'slipway:entity', Value: `component:default/${name}` },
            { Key: 'slipway:task', Value: 'another-task' },
          ],
        }),
      );

    const { output } = await preflight({ name, failOnProblems: false });

    expect(statusOf(output)).toContainEqual(
      expect.stringContaining(
        'failed image-repository: image repository `begun` in registry 111122223333 eu-west-1 was made by another task for the same service, another-task',
      ),
    );
  });

  it('names the git repository that is taken, and the owner that is not there', async () => {
    const token = environment.sandbox.env.SANDBOX_GITHUB_TOKEN;
    const created = await fetch(
      `${environment.sandbox.urls.github}/api/v3/orgs/acme/repos`,
      {
        method: 'POST',
        headers: {
          authorization: `token ${token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ name: 'known' }),
      },
    );
    expect(created.status).toBe(201);

    await expect(
      preflight({ repoUrl: `${gitHost()}?owner=acme&repo=known` }),
    ).rejects.toThrow('`repoUrl`: repository acme/known exists already');
    await expect(
      preflight({ repoUrl: `${gitHost()}?owner=nobody&repo=orders` }),
    ).rejects.toThrow('`repoUrl`: there is no user or organisation `nobody`');
    await expect(
      preflight({ repoUrl: `${gitHost()}?owner=acme&repo=..` }),
    ).rejects.toThrow('`repoUrl`: `..` is no repository name');
    await expect(
      preflight({ repoUrl: 'elsewhere.example?owner=acme&repo=orders' }),
    ).rejects.toThrow('`repoUrl`');
  });

  it('does not take what this task made itself for taken', async () => {
    const checkpoints: Checkpoints = new Map();
    await preflight({}, { checkpoints });

    const { output } = await preflight(
      {},
      { checkpoints, entities: [...people, entity('Component', 'orders')] },
    );

    expect(statusOf(output)).toEqual([]);
  });

  it('asks again in a task that failed because a name was taken', async () => {
    const checkpoints: Checkpoints = new Map();
    await expect(
      preflight(
        {},
        { checkpoints, entities: [...people, entity('Component', 'orders')] },
      ),
    ).rejects.toThrow('`orders` is taken');

    const { output } = await preflight({}, { checkpoints });

    expect(statusOf(output)).toEqual([]);
  });

  it('names an owner and a system that are not in the catalog', async () => {
    await expect(preflight({}, { entities: [] })).rejects.toMatchObject({
      message: expect.stringMatching(
        /`owner`: the catalog has no group:default\/payments.*`system`: the catalog has no system:default\/shop/s,
      ),
    });
  });

  it('names each cluster that cannot take the service', async () => {
    await expect(
      preflight({
        compute: 'nodes',
        targets: [
          {
            environment: 'production',
            clusterArn: arn.prodEu,
            namespace: 'orders',
          },
          {
            environment: 'batch',
            clusterArn: arn.batchEu,
            namespace: 'orders',
          },
          { environment: 'us', clusterArn: arn.prodUs, namespace: 'orders' },
        ],
      }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        /`compute`: Cluster prod-eu has no nodes of its own.*`targets\[1\].namespace`.*no profile matches.*`targets\[2\].clusterArn`.*access entry/s,
      ),
    });
  });

  it('warns when the git host cannot be asked', async () => {
    environment.sandbox.faults.add({ kind: 'server-error', service: 'github' });

    const { output } = await preflight({});

    expect(statusOf(output)).toEqual([
      expect.stringMatching(
        /^warning git-repository: Whether acme\/orders is free/,
      ),
    ]);
  });

  describe('the role of the pipeline', () => {
    const place = { accountId: '111122223333', region: 'eu-west-1' };

    it('has the ARN that it will get, before it is made', async () => {
      const { output } = await preflight({});
      const { administrator, config } = environment;
      const role = await runAction(
        createIamPipelineRoleEnsureAction({
          clients: administrator,
          config,
          integrations: ScmIntegrations.fromConfig(config),
        }),
        {
          name: String(output.pipelineRoleName),
          owner: 'component:default/orders',
          repositoryArn: 'arn:aws:ecr:eu-west-1:111122223333:repository/orders',
          github: { repoUrl: `${gitHost()}?owner=acme&repo=orders` },
        },
        { isDryRun: true },
      );

      expect(output.pipelineRoleArn).toBe(role.output.roleArn);
      expect(output.report).toContainEqual(
        expect.objectContaining({
          check: 'pipeline-role',
          status: 'passed',
        }),
      );
    });

    it.each([
      ['nobody', [], 'belongs to nobody'],
      [
        'another entity',
        [{ Key: 'slipway:entity', Value: 'component:default/other' }],
        'belongs to component:default/other',
      ],
    ])('is refused when one of %s has its name', async (_, tags, said) => {
      const name = `taken-${tags.length}`;
      await environment.administrator.iam(place).send(
        new CreateRoleCommand({
          RoleName: `${name}-pipeline`,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: '111122223333' },
                Action: 'sts:AssumeRole',
              },
            ],
          }),
          Tags: tags,
        }),
      );
      await expect(
        preflight({
          name,
          repoUrl: `${gitHost()}?owner=acme&repo=${name}`,
        }),
      ).rejects.toThrow(said);
    });

    it('is refused where the account has no policy that would bound it', async () => {
      const accountId = '444455556666';
      const name = 'unbounded';
      await environment.administrator
        .iam({ accountId, region: 'us-east-1' })
        .send(
          new DeletePolicyCommand({
            PolicyArn: `arn:aws:iam::${accountId}:policy/slipway-pipeline-boundary`,
          }),
        );

      const { output } = await preflight({
        name,
        targets: [
          {
            environment: 'staging',
            clusterArn: `arn:aws:eks:us-east-1:${accountId}:cluster/staging-us`,
            namespace: name,
          },
        ],
        repoUrl: `${gitHost()}?owner=acme&repo=${name}`,
        failOnProblems: false,
      });

      expect(output.report).toContainEqual({
        check: 'pipeline-role',
        status: 'failed',
        field: 'pipeline',
        message: expect.stringContaining(
          'account 444455556666 has no such policy',
        ),
        remedy: expect.stringContaining('aws iam create-policy'),
      });
    });

    it('is possible where nobody may ask for that policy', async () => {
      environment.sandbox.faults.add({
        service: 'iam',
        operation: 'GetPolicy',
        kind: 'access-denied',
      });

      const { output } = await preflight({});

      expect(output.report).toContainEqual(
        expect.objectContaining({
          check: 'pipeline-role',
          status: 'warning',
          message: expect.stringContaining('iam:GetPolicy'),
        }),
      );
    });

    it('is refused where the account does not believe the git host', async () => {
      const { iam } = environment.sandbox.aws.state;
      const kept = iam.oidcProviders;
      iam.oidcProviders = {};
      await expect(preflight({})).rejects.toThrow(
        'aws iam create-open-id-connect-provider',
      );
      iam.oidcProviders = kept;
    });

    it('is refused where operators have not configured such roles', async () => {
      const { clusters, sandbox } = environment;
      const config = ConfigReader.fromConfigs([
        { context: 'sandbox', data: sandbox.config },
        { context: 'test', data: { eks: { pipelineRole: null } } },
      ]);
      const run = runAction(
        createEksServicePreflightAction({
          clusters,
          catalog: catalogServiceMock({ entities: people }),
          integrations: ScmIntegrations.fromConfig(config),
          config,
        }),
        {
          name: 'orders',
          owner: 'group:default/payments',
          targets: [
            {
              environment: 'production',
              clusterArn: arn.prodEu,
              namespace: 'orders',
            },
          ],
          scaling: {
            minReplicas: 3,
            maxReplicas: 10,
            targetCpuUtilization: 70,
          },
          repoUrl: `${gitHost()}?owner=acme&repo=orders`,
        },
      );
      await expect(run).rejects.toThrow(
        /`pipeline`: .*eks\.pipelineRole\.path/,
      );
    });
  });
});
