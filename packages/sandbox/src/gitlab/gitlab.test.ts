import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { mockServices } from '@backstage/backend-test-utils';
import { ScmIntegrations } from '@backstage/integration';
import { createPublishGitlabAction } from '@backstage/plugin-scaffolder-backend-module-gitlab';
import { createFaults, createJournal } from '../core';
import type { BranchMove } from '../github';
import { startGitLab, type GitLabStandIn } from './index';

const TOKEN = 'the-token';

describe('the stand-in for GitLab', () => {
  const faults = createFaults();
  const journal = createJournal();
  const pushes: BranchMove[] = [];
  let gitlab: GitLabStandIn;
  let folder: string;
  let config: ReturnType<typeof mockServices.rootConfig>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gitlab-'));
    gitlab = await startGitLab({
      context: { faults, journal, now: Date.now, log: () => {} },
      port: 0,
      directory: join(folder, 'projects'),
      groups: ['acme'],
      token: TOKEN,
      onPush: push => pushes.push(push),
      runsOf: () => [],
    });
    config = mockServices.rootConfig({
      data: {
        integrations: {
          gitlab: [
            {
              host: new URL(gitlab.url).host,
              apiBaseUrl: `${gitlab.url}/api/v4`,
              baseUrl: gitlab.url,
              token: TOKEN,
            },
          ],
        },
      },
    });
  });
  afterEach(() => faults.clear());
  afterAll(async () => {
    await gitlab.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const host = () => new URL(gitlab.url).host;
  const api = (path: string, init: RequestInit = {}) =>
    fetch(`${gitlab.url}/api/v4${path}`, {
      ...init,
      headers: { 'private-token': TOKEN },
    });

  /** Publishes with Backstage's own action. */
  async function publish(name: string, owner = 'acme') {
    const workspacePath = mkdtempSync(join(folder, 'workspace-'));
    writeFileSync(join(workspacePath, 'README.md'), `# ${name}\n`);
    const action = createPublishGitlabAction({
      config,
      integrations: ScmIntegrations.fromConfig(config),
    });
    const output: Record<string, unknown> = {};
    await action.handler({
      ...createMockActionContext({
        workspacePath,
        input: {
          repoUrl: `${host()}?owner=${owner}&repo=${name}`,
          defaultBranch: 'main',
          settings: { visibility: 'private', description: 'Takes orders' },
        },
      }),
      output: (key: string, value: unknown) => {
        output[key] = value;
      },
    });
    return output;
  }

  it('takes what publish:gitlab makes, and tells of the push', async () => {
    const output = await publish('orders');
    expect(output).toMatchObject({
      remoteUrl: `${gitlab.url}/acme/orders`,
      repoContentsUrl: `${gitlab.url}/acme/orders/-/blob/main`,
      created: true,
    });
    expect(pushes.map(({ branch, repository }) => [repository.name, branch]))
      // Once, and not for the branch of something else.
      .toEqual([['orders', 'main']]);
    const project = await (await api('/projects/acme%2Forders')).json();
    expect(project).toMatchObject({
      path_with_namespace: 'acme/orders',
      description: 'Takes orders',
      visibility: 'private',
      default_branch: 'main',
      empty_repo: false,
      namespace: { kind: 'group', full_path: 'acme' },
    });
  });

  it('refuses a name that is taken and a group that is not there, in GitLab’s words', async () => {
    await expect(publish('orders')).rejects.toMatchObject({
      cause: {
        description: expect.stringContaining('has already been taken'),
      },
    });
    await expect(publish('orders', 'nobody')).rejects.toThrow(
      'The namespace nobody is not found',
    );
  });

  it('is read by Backstage’s own reader: a file, and a folder', async () => {
    const reader = UrlReaders.default({
      config,
      logger: mockServices.logger.mock(),
    });
    const file = await reader.readUrl(
      `${gitlab.url}/acme/orders/-/blob/main/README.md`,
    );
    expect(String(await file.buffer())).toBe('# orders\n');
    const tree = await reader.readTree(`${gitlab.url}/acme/orders/-/tree/main`);
    expect((await tree.files()).map(({ path }) => path)).toEqual(['README.md']);
    await expect(
      reader.readUrl(`${gitlab.url}/acme/orders/-/blob/main/missing.md`),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('shows people the pages that GitLab has under its addresses', async () => {
    for (const path of [
      '/acme/orders',
      '/acme/orders/-/blob/main/README.md',
      '/acme/orders/-/pipelines',
    ]) {
      const page = await fetch(gitlab.url + path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(await page.text()).toContain('orders');
    }
  });

  it('shows nothing to those without the token', async () => {
    const answer = await fetch(`${gitlab.url}/api/v4/projects/acme%2Forders`);
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { message: '401 Unauthorized' },
    ]);
  });

  it('fails as it is told to, and keeps a journal', async () => {
    faults.add({ kind: 'throttle', service: 'gitlab', remaining: 1 });
    expect((await api('/user')).status).toBe(429);
    expect((await api('/user')).status).toBe(200);
    expect(journal.list({ service: 'gitlab' }).slice(-2)).toMatchObject([
      { operation: 'GET /user', status: 429 },
      { operation: 'GET /user', status: 200 },
    ]);
  });

  it('archives a project, and deletes it for good', async () => {
    const archived = await api('/projects/acme%2Forders/archive', {
      method: 'POST',
    });
    expect([archived.status, (await archived.json()).archived]).toEqual([
      201,
      true,
    ]);
    const deleted = await api('/projects/acme%2Forders', { method: 'DELETE' });
    expect(deleted.status).toBe(202);
    expect((await api('/projects/acme%2Forders')).status).toBe(404);
    expect(journal.list({ service: 'gitlab' }).at(-1)).toMatchObject({
      operation: 'GET /projects/:id',
      target: 'acme/orders',
    });
  });
});
