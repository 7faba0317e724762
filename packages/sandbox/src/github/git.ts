import { execFile, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';

const MAX_OUTPUT = 64 * 1024 * 1024;

/** A git command that failed. */
export class GitError extends Error {}

/**
 * Runs git without a shell, without the user's configuration and hooks.
 *
 * @throws GitError with what git said
 */
export function git(
  directory: string,
  args: string[],
  options: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      args,
      {
        cwd: directory,
        encoding: 'buffer',
        maxBuffer: MAX_OUTPUT,
        env: { ...gitEnvironment(), ...options.env },
      },
      (error, stdout, stderr) =>
        error
          ? reject(
              new GitError(
                `git ${args[0]}: ${stderr.toString('utf8').trim() || error.message}`,
              ),
            )
          : resolve(stdout),
    );
    // A git that ends before it has read is told of by its exit code.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

/** The same for everybody, whatever the machine's own git is set up to do. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'sandbox',
    GIT_AUTHOR_EMAIL: 'sandbox@localhost',
    GIT_COMMITTER_NAME: 'sandbox',
    GIT_COMMITTER_EMAIL: 'sandbox@localhost',
  };
}

export type GitService = 'git-upload-pack' | 'git-receive-pack';

/** Text of `git log --format`, by field. */
export interface Commit {
  sha: string;
  author: string;
  /** ISO 8601. */
  date: string;
  subject: string;
}

/** Commit a branch points at; undefined when there is no such branch. */
export async function headOf(
  directory: string,
  branch: string,
): Promise<string | undefined> {
  try {
    return (
      await git(directory, [
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${branch}^{commit}`,
      ])
    )
      .toString('utf8')
      .trim();
  } catch {
    return undefined;
  }
}

/** The last commits, newest first. */
export async function log(
  directory: string,
  sha: string,
  count: number,
): Promise<Commit[]> {
  const text = await git(directory, [
    'log',
    `--max-count=${count}`,
    '--format=%H%x00%an%x00%aI%x00%s',
    sha,
  ]);
  return text
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const [id, author, date, subject] = line.split('\0');
      return { sha: id, author, date, subject };
    });
}

/** A file or folder of a commit. */
export interface TreeEntry {
  type: 'blob' | 'tree';
  sha: string;
  path: string;
  size?: number;
}

/** What is in a commit, all the way down or in one folder alone. */
export async function listTree(
  directory: string,
  sha: string,
  options: { path?: string; recursive?: boolean } = {},
): Promise<TreeEntry[]> {
  const text = await git(directory, [
    'ls-tree',
    '-z',
    '-l',
    ...(options.recursive ? ['-r', '-t'] : []),
    sha,
    ...(options.path ? ['--', `${options.path}/`] : []),
  ]);
  return text
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .flatMap(line => {
      const [description, path] = line.split('\t');
      const [, type, id, size] = description.split(/\s+/);
      return type === 'blob' || type === 'tree'
        ? [
            {
              type,
              sha: id,
              path,
              ...(type === 'blob' && { size: Number(size) }),
            },
          ]
        : [];
    });
}

/** A file of a commit; undefined when there is none at the path. */
export async function readFile(
  directory: string,
  sha: string,
  path: string,
): Promise<Buffer | undefined> {
  try {
    return await git(directory, ['cat-file', 'blob', `${sha}:${path}`]);
  } catch {
    return undefined;
  }
}

/** The refs that a client is told of first (git's smart HTTP protocol). */
export async function advertiseRefs(
  directory: string,
  service: GitService,
): Promise<Buffer> {
  const refs = await git(directory, [
    service.slice(4),
    '--stateless-rpc',
    '--advertise-refs',
    '.',
  ]);
  const line = `# service=${service}\n`;
  const length = (line.length + 4).toString(16).padStart(4, '0');
  return Buffer.concat([Buffer.from(`${length}${line}0000`), refs]);
}

/** One exchange of the smart HTTP protocol; resolves when git has ended. */
export function serveService(
  directory: string,
  service: GitService,
  request: IncomingMessage,
  response: ServerResponse | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [service.slice(4), '--stateless-rpc', '.'], {
      cwd: directory,
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.once('error', reject);
    child.once('close', () => resolve());
    const body =
      request.headers['content-encoding'] === 'gzip'
        ? request.pipe(createGunzip())
        : request;
    // A client that leaves in the middle ends git; that is no fault of ours.
    child.stdin.on('error', () => {});
    body.on('error', () => child.kill());
    body.pipe(child.stdin);
    if (response) {
      child.stdout.pipe(response);
    } else {
      child.stdout.resume();
    }
  });
}
