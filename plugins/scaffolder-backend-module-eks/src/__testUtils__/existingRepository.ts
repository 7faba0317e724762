import type { Sandbox } from '@slipway/sandbox';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What is in a repository: text, bytes, a program, or a link. */
export type Entry = string | Buffer | { program: string } | { link: string };

/** Writes files below a folder. */
export function writeEntries(folder: string, entries: Record<string, Entry>) {
  for (const [path, entry] of Object.entries(entries)) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    if (typeof entry === 'string' || Buffer.isBuffer(entry)) {
      writeFileSync(full, entry);
    } else if ('link' in entry) {
      symlinkSync(entry.link, full);
    } else {
      writeFileSync(full, entry.program);
      chmodSync(full, 0o755);
    }
  }
}

/**
 * Makes a repository of somebody else on the sandbox's GitHub, with git as a
 * user has it.
 *
 * @returns its address
 */
export async function pushRepository(
  sandbox: Sandbox,
  name: string,
  entries: Record<string, Entry>,
): Promise<string> {
  const { SANDBOX_GITHUB_TOKEN: token } = sandbox.env;
  const github = sandbox.urls.github;
  const made = await fetch(`${github}/api/v3/orgs/acme/repos`, {
    method: 'POST',
    headers: { authorization: `token ${token}` },
    body: JSON.stringify({ name }),
  });
  if (made.status !== 201) {
    throw new Error(`${made.status}: ${await made.text()}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'existing-'));
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=Jo', '-c', 'user.email=jo@x', ...args], {
      cwd: folder,
      timeout: 20_000,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    });
  try {
    writeEntries(folder, entries);
    await git('init', '-q', '-b', 'main');
    await git('add', '--all', '--force');
    await git('commit', '-q', '-m', 'Start');
    const remote = new URL(`${github}/acme/${name}.git`);
    remote.username = 'x-access-token';
    remote.password = token ?? '';
    await git('push', '-q', remote.href, 'main');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return `${github}/acme/${name}`;
}
