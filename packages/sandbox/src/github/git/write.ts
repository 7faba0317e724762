import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signature } from './read';
import { git, GitError, gitLine } from './run';

/** A file that is written, or taken away (`undefined`). */
export interface Change {
  path: string;
  /** Default `100644`. */
  mode?: string;
  /** Content, the id of a blob that is there, or nothing: the file goes. */
  content?: Buffer | { sha: string };
}

/** What stands for no object. */
const NOTHING = '0'.repeat(40);

/** A path that stays in the repository and is no part of git's own folder. */
export function isFilePath(path: string): boolean {
  return (
    path !== '' &&
    !path.includes('\0') &&
    path
      .split('/')
      .every(part => !['', '.', '..'].includes(part) && !/^\.git$/i.test(part))
  );
}

/** A new tree: another one with some files changed. */
export async function writeTree(
  directory: string,
  base: string | undefined,
  changes: Change[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-index-'));
  const options = { env: { GIT_INDEX_FILE: join(folder, 'index') } };
  try {
    await git(
      directory,
      base ? ['read-tree', base] : ['read-tree', '--empty'],
      options,
    );
    const lines: string[] = [];
    for (const change of changes) {
      lines.push(await indexLine(directory, change));
    }
    await git(directory, ['update-index', '-z', '--index-info'], {
      ...options,
      input: lines.join(''),
    });
    return await gitLine(directory, ['write-tree'], options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function indexLine(
  directory: string,
  { path, mode = '100644', content }: Change,
): Promise<string> {
  if (content === undefined) {
    return `0 ${NOTHING}\t${path}\0`;
  }
  const sha = Buffer.isBuffer(content)
    ? await writeBlob(directory, content)
    : content.sha;
  return `${mode} ${sha}\t${path}\0`;
}

/** Keeps a content; returns its id. */
export const writeBlob = (directory: string, content: Buffer) =>
  gitLine(directory, ['hash-object', '-w', '--stdin'], { input: content });

/** Makes a commit that no branch has yet. */
export function writeCommit(
  directory: string,
  commit: {
    tree: string;
    parents: string[];
    message: string;
    author?: Partial<Signature>;
    committer?: Partial<Signature>;
  },
): Promise<string> {
  const { tree, parents, message } = commit;
  return gitLine(
    directory,
    ['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent])],
    {
      input: message,
      env: {
        ...signatureEnvironment('AUTHOR', commit.author),
        ...signatureEnvironment('COMMITTER', commit.committer ?? commit.author),
      },
    },
  );
}

function signatureEnvironment(
  role: 'AUTHOR' | 'COMMITTER',
  { name, email, date }: Partial<Signature> = {},
): Record<string, string> {
  return {
    ...(name && { [`GIT_${role}_NAME`]: name }),
    ...(email && { [`GIT_${role}_EMAIL`]: email }),
    ...(date && { [`GIT_${role}_DATE`]: date }),
  };
}

/**
 * Moves a branch.
 *
 * @param before - what it must point at now; undefined: it must not be there
 * @throws GitError when it points at something else
 */
export async function moveBranch(
  directory: string,
  branch: string,
  sha: string,
  before: string | undefined,
): Promise<void> {
  await git(directory, [
    'update-ref',
    `refs/heads/${branch}`,
    sha,
    before ?? NOTHING,
  ]);
}

/** Whether everything of one commit is in another. */
export async function isAncestor(
  directory: string,
  ancestor: string,
  sha: string,
): Promise<boolean> {
  try {
    await git(directory, ['merge-base', '--is-ancestor', ancestor, sha]);
    return true;
  } catch {
    return false;
  }
}

/** Two commits change the same lines. */
export class MergeConflict extends Error {}

/**
 * The tree of a merge, made in a clone that goes away again.
 *
 * @throws MergeConflict
 */
export async function mergeTrees(
  directory: string,
  base: string,
  head: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-merge-'));
  try {
    await git(folder, [
      'clone',
      '--quiet',
      '--no-checkout',
      '--',
      directory,
      'clone',
    ]);
    const clone = join(folder, 'clone');
    await git(clone, ['-c', 'core.symlinks=false', 'checkout', '-q', base]);
    try {
      await git(clone, ['merge', '--quiet', '--no-ff', '--no-commit', head]);
    } catch (error) {
      throw error instanceof GitError ? new MergeConflict() : error;
    }
    const tree = await gitLine(clone, ['write-tree']);
    // What the merge made is in the clone alone until it is fetched.
    const commit = await writeCommit(clone, {
      tree,
      parents: [base, head],
      message: 'merge',
    });
    await git(clone, ['update-ref', 'refs/heads/merged', commit]);
    await git(directory, [
      'fetch',
      '--quiet',
      '--no-write-fetch-head',
      '--',
      clone,
      'refs/heads/merged',
    ]);
    return tree;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
