import { git, gitLine } from './run';

/** Who wrote or committed something, and when. */
export interface Signature {
  name: string;
  email: string;
  /** ISO 8601. */
  date: string;
}

/** A commit without its files. */
export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

/** A file or folder of a commit. */
export interface TreeEntry {
  /** Such as `100644`. */
  mode: string;
  type: 'blob' | 'tree';
  sha: string;
  /** From the top of the repository. */
  path: string;
  /** In bytes; files have one. */
  size?: number;
}

const SHA = /^[0-9a-f]{40}$/;

/** Whether a text is a whole object id. */
export const isSha = (text: string) => SHA.test(text);

/** What git takes as the name of a branch or tag, and nothing that it computes. */
export function isRefName(name: string): boolean {
  return (
    name.length <= 255 &&
    // eslint-disable-next-line no-control-regex -- git refuses control characters
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)/.test(
      name,
    ) &&
    !/^[-./]|[/.]$|^@$/.test(name) &&
    name !== ''
  );
}

/** The commit of a full name, such as `refs/heads/main`. */
export async function commitOfRef(
  directory: string,
  ref: string,
): Promise<string | undefined> {
  try {
    return await gitLine(directory, [
      'rev-parse',
      '--verify',
      '--quiet',
      `${ref}^{commit}`,
    ]);
  } catch {
    return undefined;
  }
}

/** The commit at the tip of a branch. */
export const headOf = (directory: string, branch: string) =>
  isRefName(branch)
    ? commitOfRef(directory, `refs/heads/${branch}`)
    : Promise.resolve(undefined);

/**
 * The commit that a branch, a tag, `heads/…`, `refs/heads/…` or an object id
 * stands for; undefined when there is none.
 */
export async function resolveCommit(
  directory: string,
  name: string,
): Promise<string | undefined> {
  if (!isRefName(name)) {
    return undefined;
  }
  const names = [
    `refs/heads/${name}`,
    `refs/tags/${name}`,
    ...(/^(heads|tags)\//.test(name) ? [`refs/${name}`] : []),
    ...(/^refs\/(heads|tags)\//.test(name) ? [name] : []),
    ...(/^[0-9a-f]{7,40}$/.test(name) ? [name] : []),
  ];
  for (const candidate of names) {
    const sha = await commitOfRef(directory, candidate);
    if (sha) {
      return sha;
    }
  }
  return undefined;
}

/**
 * Splits what follows `blob/` in an address into branch and path; a branch may
 * have slashes of its own, so the longest one that exists is taken.
 */
export async function splitRef(
  directory: string,
  text: string,
): Promise<{ ref: string; sha: string; path: string } | undefined> {
  const parts = text.split('/').filter(Boolean);
  for (let length = parts.length; length > 0; length--) {
    const ref = parts.slice(0, length).join('/');
    const sha = await resolveCommit(directory, ref);
    if (sha) {
      return { ref, sha, path: parts.slice(length).join('/') };
    }
  }
  return undefined;
}

/** Branches or tags and what they point at. */
export async function listRefs(
  directory: string,
  prefix: string,
): Promise<{ ref: string; sha: string; type: string }[]> {
  const text = await gitLine(directory, [
    'for-each-ref',
    '--format=%(refname) %(objectname) %(objecttype)',
    prefix,
  ]);
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const [ref, sha, type] = line.split(' ');
      return { ref, sha, type };
    });
}

const FIELDS = ['H', 'T', 'P', 'an', 'ae', 'aI', 'cn', 'ce', 'cI', 'B'];

/** The last commits, newest first. */
export async function log(
  directory: string,
  sha: string,
  options: { count: number; skip?: number; path?: string },
): Promise<Commit[]> {
  const output = await git(directory, [
    'log',
    '-z',
    `--max-count=${options.count}`,
    `--skip=${options.skip ?? 0}`,
    `--format=${FIELDS.map(field => `%${field}`).join('%x00')}`,
    sha,
    '--',
    ...(options.path ? [options.path] : []),
  ]);
  const fields = output.toString('utf8').split('\0');
  return Array.from(
    { length: Math.floor(fields.length / FIELDS.length) },
    (_, index): Commit => {
      const [id, tree, parents, an, ae, ad, cn, ce, cd, message] = fields.slice(
        index * FIELDS.length,
        (index + 1) * FIELDS.length,
      );
      return {
        sha: id,
        tree,
        parents: parents.split(' ').filter(Boolean),
        author: { name: an, email: ae, date: ad },
        committer: { name: cn, email: ce, date: cd },
        message: message.replace(/\n$/, ''),
      };
    },
  );
}

/** What is in a commit or tree: all the way down, or in one folder alone. */
export async function listTree(
  directory: string,
  tree: string,
  options: { path?: string; recursive?: boolean } = {},
): Promise<TreeEntry[]> {
  const { path } = options;
  const output = await git(directory, [
    'ls-tree',
    '-z',
    '-l',
    ...(options.recursive ? ['-r', '-t'] : []),
    path ? `${tree}:${path}` : tree,
  ]);
  return output
    .toString('utf8')
    .split('\0')
    .flatMap((line): TreeEntry[] => {
      const [description, name] = line.split('\t');
      const [mode, type, sha, size] = description.split(/\s+/);
      return type === 'blob' || type === 'tree'
        ? [
            {
              mode,
              type,
              sha,
              path: path ? `${path}/${name}` : name,
              ...(type === 'blob' && { size: Number(size) }),
            },
          ]
        : [];
    });
}

/** What is at a path of a commit; undefined when there is nothing. */
export async function entryAt(
  directory: string,
  sha: string,
  path: string,
): Promise<TreeEntry | undefined> {
  const folder = path.split('/').slice(0, -1).join('/');
  try {
    const entries = await listTree(directory, sha, { path: folder });
    return entries.find(entry => entry.path === path);
  } catch {
    return undefined;
  }
}

/** An object of any kind; undefined when there is none of it. */
export async function readObject(
  directory: string,
  type: 'blob' | 'tree' | 'commit',
  sha: string,
): Promise<Buffer | undefined> {
  if (!isSha(sha)) {
    return undefined;
  }
  try {
    return await git(directory, ['cat-file', type, sha]);
  } catch {
    return undefined;
  }
}

/** A file of a commit; undefined when there is none at the path. */
export async function readFile(
  directory: string,
  sha: string,
  path: string,
): Promise<Buffer | undefined> {
  const entry = await entryAt(directory, sha, path);
  return entry?.type === 'blob'
    ? readObject(directory, 'blob', entry.sha)
    : undefined;
}

/** How much there is in a repository, in KiB. */
export async function sizeOf(directory: string): Promise<number> {
  const text = await gitLine(directory, ['count-objects', '-v']);
  const count = (name: string) =>
    Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return count('size') + count('size-pack');
}
