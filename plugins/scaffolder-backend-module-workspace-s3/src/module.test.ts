import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  scaffolderWorkspaceProviderExtensionPoint,
  type WorkspaceProvider,
} from '@backstage/plugin-scaffolder-node/alpha';
import { type Sandbox, startSandbox } from '@slipway/sandbox';
import workspaceS3Module from './index';

const BUCKET = 'slipway-workspaces';
const MB = 1024 * 1024;

describe('workspaces in S3', () => {
  const before = { ...process.env };
  const work = mkdtempSync(join(tmpdir(), 'workspace-s3-'));
  let sandbox: Sandbox;
  let count = 0;

  beforeAll(async () => {
    sandbox = await startSandbox({ ports: 'ephemeral' });
    // The portal's own identity, which holds docs/iam-policies/workspaces.json.
    Object.assign(process.env, sandbox.env);
  });
  afterEach(() => sandbox.faults.clear());
  afterAll(async () => {
    process.env = before;
    await sandbox.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const bucket = () => sandbox.aws.state.s3.buckets[BUCKET];
  const newFolder = () => {
    count += 1;
    const folder = join(work, `folder-${count}`);
    mkdirSync(folder);
    return folder;
  };

  /** The providers that a scaffolder gets from the module. */
  async function providersWith(taskRecovery: object) {
    const providers: Record<string, WorkspaceProvider> = {};
    const scaffolder = createBackendPlugin({
      pluginId: 'scaffolder',
      register(reg) {
        reg.registerExtensionPoint(scaffolderWorkspaceProviderExtensionPoint, {
          addProviders: added => Object.assign(providers, added),
        });
        reg.registerInit({ deps: {}, async init() {} });
      },
    });
    await startTestBackend({
      features: [
        scaffolder,
        workspaceS3Module,
        mockServices.rootConfig.factory({
          data: { scaffolder: { taskRecovery } },
        }),
      ],
    });
    return providers;
  }

  const start = async (s3: object = {}) => {
    const { s3: provider } = await providersWith({
      workspaceProvider: 's3',
      s3: { bucketName: BUCKET, forcePathStyle: true, ...s3 },
    });
    return provider;
  };

  it('come back as they were: files, folders, links and modes', async () => {
    const provider = await start();
    const path = newFolder();
    mkdirSync(join(path, 'deploy/empty'), { recursive: true });
    writeFileSync(join(path, '.hidden'), 'yes');
    writeFileSync(join(path, 'deploy/쿠버네티스 manifest.yaml'), 'kind: Pod\n');
    writeFileSync(join(path, 'run.sh'), '#!/bin/sh\n');
    chmodSync(join(path, 'run.sh'), 0o755);
    symlinkSync('run.sh', join(path, 'link'));
    await provider.serializeWorkspace({ path, taskId: 'one' });

    const targetPath = newFolder();
    await provider.rehydrateWorkspace({ taskId: 'one', targetPath });
    expect(readFileSync(join(targetPath, '.hidden'), 'utf8')).toBe('yes');
    expect(
      readFileSync(join(targetPath, 'deploy/쿠버네티스 manifest.yaml'), 'utf8'),
    ).toBe('kind: Pod\n');
    // eslint-disable-next-line no-bitwise -- that is how modes are read
    expect(statSync(join(targetPath, 'run.sh')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(targetPath, 'link'))).toBe('run.sh');
    expect(statSync(join(targetPath, 'deploy/empty')).isDirectory()).toBe(true);
  });

  it('are replaced by what they are now', async () => {
    const provider = await start();
    const path = newFolder();
    writeFileSync(join(path, 'first'), '1');
    await provider.serializeWorkspace({ path, taskId: 'two' });
    rmSync(join(path, 'first'));
    writeFileSync(join(path, 'second'), '2');
    await provider.serializeWorkspace({ path, taskId: 'two' });

    const targetPath = newFolder();
    await provider.rehydrateWorkspace({ taskId: 'two', targetPath });
    expect(() => statSync(join(targetPath, 'first'))).toThrow('ENOENT');
    expect(readFileSync(join(targetPath, 'second'), 'utf8')).toBe('2');
  });

  it('come in parts where they are large, and leave no part behind', async () => {
    const provider = await start();
    const path = newFolder();
    // Random, so that it stays as large when it is packed.
    const content = randomBytes(36 * MB);
    writeFileSync(join(path, 'large'), content);
    await provider.serializeWorkspace({ path, taskId: 'large' });

    expect(bucket().objects['workspaces/large.tar.gz'].etag).toMatch(/-3"$/);
    expect(bucket().uploads).toEqual({});
    const targetPath = newFolder();
    await provider.rehydrateWorkspace({ taskId: 'large', targetPath });
    expect(readFileSync(join(targetPath, 'large')).equals(content)).toBe(true);
    await provider.cleanWorkspace({ taskId: 'large' });
  });

  it('keep what was kept before, and no parts, where an upload fails', async () => {
    const provider = await start();
    const path = newFolder();
    writeFileSync(join(path, 'file'), 'old');
    await provider.serializeWorkspace({ path, taskId: 'fails' });
    writeFileSync(join(path, 'large'), randomBytes(36 * MB));
    sandbox.faults.add({
      service: 's3',
      operation: 'UploadPart',
      kind: 'access-denied',
      skip: 1,
    });
    await expect(
      provider.serializeWorkspace({ path, taskId: 'fails' }),
    ).rejects.toThrow(
      /files of task fails could not be kept in s3:\/\/slipway-workspaces\/workspaces\/fails\.tar\.gz; the portal needs s3:PutObject/,
    );
    expect(bucket().uploads).toEqual({});

    const targetPath = newFolder();
    await provider.rehydrateWorkspace({ taskId: 'fails', targetPath });
    expect(readFileSync(join(targetPath, 'file'), 'utf8')).toBe('old');
    expect(() => statSync(join(targetPath, 'large'))).toThrow('ENOENT');
  });

  it('are empty for a task that has kept nothing', async () => {
    const provider = await start();
    const targetPath = newFolder();
    await provider.rehydrateWorkspace({ taskId: 'new', targetPath });
    expect(statSync(targetPath).isDirectory()).toBe(true);
  });

  it('are an error, and not half a workspace, where the archive is broken', async () => {
    const provider = await start();
    bucket().objects['workspaces/broken.tar.gz'] = {
      content: Buffer.from('not an archive').toString('base64'),
      contentType: 'application/gzip',
      etag: '"0"',
      lastModified: 0,
    };
    await expect(
      provider.rehydrateWorkspace({
        taskId: 'broken',
        targetPath: newFolder(),
      }),
    ).rejects.toThrow(/files of task broken could not be unpacked/);
  });

  it('are gone when the task is over, also the second time', async () => {
    const provider = await start({ keyPrefix: 'workspaces/portal/' });
    const path = newFolder();
    await provider.serializeWorkspace({ path, taskId: 'over' });
    expect(bucket().objects).toHaveProperty(['workspaces/portal/over.tar.gz']);
    await provider.cleanWorkspace({ taskId: 'over' });
    await provider.cleanWorkspace({ taskId: 'over' });
    expect(bucket().objects).not.toHaveProperty([
      'workspaces/portal/over.tar.gz',
    ]);
  });

  it('need a permission for where they are kept', async () => {
    const provider = await start({ keyPrefix: 'elsewhere/' });
    await expect(
      provider.serializeWorkspace({ path: newFolder(), taskId: 'denied' }),
    ).rejects.toThrow(/docs\/iam-policies\/workspaces\.json/);
  });

  it('are kept elsewhere where another provider is configured', async () => {
    expect(await providersWith({ workspaceProvider: 'database' })).toEqual({});
  });

  it.each([
    ['a bucket', { workspaceProvider: 's3' }, 'taskRecovery.s3.bucketName'],
    [
      'an account of twelve digits',
      {
        workspaceProvider: 's3',
        s3: { bucketName: BUCKET, accountId: '123' },
      },
      'taskRecovery.s3.accountId',
    ],
  ])('ask for %s as the backend starts', async (_, taskRecovery, key) => {
    await expect(providersWith(taskRecovery)).rejects.toThrow(key);
  });
});
