import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { kinds, Sandbox, startSandbox } from '.';
import { applications } from './argoCd';

const PROD_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const IMAGE = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders';
const namespace = 'orders';

const FILES = {
  '.slipway.yaml': `
targets:
  - { environment: prod, clusterArn: '${PROD_EU}', namespace: ${namespace} }
`,
  'deploy/base/kustomization.yaml': `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [deployment.yaml]
`,
  'deploy/base/deployment.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  replicas: 2
  selector: { matchLabels: { app.kubernetes.io/name: orders } }
  template:
    metadata: { labels: { app.kubernetes.io/name: orders } }
    spec:
      containers:
        - name: orders
          image: orders
          resources: { requests: { cpu: 100m, memory: 64Mi } }
`,
  'deploy/overlays/prod/kustomization.yaml': `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${namespace}
resources: [../../base]
images: [{ name: orders, newName: ${IMAGE}, newTag: none }]
`,
};

let sandbox: Sandbox;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  sandbox = await startSandbox({
    ports: 'ephemeral',
    timeScale: 20,
    snapshotFile: join(folder, 'state', 'snapshot.json'),
  });
});
afterEach(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

const git = (...options: string[]) =>
  promisify(execFile)('git', options, { cwd: join(folder, 'source') });

async function createRepositories() {
  const client = new ECRClient({
    endpoint: sandbox.urls.aws,
    region: 'eu-west-1',
    credentials: sandbox.aws.roleCredentials(
      'arn:aws:iam::111122223333:role/slipway-portal',
      'backstage',
    ),
  });
  await client.send(new CreateRepositoryCommand({ repositoryName: 'orders' }));
  client.destroy();
  const answer = await fetch(`${sandbox.urls.github}/api/v3/orgs/acme/repos`, {
    method: 'POST',
    headers: {
      authorization: `token ${sandbox.env.SANDBOX_GITHUB_TOKEN}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name: 'orders' }),
  });
  expect(answer.status).toBe(201);
}

async function push(more: Record<string, string> = {}) {
  for (const [name, content] of Object.entries({ ...FILES, ...more })) {
    const file = join(folder, 'source', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  const author = ['-c', 'user.name=Jo', '-c', 'user.email=jo@example.com'];
  await git(...author, 'commit', '--quiet', '-m', 'Start');
  const { host } = new URL(sandbox.urls.github);
  const token = sandbox.env.SANDBOX_GITHUB_TOKEN;
  await git(
    'push',
    '--quiet',
    `http://x-access-token:${token}@${host}/acme/orders.git`,
    'main',
  );
}

/** The first run, as the control API tells it once it is over. */
async function endedRun() {
  const url = `${sandbox.urls.status}/api/pipelines?repository=acme/orders`;
  for (;;) {
    const [run] = await (await fetch(url)).json();
    if (run?.endedAt) {
      return run;
    }
    await once(AbortSignal.timeout(50), 'abort');
  }
}

it('takes a push to running pods', async () => {
  await createRepositories();
  sandbox.cluster(PROD_EU).seed([
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    },
  ]);
  await push();
  const run = await endedRun();
  expect(
    run.steps.filter(
      ({ status }: { status: string }) =>
        !['succeeded', 'skipped'].includes(status),
    ),
  ).toEqual([]);
  expect(run).toMatchObject({ status: 'succeeded', simulated: true });

  const state = await (await fetch(`${sandbox.urls.status}/api/state`)).json();
  expect(state.repositories).toEqual([
    {
      host: 'github',
      fullName: 'acme/orders',
      url: `${sandbox.urls.github}/acme/orders`,
    },
  ]);
  const [{ images }] = state.registries;
  const { digest } = images[0];
  expect(state.clusters[0].workloads).toContainEqual(
    expect.objectContaining({
      namespace,
      name: 'orders',
      readyReplicas: 2,
      images: [`${IMAGE}@${digest}`],
    }),
  );
  expect(
    sandbox.cluster(PROD_EU).store.list(kinds.pods, { namespace }),
  ).toHaveLength(2);
  const page = await (await fetch(sandbox.urls.status)).text();
  expect(page).toContain('acme/orders');
  expect(page).toContain('simulated');
}, 30_000);

describe('the role that a repository names', () => {
  const RoleName = 'orders-pipeline';
  const settings = {
    '.github/pipeline.settings': `name=orders\nrole=arn:aws:iam::111122223333:role/slipway/${RoleName}\n`,
  };
  const pushed = (run: { steps: { name: string }[] }) =>
    run.steps.find(({ name }) => name === 'Push to ECR');

  async function makeRole(repositoryId: number) {
    const iam = new IAMClient({
      endpoint: sandbox.urls.aws,
      region: 'us-east-1',
      credentials: sandbox.aws.roleCredentials(
        'arn:aws:iam::111122223333:role/administrator',
        'test',
      ),
    });
    const issuer = 'token.actions.githubusercontent.com';
    const [repository] = sandbox.github.repositories.list();
    const document = (statement: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        Path: '/slipway/',
        AssumeRolePolicyDocument: document({
          Effect: 'Allow',
          Principal: {
            Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}`,
          },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${issuer}:sub`]: `repo:acme@${repository.ownerId}/orders@${repositoryId}:ref:refs/heads/main`,
            },
          },
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: 'push',
        PolicyDocument: document({
          Effect: 'Allow',
          Action: ['ecr:BatchGetImage', 'ecr:PutImage'],
          Resource: '*',
        }),
      }),
    );
    iam.destroy();
  }

  it('is waited for and taken, when it trusts the repository', async () => {
    await createRepositories();
    await push(settings);
    await makeRole(sandbox.github.repositories.list()[0].id);

    expect(pushed(await endedRun())).toMatchObject({ status: 'succeeded' });
    expect(
      sandbox.journal
        .list({ service: 'ecr', operation: 'PutImage' })
        .map(({ caller }) => caller),
    ).toEqual([`arn:aws:sts::111122223333:assumed-role/${RoleName}/pipeline`]);
  }, 30_000);

  it('is refused, when it trusts another', async () => {
    await createRepositories();
    await push(settings);
    await makeRole(1);

    expect(pushed(await endedRun())).toMatchObject({
      status: 'failed',
      detail: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  }, 30_000);
});

describe('where Argo CD is', () => {
  const argocd = 'argocd';
  const target = (environment: string) =>
    `  - { environment: ${environment}, clusterArn: '${PROD_EU}', namespace: ${namespace}-${environment} }\n`;
  const overlay = (environment: string) => ({
    [`deploy/overlays/${environment}/kustomization.yaml`]: `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${namespace}-${environment}
resources: [../../base]
patches: [{ path: not-built-yet.yaml }]
images: [{ name: orders, newName: ${IMAGE}, newTag: not-built-yet }]
`,
    [`deploy/overlays/${environment}/not-built-yet.yaml`]: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec: { replicas: 0 }
`,
    [`deploy/argocd/${environment}/application.yaml`]: 'applied by the portal',
  });
  const environments = ['staging', 'prod'];
  const files = {
    '.slipway.yaml': `targets:\n${environments.map(target).join('')}`,
    ...Object.assign({}, ...environments.map(overlay)),
  };

  const applicationOf = (environment: string, repository = 'orders') => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: `orders-${environment}`, namespace: argocd },
    spec: {
      project: 'default',
      source: {
        repoURL: `${sandbox.urls.github}/acme/${repository}.git`,
        targetRevision: 'main',
        path: `deploy/overlays/${environment}`,
      },
      destination: {
        server: 'https://kubernetes.default.svc',
        namespace: `${namespace}-${environment}`,
      },
      syncPolicy: { automated: { prune: true } },
    },
  });
  const storeOf = () => sandbox.cluster(PROD_EU).store;
  const statusOf = (environment: string) =>
    storeOf().get(applications, argocd, `orders-${environment}`)?.status;
  const podsOf = (environment: string) =>
    storeOf().list(kinds.pods, { namespace: `${namespace}-${environment}` });

  async function until(holds: () => boolean) {
    while (!holds()) {
      await once(AbortSignal.timeout(50), 'abort');
    }
  }

  beforeEach(() =>
    sandbox.cluster(PROD_EU).seed(
      environments.map(environment => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: `${namespace}-${environment}` },
      })),
    ),
  );

  it('delivers the first environment, and the last when its pull request is merged', async () => {
    await createRepositories();
    await push(files);
    sandbox
      .cluster(PROD_EU)
      .seed(environments.map(name => applicationOf(name)));

    const run = await endedRun();
    expect(run.steps.at(-2)).toMatchObject({
      name: 'Argo CD delivers to staging',
      detail: 'Application orders-staging: Synced, Healthy',
    });
    expect(run.steps.at(-1)).toMatchObject({
      name: 'Propose for prod',
      status: 'succeeded',
    });
    expect(podsOf('staging')).toHaveLength(2);
    // Its Deployment is there and waits for an image.
    await until(() => statusOf('prod')?.sync?.status === 'Synced');
    expect(podsOf('prod')).toEqual([]);

    const api = `${sandbox.urls.github}/api/v3/repos/acme/orders`;
    const headers = {
      authorization: `token ${sandbox.env.SANDBOX_GITHUB_TOKEN}`,
      'content-type': 'application/json',
    };
    const [pull] = await (await fetch(`${api}/pulls`, { headers })).json();
    expect(pull).toMatchObject({
      title: expect.stringMatching(/^Deploy \w{7} to prod$/),
      head: { ref: 'deploy/prod' },
    });
    await fetch(`${api}/pulls/${pull.number}/merge`, {
      method: 'PUT',
      headers,
      body: '{}',
    });

    await until(() => statusOf('prod')?.health?.status === 'Healthy');
    await until(() => podsOf('prod').length === 2);
    // What only says what is to run builds nothing.
    expect(sandbox.pipelines.runs('acme/orders')).toHaveLength(1);
  }, 60_000);

  it('takes away what it delivered, where that is asked for', async () => {
    await createRepositories();
    await push(files);
    sandbox.cluster(PROD_EU).seed([applicationOf('staging')]);
    await until(() => podsOf('staging').length === 2);

    const application = storeOf().get(applications, argocd, 'orders-staging');
    storeOf().update(applications, {
      ...application!,
      metadata: {
        ...application!.metadata,
        finalizers: ['resources-finalizer.argocd.argoproj.io'],
      },
    });
    storeOf().remove(applications, argocd, 'orders-staging');

    await until(() => podsOf('staging').length === 0);
    await until(() => statusOf('staging') === undefined);
    expect(
      storeOf().list(kinds.services, { namespace: `${namespace}-staging` }),
    ).toEqual([]);
  }, 60_000);

  it('says which repository it cannot read', async () => {
    sandbox.cluster(PROD_EU).seed([applicationOf('staging', 'nobodys')]);

    await until(() => statusOf('staging') !== undefined);
    expect(statusOf('staging')).toMatchObject({
      sync: { status: 'Unknown' },
      conditions: [
        {
          type: 'ComparisonError',
          message: expect.stringContaining('acme/nobodys.git not found'),
        },
      ],
    });
  }, 30_000);

  it('has the pipeline say so when nobody applied the Application', async () => {
    await createRepositories();
    await push(files);

    const run = await endedRun();
    expect(run).toMatchObject({ status: 'failed' });
    expect(run.steps.at(-1)).toMatchObject({
      name: 'Argo CD delivers to staging',
      detail:
        'Argo CD has no Application for deploy/overlays/staging; docs/pipeline.md of the repository says how to apply it',
    });
  }, 60_000);
});

it('keeps repositories across a restart', async () => {
  await createRepositories();
  const snapshotFile = join(folder, 'state', 'snapshot.json');
  await sandbox.stop();
  sandbox = await startSandbox({ ports: 'ephemeral', snapshotFile });
  expect(sandbox.github.repositories.list().map(({ name }) => name)).toEqual([
    'orders',
  ]);
}, 30_000);
