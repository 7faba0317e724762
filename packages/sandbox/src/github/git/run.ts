import { execFile } from 'node:child_process';
import { devNull } from 'node:os';

const MAX_OUTPUT = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** A git command that failed; the message is what git said. */
export class GitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GitError';
  }
}

/** What {@link git} is run with beside its arguments. */
export interface GitOptions {
  /** Written to git's standard input. */
  input?: string | Buffer;
  /** Added to {@link gitEnvironment}. */
  env?: Record<string, string>;
}

/**
 * Runs git without a shell, without the user's configuration and hooks.
 *
 * @param directory - where it runs
 * @param args - never an option that came from outside: what did is checked, or
 *   stands behind something that is no option
 * @returns what git printed
 * @throws GitError with what git said
 */
export function git(
  directory: string,
  args: string[],
  options: GitOptions = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      args,
      {
        cwd: directory,
        encoding: 'buffer',
        maxBuffer: MAX_OUTPUT,
        timeout: TIMEOUT_MS,
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

/** As {@link git}, for a command that prints one line of text. */
export async function gitLine(
  directory: string,
  args: string[],
  options?: GitOptions,
): Promise<string> {
  return (await git(directory, args, options)).toString('utf8').trim();
}

/** The same for everybody, whatever the machine's own git is set up to do. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    // Windows starts no program without it.
    ...(process.env.SystemRoot && { SystemRoot: process.env.SystemRoot }),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    // A path from a URL is a path, whatever is in it.
    GIT_LITERAL_PATHSPECS: '1',
    GIT_AUTHOR_NAME: 'sandbox',
    GIT_AUTHOR_EMAIL: 'sandbox@localhost',
    GIT_COMMITTER_NAME: 'sandbox',
    GIT_COMMITTER_EMAIL: 'sandbox@localhost',
  };
}
