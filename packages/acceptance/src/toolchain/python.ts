import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { userCache } from './cache';

const run = promisify(execFile);

/** The oldest Python that every requirement runs on. */
const OLDEST_PYTHON = [3, 11];

const GET_PYTHON = `install Python ${OLDEST_PYTHON.join(
  '.',
)} or newer with its module venv (Debian and Ubuntu: apt-get install python3 python3-venv; macOS: brew install python3; else https://www.python.org/downloads) and try again`;

/** Where {@link pythonEnvironment} finds its parts; a test says otherwise. */
export interface PythonOptions {
  /** What needs it, for errors: `moto`. */
  user: string;
  /** Requirements file, every package pinned. */
  requirements: string;
  /** Program that makes the environment; default `python3`. */
  python?: string;
  /** Folder that keeps environments; default the user's cache. */
  cache?: string;
}

const programIn = (environment: string) =>
  process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python');

function textOf(error: unknown): string {
  const { stderr, message } = Object(error);
  return String(stderr || message || error).trim();
}

async function versionOf(user: string, python: string): Promise<number[]> {
  let text: string;
  try {
    ({ stdout: text } = await run(python, [
      '-c',
      'import sys; print(*sys.version_info[:2])',
    ]));
  } catch (error) {
    throw new Error(
      `${user} needs Python, and ${python} does not run (${textOf(
        error,
      )}): ${GET_PYTHON}.`,
    );
  }
  return text.trim().split(' ').map(Number);
}

async function requirePython(user: string, python: string): Promise<number[]> {
  const version = await versionOf(user, python);
  const [major, minor] = version;
  const [oldestMajor, oldestMinor] = OLDEST_PYTHON;
  if (
    major < oldestMajor ||
    (major === oldestMajor && minor < oldestMinor) ||
    !Number.isInteger(minor)
  ) {
    throw new Error(
      `${user} needs a newer Python than ${python}, which is ${version.join(
        '.',
      )}: ${GET_PYTHON}.`,
    );
  }
  return version;
}

async function make(python: string, folder: string, requirements: string) {
  try {
    await run(python, ['-m', 'venv', folder]);
  } catch (error) {
    throw new Error(
      `${python} cannot make a virtual environment (${textOf(
        error,
      )}): ${GET_PYTHON}.`,
    );
  }
  const pip = [
    '-m',
    'pip',
    '--disable-pip-version-check',
    '--no-input',
    '--quiet',
  ];
  try {
    // Nothing but what the file names: a requirement that is not pinned there
    // is missing here, and pip's own check says so.
    await run(programIn(folder), [
      ...pip,
      'install',
      '--no-deps',
      '--requirement',
      requirements,
    ]);
    await run(programIn(folder), [...pip, 'check']);
  } catch (error) {
    throw new Error(
      `pip could not install ${requirements}: ${textOf(
        error,
      )}. Check the network (or the proxy and index of pip) and try again.`,
    );
  }
}

/**
 * A virtual environment with exactly the given requirements, outside of the
 * repository. Made once for each content of the file and version of Python.
 *
 * @returns its Python
 * @throws Error that says how to get Python, where there is none
 */
export async function pythonEnvironment(
  options: PythonOptions,
): Promise<string> {
  const {
    user,
    requirements,
    python = 'python3',
    cache = userCache(),
  } = options;
  const version = await requirePython(user, python);
  const key = createHash('sha256')
    .update(readFileSync(requirements))
    .update([...version, process.platform, process.arch].join(' '))
    .digest('hex')
    .slice(0, 16);
  const folder = join(cache, `python-${key}`);
  if (existsSync(folder)) {
    return programIn(folder);
  }
  mkdirSync(cache, { recursive: true });
  // Under a name of its own until it is whole: an installation that was
  // interrupted is never taken for one.
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  try {
    await make(python, unfinished, requirements);
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      // Somebody else was faster with the same.
      if (!existsSync(folder)) {
        throw error;
      }
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return programIn(folder);
}
