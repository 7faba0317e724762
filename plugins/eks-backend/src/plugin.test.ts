import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type {
  ClustersResponse,
  NameAvailability,
  PreflightResponse,
} from '@slipway/backstage-plugin-eks-common';
import { DefaultAwsClients } from '@slipway/backstage-plugin-eks-node';
import { ConfigReader } from '@backstage/config';
import request from 'supertest';
import { useSandbox } from './__testUtils__/useSandbox';
import eksPlugin from './index';

const use = useSandbox();
let backend: TestBackend | undefined;

async function start(options: { decision?: AuthorizeResult.DENY } = {}) {
  const auditor = mockServices.auditor.mock();
  const event = {
    success: jest.fn(async () => {}),
    fail: jest.fn(async () => {}),
  };
  auditor.createEvent.mockResolvedValue(event);
  backend = await startTestBackend({
    features: [
      eksPlugin,
      catalogServiceMock.factory({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Component',
            metadata: { name: 'checkout' },
          },
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Group',
            metadata: { name: 'payments', namespace: 'default' },
          },
        ],
      }),
      mockServices.rootConfig.factory({ data: use.sandbox.config }),
      mockServices.permissions.factory({
        result: options.decision ?? AuthorizeResult.ALLOW,
      }),
      auditor.factory,
    ],
  });
  return { server: backend.server, auditor, event };
}

afterEach(async () => {
  await backend?.stop();
  backend = undefined;
});

const byName = ({ items }: ClustersResponse) =>
  Object.fromEntries(items.map(item => [item.name, item]));

describe('GET /api/eks/clusters', () => {
  it('answers with the facts of every cluster', async () => {
    const { server, auditor, event } = await start();
    const { status, body } = await request(server).get('/api/eks/clusters');
    expect(status).toBe(200);
    const clusters = byName(body);
    expect(Object.keys(clusters)).toEqual([
      'batch-eu',
      'prod-eu',
      'prod-us',
      'staging-us',
    ]);
    expect(clusters['prod-eu']).toMatchObject({
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
      version: '1.35',
      computeKinds: ['auto-mode'],
    });
    expect(clusters['batch-eu'].fargateProfiles).toHaveLength(1);
    expect(body.failures).toEqual([]);
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({ eventId: 'cluster-fetch' }),
    );
    expect(event.success).toHaveBeenCalled();
  });

  it('says where a service cannot run, and why', async () => {
    const { server } = await start();
    const { body } = await request(server).get(
      '/api/eks/clusters?exposure=public&namespace=orders',
    );
    const clusters = byName(body);
    expect(clusters['prod-eu'].problems).toEqual([]);
    expect(clusters['staging-us'].problems).toEqual([]);
    expect(clusters['batch-eu'].problems).toEqual([
      expect.stringMatching(/Fargate only, and no profile matches.*batch-\*/),
    ]);
    expect(clusters['prod-us']).toMatchObject({
      reachable: false,
      problems: [expect.stringMatching(/^cluster `prod-us`: access denied/)],
    });
  });

  it('keeps a denied account beside the others', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'eks',
      accountId: '444455556666',
    });
    const { server } = await start();
    const { body } = await request(server).get('/api/eks/clusters');
    expect(Object.keys(byName(body))).toEqual(['batch-eu', 'prod-eu']);
    expect(body.failures).toEqual([
      expect.objectContaining({
        accountId: '444455556666',
        region: 'us-east-1',
      }),
    ]);
  });

  it('keeps the place of a cluster that cannot be described', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'eks',
      operation: 'ListAddons',
      accountId: '444455556666',
    });
    const { server } = await start();
    const { body } = await request(server).get('/api/eks/clusters');
    expect(byName(body)['staging-us']).toMatchObject({
      reachable: false,
      problems: [expect.stringContaining('eks:ListAddons')],
    });
    expect(byName(body)['prod-eu'].computeKinds).toEqual(['auto-mode']);
  });

  it.each([
    ['exposure=everybody', /exposure/],
    [`namespace=${'x'.repeat(300)}`, /namespace/],
  ])('refuses %s', async (query, message) => {
    const { server } = await start();
    const { status, body } = await request(server).get(
      `/api/eks/clusters?${query}`,
    );
    expect(status).toBe(400);
    expect(body.error.message).toMatch(message);
  });

  it('needs the permission eks.clusters.read', async () => {
    const { server, event } = await start({ decision: AuthorizeResult.DENY });
    const { status, body } = await request(server).get('/api/eks/clusters');
    expect(status).toBe(403);
    expect(body.error.message).toContain('eks.clusters.read');
    expect(event.fail).toHaveBeenCalled();
  });

  it('is for signed-in users', async () => {
    const { server } = await start();
    const { status } = await request(server)
      .get('/api/eks/clusters')
      .set('authorization', mockCredentials.none.header());
    expect(status).toBe(401);
  });
});

describe('GET /api/eks/names/:name', () => {
  const query = (host: string) =>
    encodeURIComponent(`${host}?owner=acme&repo=orders`);
  const place = 'accountId=111122223333&region=eu-west-1';
  const check = async (path: string): Promise<NameAvailability> => {
    const { server } = await start();
    const { status, body } = await request(server).get(
      `/api/eks/names/${path}`,
    );
    expect(status).toBe(200);
    return body;
  };

  it('finds a name that is free in catalog and registry', async () => {
    expect(await check(`orders?${place}`)).toMatchObject({
      name: 'orders',
      catalog: 'free',
      repository: 'unknown',
      registry: 'free',
    });
  });

  it('finds a name that is taken in catalog and registry', async () => {
    const clients = DefaultAwsClients.fromConfig(
      new ConfigReader(use.sandbox.config),
    );
    const ecr: ECRClient = clients.ecr({
      accountId: '111122223333',
      region: 'eu-west-1',
    });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'checkout' }));
    clients.destroy();

    const answer = await check(`checkout?${place}`);
    expect(answer).toMatchObject({ catalog: 'taken', registry: 'taken' });
    expect(answer.reasons).toEqual(
      expect.arrayContaining([
        expect.stringContaining('component:default/checkout'),
        expect.stringMatching(/^ECR has the repository checkout in account/),
      ]),
    );
  });

  it('finds a repository of the git host', async () => {
    const { github } = use.sandbox.urls;
    const { host } = new URL(github);
    expect(await check(`orders?repoUrl=${query(host)}`)).toMatchObject({
      repository: 'free',
    });
    const created = await fetch(`${github}/api/v3/orgs/acme/repos`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${use.sandbox.env.SANDBOX_GITHUB_TOKEN}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name: 'orders' }),
    });
    expect(created.status).toBe(201);
    await backend?.stop();
    const answer = await check(`orders?repoUrl=${query(host)}`);
    expect(answer.repository).toBe('taken');
    expect(answer.reasons).toContain(
      `${host} has the repository acme/orders already; choose another name.`,
    );
  });

  it('says why the registry could not be asked', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'ecr',
      operation: 'DescribeRepositories',
    });
    const answer = await check(`orders?${place}`);
    expect(answer).toMatchObject({ catalog: 'free', registry: 'unknown' });
    expect(answer.reasons.join(' ')).toMatch(
      /ecr:DescribeRepositories is not allowed.*docs\/iam\.md/,
    );
  });

  it('does not wait for a registry that never answers', async () => {
    use.sandbox.faults.add({ kind: 'hang', service: 'ecr' });
    const answer = await check(`orders?${place}`);
    expect(answer).toMatchObject({ catalog: 'free', registry: 'unknown' });
    expect(answer.reasons.join(' ')).toMatch(/did not answer|in time/);
  }, 15_000);

  it('asks only the accounts of the configuration', async () => {
    const answer = await check(
      'orders?accountId=999988887777&region=eu-west-1',
    );
    expect(answer.registry).toBe('unknown');
    expect(answer.reasons.join(' ')).toMatch(/not in eks\.discovery\.accounts/);
  });

  it('refuses a name that no service can have', async () => {
    const { server } = await start();
    const { status, body } = await request(server).get('/api/eks/names/Orders');
    expect(status).toBe(400);
    expect(body.error.message).toMatch(/^name: "Orders" has upper-case/);
  });
});

const service = (fields: object = {}) => ({
  name: 'orders',
  owner: 'group:default/payments',
  targets: [
    {
      environment: 'production',
      clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
      namespace: 'orders',
    },
  ],
  exposure: 'public',
  hostname: '',
  scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
  repoUrl: `${new URL(use.sandbox.urls.github).host}?owner=acme&repo=invoices`,
  // What the form holds beside the parameters.
  review: null,
  ...fields,
});

describe('POST /api/eks/preflight', () => {
  const post = async (body: object, header?: string) => {
    const started = await start();
    const answer = await request(started.server)
      .post('/api/eks/preflight')
      .set('authorization', header ?? mockCredentials.user.header())
      .send(body);
    const { status, body: answered } = answer;
    return { ...started, status, body: answered };
  };
  const notPassed = ({ report }: PreflightResponse) =>
    report.filter(({ status }) => status !== 'passed');

  it('answers with a line for each check', async () => {
    const { status, body, auditor, event } = await post(service());

    expect(status).toBe(200);
    expect(notPassed(body)).toEqual([]);
    expect(body.report).toEqual(
      expect.arrayContaining([
        {
          check: 'cluster',
          status: 'passed',
          environment: 'production',
          message: 'Cluster prod-eu (Kubernetes 1.35) answers',
        },
        expect.objectContaining({ check: 'aws-permissions' }),
        expect.objectContaining({ check: 'cluster-permissions' }),
      ]),
    );
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({ eventId: 'service-preflight' }),
    );
    expect(event.success).toHaveBeenCalled();
  });

  it('says what to do about what would fail', async () => {
    const { status, body } = await post(service({ name: 'checkout' }));

    expect(status).toBe(200);
    expect(notPassed(body)).toContainEqual({
      check: 'catalog',
      status: 'failed',
      field: 'name',
      message:
        '`checkout` is taken: the catalog has component:default/checkout already',
      remedy: 'choose another name',
    });
  });

  it.each([
    ['no body', {}, /name: Required/],
    ['a wrong type', { name: 3 }, /name: Expected string/],
    ['a text without end', { description: 'x'.repeat(3000) }, /description: /],
    ['another exposure', { exposure: 'everybody' }, /exposure: /],
  ])('refuses %s', async (_, fields, message) => {
    const body = Object.keys(fields).length > 0 ? service(fields) : fields;
    const answer = await post(body);

    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(message);
    expect(answer.event.fail).toHaveBeenCalled();
  });

  it('needs the permission eks.preflight.read, and a user', async () => {
    const { server } = await start({ decision: AuthorizeResult.DENY });
    const denied = await request(server)
      .post('/api/eks/preflight')
      .send(service());
    expect(denied.status).toBe(403);
    expect(denied.body.error.message).toContain('eks.preflight.read');
    await backend?.stop();

    const unknown = await post(service(), mockCredentials.none.header());
    expect(unknown.status).toBe(401);
  });
});
