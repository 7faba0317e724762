import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { createToken, kinds, Sandbox, startSandbox } from '.';
import { createAwsSeed } from './seed';

const PROD_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const PROD_US = 'arn:aws:eks:us-east-1:444455556666:cluster/prod-us';

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.stop();
  sandbox = undefined;
});

async function start(snapshotFile?: string): Promise<Sandbox> {
  sandbox = await startSandbox({
    ports: 'ephemeral',
    timeScale: 20,
    snapshotFile,
  });
  return sandbox;
}

function portalOf(running: Sandbox, accountId: string) {
  return running.aws.roleCredentials(
    `arn:aws:iam::${accountId}:role/slipway-portal`,
    'backstage',
  );
}

interface Answer {
  status: number;
  body: string;
}

/** Asks the Kubernetes API the way a client does that knows only EKS. */
async function ask(
  running: Sandbox,
  arn: string,
  path: string,
): Promise<Answer> {
  const [, , , region, accountId, resource] = arn.split(':');
  const credentials = portalOf(running, accountId);
  const name = resource.replace('cluster/', '');
  const eks = new EKSClient({
    endpoint: running.urls.aws,
    region,
    credentials,
  });
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  eks.destroy();
  const token = await createToken(credentials, name, region);
  const ca = Buffer.from(cluster?.certificateAuthority?.data ?? '', 'base64');
  const agent = new Agent({ ca, keepAlive: false });
  return new Promise((resolve, reject) => {
    request(
      `${cluster?.endpoint}${path}`,
      { agent, headers: { authorization: `Bearer ${token}` } },
      response => {
        let body = '';
        response
          .setEncoding('utf8')
          .on('data', text => {
            body += text;
          })
          .once('end', () =>
            resolve({ status: response.statusCode ?? 0, body }),
          );
      },
    )
      .once('error', reject)
      .end();
  });
}

const control = (
  running: Sandbox,
  method: string,
  path: string,
  body?: unknown,
) =>
  fetch(`${running.urls.status}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

const orders = (replicas = 1) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders', namespace: 'default' },
  spec: {
    replicas,
    strategy: { type: 'RollingUpdate' },
    selector: { matchLabels: { app: 'orders' } },
    template: {
      metadata: { labels: { app: 'orders' } },
      spec: {
        containers: [{ name: 'orders', image: '<img src=x onerror=alert(1)>' }],
      },
    },
  },
});

describe('clusters', () => {
  it('are reached with what EKS says of them and an EKS token', async () => {
    const running = await start();
    const nodes = await ask(running, PROD_EU, '/api/v1/namespaces');
    expect(nodes.status).toBe(200);
    expect(nodes.body).toContain('kube-system');
    const { status, body } = await ask(
      running,
      PROD_EU,
      '/apis/networking.k8s.io/v1/ingressclasses',
    );
    expect({ status, classes: JSON.parse(body).items }).toMatchObject({
      status: 200,
      classes: [
        { spec: { controller: 'eks.amazonaws.com/alb' } },
        { spec: { controller: 'eks.amazonaws.com/alb' } },
      ],
    });
  });

  it('answer 401 where the portal has no access entry', async () => {
    const running = await start();
    const { status } = await ask(running, PROD_US, '/api/v1/namespaces');
    expect(status).toBe(401);
  });

  it('let the portal read no secrets', async () => {
    const running = await start();
    const { status } = await ask(running, PROD_EU, '/api/v1/secrets');
    expect(status).toBe(403);
  });

  it('are found by name and ARN', async () => {
    const running = await start();
    expect(running.cluster('prod-eu')).toBe(running.cluster(PROD_EU));
    expect(running.cluster(PROD_EU).url).toBe(running.urls.clusters[PROD_EU]);
    expect(() => running.cluster('prod-cn')).toThrow('no cluster prod-cn');
  });
});

it('is one configuration and environment for a portal', async () => {
  const running = await start();
  expect(running.config).toMatchObject({
    aws: {
      accounts: [
        { accountId: '111122223333', externalId: 'slipway-sandbox' },
        { accountId: '444455556666', roleName: 'slipway-portal' },
      ],
    },
    eks: {
      discovery: {
        accounts: [{ regions: ['eu-west-1'] }, { regions: ['us-east-1'] }],
      },
    },
  });
  expect(
    await (await control(running, 'GET', '/api/environment')).json(),
  ).toEqual(running.env);
});

describe('control API', () => {
  it('switches faults on and off', async () => {
    const running = await start();
    const fault = { kind: 'throttle', service: 'eks', remaining: 2 };
    const created = await control(running, 'POST', '/api/faults', fault);
    expect(created.status).toBe(201);
    const { id } = await created.json();
    const list = await control(running, 'GET', '/api/faults');
    expect(await list.json()).toEqual([{ ...fault, id }]);
    const path = `/api/faults/${id}`;
    expect((await control(running, 'DELETE', path)).status).toBe(204);
    expect((await control(running, 'DELETE', path)).status).toBe(404);
    running.faults.add({ kind: 'hang', service: 'git' });
    expect((await control(running, 'DELETE', '/api/faults')).status).toBe(204);
    expect(running.faults.list()).toEqual([]);
  });

  it.each([
    [{ kind: 'explode', service: 'eks' }, 'kind must be one of'],
    [{ kind: 'hang', service: 'sqs' }, 'service must be one of'],
    [{ kind: 'hang', service: 'eks', remaining: 0 }, 'remaining must be'],
    [{ kind: 'hang', service: 'eks', when: 'now' }, 'when is not a field'],
    [[], 'JSON object'],
  ])('refuses the fault %p', async (fault, message) => {
    const running = await start();
    const answer = await control(running, 'POST', '/api/faults', fault);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toContain(message);
    expect(running.faults.list()).toEqual([]);
  });

  it('sets and takes away load', async () => {
    const running = await start();
    running.cluster(PROD_EU).seed([orders()]);
    const load = {
      clusterArn: PROD_EU,
      namespace: 'default',
      workload: 'orders',
    };
    const loadShown = async () => {
      const state = await (await control(running, 'GET', '/api/state')).json();
      return state.clusters[0].workloads.find(
        ({ name }: { name: string }) => name === 'orders',
      ).cpuUtilization;
    };
    const put = (change: object) =>
      control(running, 'PUT', '/api/load', { ...load, ...change });
    expect((await put({ cpuUtilization: 150 })).status).toBe(200);
    expect(await loadShown()).toBe(150);
    expect((await put({ cpuUtilization: null })).status).toBe(200);
    expect(await loadShown()).toBeUndefined();
    expect((await put({ workload: 'nobody' })).status).toBe(404);
    expect((await put({ cpuUtilization: -1 })).status).toBe(400);
  });

  it('is for this machine alone', async () => {
    const running = await start();
    const form = await fetch(`${running.urls.status}/api/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'kind=hang&service=eks',
    });
    expect(form.status).toBe(415);
    const foreign = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' };
      get(`${running.urls.status}/api/environment`, { headers }, response => {
        response.resume();
        resolve(response.statusCode);
      }).once('error', reject);
    });
    expect(foreign).toBe(403);
  });

  it('says what every stand-in was asked', async () => {
    const running = await start();
    await ask(running, PROD_EU, '/api/v1/namespaces');
    const requests = await control(running, 'GET', '/api/requests');
    expect(await requests.json()).toEqual([
      expect.objectContaining({ service: 'eks', operation: 'DescribeCluster' }),
      expect.objectContaining({ service: 'kubernetes', target: PROD_EU }),
    ]);
  });
});

it('shows what it plays, with nothing of it taken for HTML', async () => {
  const running = await start();
  running.cluster(PROD_EU).seed([orders()]);
  const page = await fetch(running.urls.status);
  expect(page.headers.get('content-security-policy')).toContain(
    `script-src 'self'`,
  );
  const text = await page.text();
  expect(text).toContain('This is a stand-in.');
  expect(text).toContain('default/orders');
  expect(text).toContain('&lt;img src=x');
  expect(text).not.toContain('<img');
});

it('shows the roles of each account, whose they are and who may take them', async () => {
  const running = await start();
  const iam = new IAMClient({
    endpoint: running.urls.aws,
    region: 'us-east-1',
    credentials: running.aws.roleCredentials(
      'arn:aws:iam::444455556666:role/administrator',
      'test',
    ),
  });
  const issuer = 'token.actions.githubusercontent.com';
  const provider = `arn:aws:iam::444455556666:oidc-provider/${issuer}`;
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'orders-pipeline',
      Path: '/slipway/',
      PermissionsBoundary:
        'arn:aws:iam::444455556666:policy/slipway-pipeline-boundary',
      Tags: [{ Key: 'slipway:entity', Value: 'component:default/orders' }],
      AssumeRolePolicyDocument: JSON.stringify({
        Statement: {
          Effect: 'Allow',
          Principal: { Federated: provider },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${issuer}:sub`]: 'repo:acme@1/orders@2:<b>' },
          },
        },
      }),
    }),
  );
  iam.destroy();

  const { roles } = await (
    await fetch(`${running.urls.status}/api/state`)
  ).json();
  expect(roles).toContainEqual({
    accountId: '444455556666',
    arn: 'arn:aws:iam::444455556666:role/slipway/orders-pipeline',
    trusts: [`Federated ${provider} as repo:acme@1/orders@2:<b>`],
    policies: [],
    boundary: 'arn:aws:iam::444455556666:policy/slipway-pipeline-boundary',
    owner: 'component:default/orders',
  });
  expect(roles).toContainEqual(
    expect.objectContaining({
      arn: 'arn:aws:iam::111122223333:role/slipway-portal',
      policies: ['slipway-portal'],
    }),
  );
  const text = await (await fetch(running.urls.status)).text();
  expect(text).toContain('/slipway/orders-pipeline');
  expect(text).toContain('as repo:acme@1/orders@2:&lt;b&gt;');
});

describe('snapshot', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('brings back AWS, the clusters, keys and certificates', async () => {
    const file = join(folder, 'state', 'snapshot.json');
    const first = await start(file);
    const client = new ECRClient({
      endpoint: first.urls.aws,
      region: 'eu-west-1',
      credentials: portalOf(first, '111122223333'),
    });
    await client.send(
      new CreateRepositoryCommand({ repositoryName: 'orders' }),
    );
    client.destroy();
    first.cluster(PROD_EU).seed([orders()]);
    const { AWS_ENDPOINT_URL: _, ...keys } = first.env;
    await first.stop();
    // eslint-disable-next-line no-bitwise -- file modes are bits
    expect((await stat(file)).mode & 0o077).toBe(0);

    const second = await start(file);
    expect(second.env).toMatchObject(keys);
    expect(
      Object.keys(
        second.aws.state.registries['111122223333/eu-west-1'].repositories,
      ),
    ).toEqual(['orders']);
    expect(
      second.cluster(PROD_EU).store.get(kinds.deployments, 'default', 'orders'),
    ).toBeDefined();
    expect((await ask(second, PROD_EU, '/api/v1/namespaces')).status).toBe(200);
  });

  it('brings back roles that were made, and what a role may do', async () => {
    const file = join(folder, 'snapshot.json');
    const first = await start(file);
    const iam = new IAMClient({
      endpoint: first.urls.aws,
      region: 'us-east-1',
      credentials: first.aws.roleCredentials(
        'arn:aws:iam::111122223333:role/administrator',
        'test',
      ),
    });
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'orders-pipeline',
        Path: '/slipway/',
        AssumeRolePolicyDocument: JSON.stringify({
          Statement: {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::111122223333:root' },
            Action: 'sts:AssumeRole',
          },
        }),
      }),
    );
    iam.destroy();
    await first.stop();

    const second = await start(file);
    const role = 'arn:aws:iam::111122223333:role/slipway/orders-pipeline';
    expect(second.aws.roleCredentials(role, 'test').accessKeyId).toMatch(
      /^ASIA/,
    );
  });

  it('of before IAM was played gets what IAM starts with', async () => {
    const file = join(folder, 'snapshot.json');
    await (await start(file)).stop();
    const kept = JSON.parse(await readFile(file, 'utf8'));
    delete kept.aws.iam;
    await writeFile(file, JSON.stringify(kept));

    const { aws } = await start(file);
    expect(Object.keys(aws.state.iam.oidcProviders)).toEqual(
      Object.keys(createAwsSeed().iam.oidcProviders),
    );
  });

  it.each(['{', '{"version":0}'])(
    'that is %p is refused with the way out, and kept',
    async text => {
      const file = join(folder, 'snapshot.json');
      await writeFile(file, text);
      await expect(start(file)).rejects.toThrow(/delete it/);
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );
});
