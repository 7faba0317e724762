import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFaults, createJournal } from '../core';
import { startGitHub, type GitHubStandIn } from './index';

const TOKEN = 'sandbox-token';
let github: GitHubStandIn;
let directory: string;
const faults = createFaults();
const journal = createJournal();
const pushes: string[] = [];

const start = () =>
  startGitHub({
    context: {
      faults,
      journal,
      now: Date.now,
      log: message => {
        throw new Error(message);
      },
    },
    port: 0,
    directory: join(directory, 'repositories'),
    organisations: [{ login: 'acme', id: 7 }],
    token: TOKEN,
    onPush: ({ repository, branch }) =>
      pushes.push(`${repository.owner}/${repository.name} ${branch}`),
    runsOf: () => [],
  });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'github-'));
  github = await start();
});
afterAll(async () => {
  await github?.stop();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => faults.clear());

const api = async (
  method: string,
  path: string,
  options: { body?: object; token?: string; headers?: object } = {},
) => {
  const response = await fetch(`${github.url}/api/v3${path}`, {
    method,
    headers: {
      authorization: `token ${options.token ?? TOKEN}`,
      'content-type': 'application/json',
      ...options.headers,
    },
    ...(options.body && { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
};

const run = promisify(execFile);

/** The real git, as the user has it. */
const git = async (folder: string, ...args: string[]) =>
  (
    await run('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: folder,
      timeout: 20_000,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    })
  ).stdout;

const pushTo = async (
  name: string,
  files: Record<string, string>,
  token = TOKEN,
) => {
  const folder = mkdtempSync(join(directory, 'work-'));
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  await git(folder, 'add', '.');
  await git(folder, 'commit', '--quiet', '-m', 'first');
  const url = github.url.replace('://', `://x-access-token:${token}@`);
  await git(folder, 'push', '--quiet', `${url}/acme/${name}.git`, 'main');
  return folder;
};

describe('the REST API', () => {
  it('creates a repository once, with ids of its own', async () => {
    const created = await api('POST', '/orgs/acme/repos', {
      body: { name: 'orders', description: 'd', private: true },
    });
    expect(created.status).toBe(201);
    expect(JSON.parse(created.text)).toMatchObject({
      full_name: 'acme/orders',
      clone_url: `${github.url}/acme/orders.git`,
      id: expect.any(Number),
      owner: { login: 'acme', id: 7 },
    });
    const again = await api('POST', '/orgs/acme/repos', {
      body: { name: 'Orders' },
    });
    expect(again.status).toBe(422);
    expect(again.text).toContain('name already exists on this account');
  });

  it.each(['', '..', 'a b', 'a/b', 'x'.repeat(101)])(
    'refuses the name "%s"',
    async name => {
      const answer = await api('POST', '/orgs/acme/repos', { body: { name } });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('name can only contain');
    },
  );

  it('wants the right token', async () => {
    expect(
      await api('POST', '/orgs/acme/repos', { token: 'wrong' }),
    ).toMatchObject({
      status: 401,
      text: expect.stringContaining('Bad credentials'),
    });
  });

  it('knows no other organisation, repository or call', async () => {
    expect((await api('POST', '/orgs/nobody/repos')).status).toBe(404);
    expect((await api('GET', '/repos/acme/nothing')).status).toBe(404);
    expect((await api('GET', '/no/such/call')).status).toBe(404);
  });

  it('protects branches and keeps topics', async () => {
    expect(
      (
        await api('PUT', '/repos/acme/orders/branches/main/protection', {
          body: { enforce_admins: true },
        })
      ).status,
    ).toBe(200);
    const topics = await api('PUT', '/repos/acme/orders/topics', {
      body: { names: ['eks'] },
    });
    expect(JSON.parse(topics.text)).toEqual({ names: ['eks'] });
  });
});

describe('git', () => {
  it('takes a push, tells of it, and gives it back to a clone', async () => {
    await pushTo('orders', {
      'README.md': '# <b>orders</b>',
      'a/b.txt': 'deep',
    });
    // Git has its answer before the stand-in has looked at what moved.
    while (!pushes.includes('acme/orders main')) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    const url = github.url.replace('://', `://x-access-token:${TOKEN}@`);
    await git(
      directory,
      'clone',
      '--quiet',
      `${url}/acme/orders.git`,
      'cloned',
    );
    expect(
      (await git(join(directory, 'cloned'), 'ls-files')).split('\n'),
    ).toEqual(['README.md', 'a/b.txt', '']);
  });

  it('refuses a push without the token', async () => {
    await expect(pushTo('orders', { x: 'y' }, 'wrong')).rejects.toThrow();
  });
});

describe('what was pushed', () => {
  it('is read raw, with an etag', async () => {
    const raw = { headers: { accept: 'application/vnd.github.v3.raw' } };
    const path = '/repos/acme/orders/contents/a/b.txt?ref=main';
    const first = await api('GET', path, raw);
    expect(first).toMatchObject({ status: 200, text: 'deep' });
    const second = await api('GET', path, {
      headers: { ...raw.headers, 'if-none-match': first.headers.get('etag') },
    });
    expect(second.status).toBe(304);
  });

  it('is shown as text', async () => {
    const page = await (await fetch(`${github.url}/acme/orders`)).text();
    expect(page).toContain('&lt;b&gt;orders');
    expect(page).not.toContain('<b>orders');
    expect(page).toContain('stand-in');
  });

  it('is still there after a restart', async () => {
    await github.stop();
    github = await start();
    expect((await api('GET', '/repos/acme/orders')).status).toBe(200);
  });
});

describe('faults', () => {
  it('throttle as GitHub does, and are written down', async () => {
    faults.add({
      kind: 'throttle',
      service: 'github',
      operation: 'POST /orgs/{org}/repos',
      remaining: 1,
    });
    const throttled = await api('POST', '/orgs/acme/repos', {
      body: { name: 'later' },
    });
    expect(throttled.status).toBe(403);
    expect(throttled.text).toContain('rate limit exceeded');
    expect(github.repositories.find('acme', 'later')).toBeUndefined();
    expect(journal.list({ service: 'github' })).toContainEqual(
      expect.objectContaining({
        operation: 'POST /orgs/{org}/repos',
        status: 403,
      }),
    );
  });

  it('cut the answer after the effect', async () => {
    faults.add({
      kind: 'reset-after',
      service: 'github',
      operation: 'POST /orgs/{org}/repos',
      remaining: 1,
    });
    await expect(
      api('POST', '/orgs/acme/repos', { body: { name: 'made' } }),
    ).rejects.toThrow();
    expect(github.repositories.find('acme', 'made')).toBeDefined();
  });
});
