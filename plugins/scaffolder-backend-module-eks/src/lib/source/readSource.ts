import type { UrlReaderService } from '@backstage/backend-plugin-api';
import {
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** More than this is no service's source: 200 MiB, 20,000 files. */
const MAX_BYTES = 200 * 1024 * 1024;
const MAX_FILES = 20_000;
/** A file that is larger than 10 MiB is left out and named. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** Something of a repository that was not taken, and why. */
export interface LeftOut {
  /** As the repository names it, with `/`. */
  path: string;
  reason: string;
}

/** A repository's files on disk: folders and regular files, and nothing else. */
export interface SourceTree {
  /** Paths with `/`, sorted. */
  files: string[];
  leftOut: LeftOut[];
  /** What the git host calls this state of the files: on GitHub, the commit. */
  revision: string;
}

/** Whether git would take it for its own. */
const isGits = (path: string) =>
  path.split('/').some(part => part.toLowerCase() === '.git');

/**
 * Reads a repository, or a folder of one, into a folder. What it holds is
 * untrusted: links, git's own folders and huge files do not come along, modes
 * are only those of a program or of none.
 *
 * @throws InputError for a repository that is too large
 * @throws NotFoundError, NotAllowedError, ServiceUnavailableError
 */
export async function readSource(options: {
  reader: UrlReaderService;
  url: string;
  /** A token of whoever asks; the integration's own when left out. */
  token?: string;
  /** Folder that is made anew. */
  into: string;
  signal?: AbortSignal;
}): Promise<SourceTree> {
  const { reader, url, token, into, signal } = options;
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  const leftOut: LeftOut[] = [];
  let bytes = 0;
  let count = 0;
  let revision: string;
  try {
    const tree = await reader.readTree(url, {
      token,
      signal,
      filter(path, info) {
        const size = info?.size ?? 0;
        if (isGits(path)) {
          return false;
        }
        if (size > MAX_FILE_BYTES) {
          leftOut.push({ path, reason: 'it is larger than 10 MiB' });
          return false;
        }
        bytes += size;
        count += 1;
        if (bytes > MAX_BYTES || count > MAX_FILES) {
          throw new InputError(
            `\`sourceUrl\`: ${url} has more than 200 MiB or 20,000 files; name the folder of the service alone, or take out of the repository what is no source`,
          );
        }
        return true;
      },
    });
    await tree.dir({ targetDir: into });
    revision = tree.etag;
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    signal?.throwIfAborted();
    throw explained(error, url);
  }
  signal?.throwIfAborted();
  const files = await keepFiles(into, '', leftOut);
  if (files.length === 0) {
    throw new InputError(
      `\`sourceUrl\`: ${url} has no files; name a repository, or a folder of one, that has the source of the service`,
    );
  }
  return {
    files: files.sort(),
    leftOut: leftOut.sort((a, b) => (a.path < b.path ? -1 : 1)),
    revision,
  };
}

/** What stands for a file of Git LFS is a few lines of text. */
const MAX_POINTER_BYTES = 1024;

const isLfsPointer = async (path: string) =>
  (await readFile(path, 'latin1')).startsWith(
    'version https://git-lfs.github.com/spec/',
  );

/** Removes what is neither a file nor a folder; gives the files. */
async function keepFiles(
  root: string,
  folder: string,
  leftOut: LeftOut[],
): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(root, folder), {
    withFileTypes: true,
  })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    const full = join(root, path);
    if (entry.isDirectory()) {
      files.push(...(await keepFiles(root, path, leftOut)));
    } else if (entry.isFile()) {
      const { mode, size } = await stat(full);
      if (size < MAX_POINTER_BYTES && (await isLfsPointer(full))) {
        await rm(full);
        leftOut.push({
          path,
          reason:
            'Git LFS keeps its content elsewhere, and this is its address',
        });
        continue;
      }
      await chmod(full, mode & 0o100 ? 0o755 : 0o644);
      files.push(path);
    } else {
      await rm(full, { force: true });
      leftOut.push({ path, reason: 'it is a link' });
    }
  }
  return files;
}

function explained(error: unknown, url: string): Error {
  const { name, message } = toError(error);
  if (name === 'InputError') {
    return toError(error);
  }
  if (name === 'NotFoundError') {
    return new NotFoundError(
      `\`sourceUrl\`: there is no ${url}, or the portal may not read it: check the address, and what the integration's token may read`,
    );
  }
  if (name === 'NotAllowedError' || name === 'AuthenticationError') {
    return new NotAllowedError(
      `\`sourceUrl\`: the portal may not read ${url}: give the integration's token access to it (${message})`,
    );
  }
  return new ServiceUnavailableError(
    `${url} cannot be read now: try again in a minute (${message})`,
  );
}

/**
 * The text of a file, of at most 1 MiB.
 *
 * @returns undefined when there is no such file, or it is larger
 */
export async function readText(
  root: string,
  { files }: Pick<SourceTree, 'files'>,
  path: string,
): Promise<string | undefined> {
  if (!files.includes(path)) {
    return undefined;
  }
  const full = join(root, path);
  const { size } = await stat(full);
  return size > 1024 * 1024 ? undefined : readFile(full, 'utf8');
}
