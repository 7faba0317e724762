import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isKubectlInstalled } from './__testUtils__/kubectl';
import { deployment } from './__testUtils__/request';
import {
  startTestCluster,
  until,
  type TestCluster,
} from './__testUtils__/testCluster';
import { kinds } from './kinds';

const run = promisify(execFile);

// A newcomer has no kubectl, and the sandbox needs none.
const withKubectl = isKubectlInstalled() ? describe : describe.skip;
const title = isKubectlInstalled()
  ? 'what kubectl asks of an API server'
  : 'what kubectl asks of an API server (skipped: kubectl is not installed)';

withKubectl(title, () => {
  let cluster: TestCluster;
  let directory: string;
  const common = (token: string) => [
    '--kubeconfig',
    join(directory, token),
    '--cache-dir',
    join(directory, 'cache'),
    '-n',
    'shop',
  ];
  const kubectl = async (...args: string[]) => {
    const { stdout, stderr } = await run('kubectl', [
      ...common('admin'),
      ...args,
    ]);
    return stdout + stderr;
  };
  const write = (name: string, object: object) => {
    const file = join(directory, `${name}.json`);
    writeFileSync(file, JSON.stringify(object));
    return file;
  };

  beforeAll(async () => {
    cluster = await startTestCluster({
      identities: {
        view: {
          username: 'viewer',
          groups: [],
          accessPolicies: [
            {
              policyArn:
                'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
            },
          ],
        },
      },
    });
    directory = mkdtempSync(join(tmpdir(), 'kubectl-'));
    for (const token of ['admin', 'view']) {
      writeFileSync(
        join(directory, token),
        cluster.kubeConfig(token).exportConfig(),
      );
    }
    cluster.standIn.store.create(kinds.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop' },
    });
    await kubectl('apply', '-f', write('orders', deployment('orders')));
    await kubectl('rollout', 'status', 'deploy/orders');
  }, 30_000);

  afterAll(async () => {
    await cluster?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('finds nothing to change in what it applied', async () => {
    const file = write('orders', deployment('orders'));
    expect(await kubectl('diff', '-f', file)).toBe('');
    expect(
      await kubectl(
        'diff',
        '--server-side',
        '--force-conflicts',
        '-f',
        file,
      ).catch(error => error.stdout + error.stderr),
    ).toBe('');
  }, 30_000);

  it('says whose fields a server-side apply would take', async () => {
    const file = write(
      'other',
      deployment('orders', {
        template: {
          metadata: { labels: { app: 'orders' } },
          spec: { containers: [{ name: 'app', image: 'registry/app:2' }] },
        },
      }),
    );
    await expect(
      kubectl('apply', '--server-side', '--field-manager=slipway', '-f', file),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining(
        'conflict with "kubectl-client-side-apply" using apps/v1: .spec.template.spec.containers[name="app"].image',
      ),
    });
  }, 30_000);

  it('changes a list by its keys', async () => {
    const containers = [
      { name: 'app', image: 'registry/app:1' },
      { name: 'side', image: 'registry/side:1' },
    ];
    const two = deployment('orders', {
      template: {
        metadata: { labels: { app: 'orders' } },
        spec: { containers },
      },
    });
    await kubectl('apply', '-f', write('orders', two));
    expect(
      await kubectl(
        'get',
        'deploy/orders',
        '-o=jsonpath={.spec.template.spec.containers[*].name}',
      ),
    ).toBe('app side');
    await kubectl('apply', '-f', write('orders', deployment('orders')));
    expect(
      await kubectl(
        'get',
        'deploy/orders',
        '-o=jsonpath={.spec.template.spec.containers[*].name}',
      ),
    ).toBe('app');
  }, 30_000);

  it('refuses fields that a kind does not have', async () => {
    const file = write('odd', deployment('odd', { replica: 2 }));
    await expect(kubectl('apply', '-f', file)).rejects.toMatchObject({
      stderr: expect.stringContaining('unknown field "spec.replica"'),
    });
  }, 30_000);

  it('explains fields', async () => {
    const text = await kubectl('explain', 'deployment.spec.strategy');
    expect(text).toContain('rollingUpdate');
    expect(await kubectl('explain', 'hpa.spec.metrics')).toContain(
      'containerResource',
    );
  }, 30_000);

  it('shows usage', async () => {
    await until(async () => (await kubectl('get', 'pods')).includes('Running'));
    expect(await kubectl('top', 'pods')).toMatch(/orders-\S+\s+\d+m\s+\d+Mi/);
    expect(await kubectl('top', 'nodes')).toMatch(/\d+m/);
  }, 30_000);

  it('asks what one may do', async () => {
    const asViewer = (...args: string[]) =>
      run('kubectl', [...common('view'), ...args]).catch(error => error);
    expect((await asViewer('auth', 'can-i', 'list', 'pods')).stdout).toBe(
      'yes\n',
    );
    expect((await asViewer('auth', 'can-i', 'list', 'nodes')).stdout).toContain(
      'no',
    );
    expect((await asViewer('auth', 'whoami')).stdout).toContain('viewer');
    expect((await asViewer('get', 'nodes')).stderr).toContain(
      'Error from server (Forbidden): nodes is forbidden: User "viewer" cannot list resource "nodes" in API group "" at the cluster scope',
    );
  }, 30_000);

  it('follows logs until the pod is gone', async () => {
    const pod = await kubectl(
      'get',
      'pods',
      '-o=jsonpath={.items[0].metadata.name}',
    );
    const following = spawn('kubectl', [
      ...common('admin'),
      'logs',
      '-f',
      '--tail=1',
      pod,
    ]);
    let lines = 0;
    following.stdout.on('data', data => {
      lines += String(data).split('\n').length - 1;
    });
    const ended = new Promise(resolve => following.once('close', resolve));
    await until(async () => lines >= 3);
    await kubectl('delete', 'pod', pod, '--wait=false');
    await ended;
    expect(
      (await kubectl('logs', 'deploy/orders', '--tail=2')).trim().split('\n'),
    ).toHaveLength(2);
    await expect(
      kubectl('logs', 'deploy/orders', '--previous'),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining('previous terminated container "app"'),
    });
  }, 30_000);

  it('waits for a deletion in the foreground', async () => {
    await kubectl('delete', 'deploy/orders', '--cascade=foreground');
    expect(await kubectl('get', 'rs,pods')).toContain('No resources found');
  }, 30_000);

  it('watches tables', async () => {
    const watching = spawn('kubectl', [
      ...common('admin'),
      'get',
      'configmaps',
      '-w',
    ]);
    let text = '';
    watching.stdout.on('data', data => {
      text += data;
    });
    await kubectl('create', 'configmap', 'seen', '--from-literal=a=b');
    await until(async () => text.includes('seen'));
    watching.kill();
    expect(text).toMatch(/NAME\s+DATA\s+AGE/);
  }, 30_000);
});
