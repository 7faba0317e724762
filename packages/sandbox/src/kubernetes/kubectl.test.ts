import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isKubectlInstalled } from './__testUtils__/kubectl';
import {
  startTestCluster,
  type TestCluster,
} from './__testUtils__/testCluster';

const run = promisify(execFile);

const manifests = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: app
          image: registry/orders:1
          ports: [{ containerPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ port: 80, targetPort: 8080 }]
`;

// A newcomer has no kubectl, and the sandbox needs none.
const withKubectl = isKubectlInstalled() ? describe : describe.skip;
const title = isKubectlInstalled()
  ? 'the real kubectl'
  : 'the real kubectl (skipped: kubectl is not installed)';

withKubectl(title, () => {
  let cluster: TestCluster;
  let directory: string;
  const kubectl = async (...args: string[]) =>
    (
      await run('kubectl', [
        '--kubeconfig',
        join(directory, 'kubeconfig'),
        '--cache-dir',
        join(directory, 'cache'),
        ...args,
      ])
    ).stdout;

  beforeAll(async () => {
    cluster = await startTestCluster();
    directory = mkdtempSync(join(tmpdir(), 'kubectl-'));
    writeFileSync(
      join(directory, 'kubeconfig'),
      cluster.kubeConfig('admin').exportConfig(),
    );
    writeFileSync(join(directory, 'all.yaml'), manifests);
  });

  afterAll(async () => {
    await cluster?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('applies, and waits for the rollout', async () => {
    expect(await kubectl('apply', '-f', join(directory, 'all.yaml'))).toContain(
      'deployment.apps/orders created',
    );
    expect(
      await kubectl('rollout', 'status', 'deploy/orders', '-n', 'shop'),
    ).toContain('successfully rolled out');
    expect(await kubectl('apply', '-f', join(directory, 'all.yaml'))).toContain(
      'deployment.apps/orders unchanged',
    );
  }, 30_000);

  it('applies on the server side', async () => {
    const file = join(directory, 'config.yaml');
    writeFileSync(
      file,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: shop }\ndata: { a: b }\n',
    );
    expect(await kubectl('apply', '--server-side', '-f', file)).toContain(
      'configmap/c serverside-applied',
    );
  }, 30_000);

  it('gets tables', async () => {
    const pods = await kubectl('get', 'pods', '-n', 'shop');
    expect(pods.split('\n')[0]).toMatch(
      /^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE/,
    );
    expect(pods).toMatch(/orders-\w+-\w+\s+1\/1\s+Running\s+0/);
    expect(await kubectl('get', 'deploy,svc', '-A')).toContain(
      'deployment.apps/orders',
    );
  }, 30_000);

  it('describes, with events', async () => {
    const text = await kubectl('describe', 'deploy/orders', '-n', 'shop');
    expect(text).toContain('Replicas:               2 desired | 2 updated');
    expect(text).toContain('ScalingReplicaSet');
    expect(
      await kubectl('describe', 'pods', '-n', 'shop', '-l', 'app=orders'),
    ).toContain('Successfully assigned shop/orders');
  }, 30_000);

  it('reads logs', async () => {
    expect(await kubectl('logs', 'deploy/orders', '-n', 'shop')).toContain(
      'server listening',
    );
  }, 30_000);

  it('scales, and deletes with what is owned', async () => {
    await kubectl('scale', 'deploy/orders', '--replicas=1', '-n', 'shop');
    await kubectl(
      'wait',
      '--for=jsonpath={.status.replicas}=1',
      'deploy/orders',
      '-n',
      'shop',
    );
    await kubectl('delete', 'namespace', 'shop');
    expect(await kubectl('get', 'pods', '-A')).not.toContain('orders');
  }, 30_000);
});
