import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import {
  TOKEN,
  useGitHub,
  userGit,
  writeFiles,
} from './__testUtils__/testGitHub';

const github = useGitHub();

beforeAll(async () => {
  await github.createRepository('orders');
  await github.createRepository('secret', { visibility: 'private' });
});

describe('the real git', () => {
  it('pushes, is told of, and clones what was pushed', async () => {
    const folder = await github.push('orders', {
      'README.md': '#',
      'a/b': 'x',
    });
    const sha = await userGit(folder, 'rev-parse', 'HEAD');
    // The push is known by the time git has its answer.
    expect(github.pushes).toEqual([`acme/orders main ${sha}`]);
    await userGit(
      github.directory,
      'clone',
      '--quiet',
      `${github.url}/acme/orders.git`,
      'cloned',
    );
    const clone = join(github.directory, 'cloned');
    expect((await userGit(clone, 'ls-files')).split('\n')).toEqual([
      'README.md',
      'a/b',
    ]);
  });

  it('pushes what it sends compressed and in pieces', async () => {
    const folder = await github.push('orders', { big: 'x' }, 'big');
    for (let i = 0; i < 60; i++) {
      writeFiles(folder, {
        [`file-${i}`]: randomBytes(40_000).toString('hex'),
      });
    }
    await userGit(folder, 'add', '.');
    await userGit(folder, 'commit', '--quiet', '-m', 'big');
    await userGit(folder, 'push', '--quiet', 'origin', 'big');
    const sha = await userGit(folder, 'rev-parse', 'HEAD');
    expect(
      await userGit(folder, 'ls-remote', 'origin', 'refs/heads/big'),
    ).toContain(sha);
    // A fetch with many haves is sent with gzip.
    await userGit(folder, 'fetch', '--quiet', 'origin');
  });

  it('does not tell of other branches', async () => {
    expect(github.pushes.some(push => push.includes(' big '))).toBe(false);
  });

  it('finds the repository without .git, too', async () => {
    expect(
      await userGit(github.directory, 'ls-remote', `${github.url}/acme/Orders`),
    ).toContain('refs/heads/main');
  });

  it('is refused a push that loses commits', async () => {
    await expect(github.push('orders', { other: 'x' })).rejects.toThrow(
      /non-fast-forward|fetch first|rejected/,
    );
  });

  it.each([
    ['a wrong token', 'wrong', 'orders'],
    ['no token', '', 'orders'],
  ])('is refused a push with %s', async (_, token, name) => {
    const folder = join(github.directory, 'cloned');
    await expect(
      userGit(folder, 'push', github.remote(name, token), 'HEAD:refs/heads/x'),
    ).rejects.toThrow(/Authentication failed|could not read Username/);
  });

  it('reads what is private with the token alone', async () => {
    await github.push('secret', { a: 'b' });
    const read = (token: string) =>
      userGit(github.directory, 'ls-remote', github.remote('secret', token));
    expect(await read(TOKEN)).toContain('refs/heads/main');
    await expect(read('')).rejects.toThrow();
  });

  it('is told that a repository is not there', async () => {
    await expect(
      userGit(github.directory, 'ls-remote', github.remote('nothing')),
    ).rejects.toThrow(/not found/i);
  });
});

describe('whoever is no git', () => {
  it.each([
    '/acme/orders.git/HEAD',
    '/acme/orders.git/config',
    '/acme/../repositories.git/info/refs?service=git-upload-pack',
    '/acme/orders.git/info/refs?service=git-upload-archive',
    '/acme/orders.git/info/refs?service=--help',
  ])('gets nothing from %s', async path => {
    const response = await fetch(github.url + path);
    expect([403, 404]).toContain(response.status);
  });

  it('may go away in the middle', async () => {
    const { port } = new URL(github.url);
    const socket = createConnection(Number(port), '127.0.0.1');
    socket.write(
      [
        'POST /acme/orders.git/git-upload-pack HTTP/1.1',
        'host: localhost',
        'content-length: 100000',
        'expect: 100-continue',
        '',
        '',
      ].join('\r\n'),
    );
    // The server has read as far as this, and waits for more.
    await once(socket, 'data');
    const entries = () => github.journal.list({ operation: 'git-upload-pack' });
    const before = entries().length;
    socket.destroy();
    while (entries().length === before) {
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(github.logged).toEqual([]);
  });

  it('is told when what it sent is no gzip', async () => {
    const response = await fetch(
      `${github.url}/acme/orders.git/git-upload-pack`,
      {
        method: 'POST',
        headers: { 'content-encoding': 'gzip' },
        body: 'no gzip',
      },
    );
    await response.text();
    expect(github.logged).toEqual([]);
    expect((await github.page('/acme/orders')).status).toBe(200);
  });
});
