import { execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type ControlPlane,
  PROGRAMS,
  startControlPlane,
} from '@slipway/sandbox';
import { clusterPrograms, kubernetesVersion } from './programs';
import { send, until } from './send';

// Building the programs, the first time.
jest.setTimeout(30 * 60_000);

const VIEW = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';

describe('a real control plane', () => {
  let programs: string;
  let cluster: ControlPlane;

  beforeAll(async () => {
    programs = await clusterPrograms({ user: 'npm run test:real' });
    cluster = await startControlPlane({
      programs,
      async authenticate(token) {
        return token === 'viewer'
          ? {
              username: 'viewer',
              groups: ['shop'],
              accessPolicies: [{ policyArn: VIEW, namespaces: ['default'] }],
            }
          : undefined;
      },
    });
  });

  afterAll(() => cluster?.stop());

  const as = (token: string) => ({ ...cluster.admin, token });

  it('is of the version that the module pins', async () => {
    const { body } = await send(cluster.admin, 'GET', '/version');
    expect(body.gitVersion).toBe(`v${kubernetesVersion()}`);
  });

  it('has nodes that are ready', async () => {
    const { body } = await send(cluster.admin, 'GET', '/api/v1/nodes');
    expect(
      body.items.map(
        ({
          status,
        }: {
          status: { conditions: { type: string; status: string }[] };
        }) => status.conditions.find(({ type }) => type === 'Ready')?.status,
      ),
    ).toEqual(['True', 'True', 'True']);
  });

  it('asks the webhook who somebody is, and what the access policies let them do', async () => {
    const pods = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`;
    const statusOf = async (token: string, path: string) =>
      (await send(as(token), 'GET', path)).status;

    expect(await statusOf('somebody', pods('default'))).toBe(401);
    expect(await statusOf('viewer', pods('default'))).toBe(200);
    expect(await statusOf('viewer', pods('kube-system'))).toBe(403);
    expect(await statusOf('viewer', '/api/v1/nodes')).toBe(403);
  });

  it('writes down every request and who made it', async () => {
    await send(as('viewer'), 'GET', '/api/v1/namespaces/default/pods?limit=7');
    expect(
      cluster
        .audit()
        .filter(({ requestURI }) => requestURI.endsWith('limit=7')),
    ).toMatchObject([
      {
        verb: 'list',
        user: { username: 'viewer' },
        responseStatus: { code: 200 },
      },
    ]);
  });

  /** How many processes have a text in their command line. */
  const running = (text: string) =>
    execFileSync('ps', ['-A', '-o', 'command='], { encoding: 'utf8' })
      .split('\n')
      .filter(line => line.includes(text)).length;

  it('ends with the process that started it, also where that is killed', async () => {
    const starter = spawn(
      process.execPath,
      [
        '--no-warnings',
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        resolve(__dirname, '__testUtils__/startAndWait.ts'),
        programs,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const folder = await new Promise<string>((done, reject) => {
      starter.stdout.once('data', data => done(String(data).trim()));
      starter.once('exit', code => reject(new Error(`ended with ${code}`)));
    });
    expect(running(folder)).toBeGreaterThanOrEqual(PROGRAMS.length - 1);

    starter.kill('SIGKILL');
    await until(async () => running(folder) === 0);
    rmSync(folder, { recursive: true });
  });
});
