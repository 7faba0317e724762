import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGit } from '../git/runGit';

/** A file, as far as git keeps it. */
export interface TreeFile {
  content: Buffer;
  /** Whether it is a program. */
  executable: boolean;
}

/** Files by path, with `/`. */
export type Tree = ReadonlyMap<string, TreeFile>;

/** Where the two sides want different things of one file. */
export interface Conflict {
  path: string;
  /**
   * - `marked`: both sides are in the file, between git's marks
   * - `kept`: the repository's is there as it was; the template's is not
   * - `gone`: the repository has no such file any more, and gets none
   */
  outcome: 'marked' | 'kept' | 'gone';
}

/** What has to be done to the repository. */
export interface Merge {
  /** Files that are new or other than before. */
  written: Map<string, TreeFile>;
  /** Files that go. */
  deleted: string[];
  conflicts: Conflict[];
}

/** Names of the two sides, as the marks of a conflict show them. */
export interface Sides {
  ours: string;
  theirs: string;
}

/** `<mode> <oid>\t<path>` of each file of a tree. */
type Listing = Map<string, { mode: string; oid: string }>;

/**
 * Merges two trees that come from a third one, as git does: with renames, with
 * marks where both sides changed the same lines. What somebody removed from
 * the repository stays removed, and what somebody changed is never removed.
 */
export async function mergeTrees(
  { base, ours, theirs }: { base: Tree; ours: Tree; theirs: Tree },
  sides: Sides,
  signal?: AbortSignal,
): Promise<Merge> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-merge-'));
  const git = (args: string[], options: Parameters<typeof runGit>[2] = {}) =>
    runGit(directory, args, { signal, ...options });
  const blocked = blockedBy(ours, theirs);
  const possible = (tree: Tree): Tree =>
    new Map([...tree].filter(([path]) => !blocked.has(path)));
  try {
    await git(['init', '--quiet', '--bare', '.']);
    const stream = [
      ...commit('base', possible(base)),
      ...commit(sides.ours, ours, 'base'),
      ...commit(sides.theirs, possible(theirs), 'base'),
      Buffer.from('done\n'),
    ];
    await git(['fast-import', '--quiet', '--done'], {
      input: Buffer.concat(stream),
    });
    const { stdout } = await git(
      [
        ...['-c', 'merge.directoryRenames=false'],
        ...['-c', 'core.attributesFile='],
        ...['merge-tree', '--write-tree', '-z', '--messages'],
        ...[sides.ours, sides.theirs],
      ],
      { codes: [0, 1] },
    );
    const { tree, messages } = readMergeTree(stdout.toString('utf8'));
    const list = async (treeish: string): Promise<Listing> => {
      const { stdout: text } = await git(['ls-tree', '-r', '-z', treeish]);
      return readListing(text.toString('utf8'));
    };
    const before = await list(sides.ours);
    const after = await list(tree);
    const conflicts = conflictsOf(messages, before);
    blocked.forEach(path => conflicts.set(path, 'kept'));
    const untouched = (path: string) =>
      ['kept', 'gone'].includes(conflicts.get(path) ?? '');
    const written: Merge['written'] = new Map();
    for (const [path, { mode, oid }] of after) {
      const was = before.get(path);
      if (!untouched(path) && !(was && was.mode === mode && was.oid === oid)) {
        const blob = await git(['cat-file', 'blob', oid]);
        written.set(path, {
          content: blob.stdout,
          executable: mode === '100755',
        });
      }
    }
    return {
      written,
      deleted: [...before.keys()]
        .filter(path => !after.has(path) && !untouched(path))
        .sort(),
      conflicts: [...conflicts]
        .map(([path, outcome]) => ({ path, outcome }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A commit for `git fast-import`: https://git-scm.com/docs/git-fast-import */
function commit(name: string, tree: Tree, parent?: string): Buffer[] {
  const lines = [
    `commit refs/heads/${name}`,
    'committer Slipway <slipway@localhost> 0 +0000',
    'data 0',
    ...(parent === undefined ? [] : [`from refs/heads/${parent}`, 'deleteall']),
  ];
  return [
    Buffer.from(`${lines.join('\n')}\n`),
    ...[...tree].flatMap(([path, { content, executable }]) => [
      Buffer.from(
        `M ${executable ? '100755' : '100644'} inline ${quoted(path)}\ndata ${content.length}\n`,
      ),
      content,
      Buffer.from('\n'),
    ]),
  ];
}

/** A path in C's quotes, so that none of its characters means anything. */
function quoted(path: string): string {
  const text = path.replace(
    /["\\\n]/g,
    character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${text}"`;
}

function readListing(text: string): Listing {
  return new Map(
    text
      .split('\0')
      .filter(Boolean)
      .map(line => {
        const tab = line.indexOf('\t');
        const [mode, , oid] = line.slice(0, tab).split(' ');
        return [line.slice(tab + 1), { mode, oid }];
      }),
  );
}

/** What git says of one thing that it did. */
interface Message {
  paths: string[];
  type: string;
}

/** The output of `git merge-tree -z`: https://git-scm.com/docs/git-merge-tree */
function readMergeTree(text: string): { tree: string; messages: Message[] } {
  const [tree, ...rest] = text.split('\0');
  // Between the files in conflict and the messages is an empty field.
  const fields = rest.slice(rest.indexOf('') + 1);
  const messages: Message[] = [];
  while (fields.length > 1) {
    const count = Number(fields.shift());
    const paths = fields.splice(0, count);
    const [type = ''] = fields.splice(0, 2);
    messages.push({ paths, type });
  }
  return { tree: tree.trim(), messages };
}

function conflictsOf(
  messages: readonly Message[],
  before: Listing,
): Map<string, Conflict['outcome']> {
  const found = new Map<string, Conflict['outcome']>();
  for (const { type, paths } of messages) {
    const [path] = paths;
    if (path === undefined || !type.startsWith('CONFLICT')) {
      continue;
    }
    if (!/modify\/delete|rename\/delete|binary/.test(type)) {
      // What was said before is more than that the contents differ.
      found.set(path, found.get(path) ?? 'marked');
    } else {
      // Where the repository has none, git puts the template's file back.
      found.set(path, before.has(path) ? 'kept' : 'gone');
    }
  }
  return found;
}

/**
 * Paths of the template that cannot be: the repository has a file where they
 * need a folder, or a folder where they are a file.
 */
function blockedBy(ours: Tree, theirs: Tree): Set<string> {
  const foldersOf = (path: string) =>
    path
      .split('/')
      .slice(0, -1)
      .map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  const folders = new Set([...ours.keys()].flatMap(foldersOf));
  return new Set(
    [...theirs.keys()].filter(
      path =>
        folders.has(path) || foldersOf(path).some(folder => ours.has(folder)),
    ),
  );
}
