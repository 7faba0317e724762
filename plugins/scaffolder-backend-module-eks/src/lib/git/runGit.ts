import { ServiceUnavailableError } from '@backstage/errors';
import { execFile } from 'node:child_process';
import { devNull } from 'node:os';

const MAX_OUTPUT = 256 * 1024 * 1024;

/** What git printed, and how it ended. */
export interface GitAnswer {
  stdout: Buffer;
  /** 1 where git tells of something that is no failure, as a conflict. */
  code: number;
}

/**
 * Runs git without a shell, and without anybody's configuration, hooks and
 * passwords.
 *
 * @param args - never an option that came from outside: what did stands behind
 *   something that is no option
 * @param options - `codes` are the exit codes that are no failure
 * @throws ServiceUnavailableError where there is no git
 * @throws Error with what git said
 */
export function runGit(
  directory: string,
  args: readonly string[],
  options: {
    input?: string | Buffer;
    env?: Record<string, string>;
    codes?: readonly number[];
    signal?: AbortSignal;
  } = {},
): Promise<GitAnswer> {
  const { input = '', env, codes = [0], signal } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      {
        cwd: directory,
        encoding: 'buffer',
        maxBuffer: MAX_OUTPUT,
        signal,
        env: {
          PATH: process.env.PATH,
          HOME: directory,
          LC_ALL: 'C',
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_CONFIG_GLOBAL: devNull,
          GIT_TERMINAL_PROMPT: '0',
          ...env,
        },
      },
      (error, stdout, stderr) => {
        if (error && 'code' in error && error.code === 'ENOENT') {
          reject(
            new ServiceUnavailableError(
              'the portal has no git: install it where the backend runs (the Debian package is called git; 2.38 or newer)',
            ),
          );
          return;
        }
        const code = error ? Number(error.code ?? NaN) : 0;
        if (codes.includes(code)) {
          resolve({ stdout, code });
        } else {
          signal?.throwIfAborted();
          reject(
            new Error(
              `git ${args[0]}: ${stderr.toString('utf8').trim() || error?.message}`,
            ),
          );
        }
      },
    );
    // A git that ends before it has read is told of by its exit code.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
