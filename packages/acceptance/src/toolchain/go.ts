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

/** The oldest Go that every tool is built with. */
const OLDEST_GO = [1, 26];

const GET_GO = `install Go ${OLDEST_GO.join(
  '.',
)} or newer (https://go.dev/dl; macOS: brew install go) and try again`;

/** Where {@link goTools} finds its parts; a test says otherwise. */
export interface GoOptions {
  /** What needs them, for errors. */
  user: string;
  /** Folder with `go.mod`, whose `tool` lines are built, and `go.sum`. */
  module: string;
  /** What the linker is told beside the usual. */
  ldflags?: string;
  /** The compiler; default `go`. */
  go?: string;
  /** Folder that keeps programs; default the user's cache. */
  cache?: string;
}

function textOf(error: unknown): string {
  const { stderr, message } = Object(error);
  return String(stderr || message || error).trim();
}

async function requireGo(user: string, go: string): Promise<string> {
  let version: string;
  try {
    const { stdout } = await run(go, ['env', 'GOVERSION']);
    version = stdout.trim();
  } catch (error) {
    throw new Error(
      `${user} needs Go, and ${go} does not run (${textOf(error)}): ${GET_GO}.`,
    );
  }
  const [major, minor] = version.replace(/^go/, '').split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_GO;
  if (!(
    major > oldestMajor ||
    (major === oldestMajor && minor >= oldestMinor)
  )) {
    throw new Error(
      `${user} needs a newer Go than ${go}, which is ${version}: ${GET_GO}.`,
    );
  }
  return version;
}

/**
 * Programs that the `tool` lines of a Go module name, built from the versions
 * that its `go.sum` pins, outside of the repository. Built once for each
 * content of the module and version of Go.
 *
 * @returns the folder with the programs
 * @throws Error that says how to get Go, where there is none
 */
export async function goTools(options: GoOptions): Promise<string> {
  const {
    user,
    module,
    ldflags = '',
    go = 'go',
    cache = userCache(),
  } = options;
  const version = await requireGo(user, go);
  const key = createHash('sha256')
    .update(readFileSync(join(module, 'go.mod')))
    .update(readFileSync(join(module, 'go.sum')))
    .update([version, process.platform, process.arch, ldflags].join(' ').trim())
    .digest('hex')
    .slice(0, 16);
  const folder = join(cache, `go-${key}`);
  if (existsSync(folder)) {
    return folder;
  }
  mkdirSync(cache, { recursive: true });
  // Under a name of its own until it is whole, as with Python.
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  try {
    try {
      await run(
        go,
        [
          'install',
          '-mod=readonly',
          '-trimpath',
          ...(ldflags ? ['-ldflags', ldflags] : []),
          'tool',
        ],
        {
          cwd: module,
          env: {
            ...process.env,
            CGO_ENABLED: '0',
            GOTOOLCHAIN: 'local',
            GOBIN: unfinished,
            GOFLAGS: '',
          },
          maxBuffer: 64 * 1024 * 1024,
        },
      );
    } catch (error) {
      throw new Error(
        `go could not build the tools of ${module}: ${textOf(
          error,
        )}. Check the network (or GOPROXY) and try again.`,
      );
    }
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
  return folder;
}
