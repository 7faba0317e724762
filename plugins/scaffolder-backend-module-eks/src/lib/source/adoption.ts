import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import git from 'isomorphic-git';
import fs, { type Dirent } from 'node:fs';
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
} from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';

/** Two files of one name, and where the one that gave way is. */
export type Beside = {
  path: string;
  /** Where the other one is. */
  beside: string;
  /** Whose it is: what the template wrote, or what was brought in. */
  whose: 'generated' | 'brought in';
};

/** What becomes of each file that is brought in. */
export type AdoptionPlan = {
  /** Where nothing was. */
  added: string[];
  /** The same on both sides. */
  same: string[];
  beside: Beside[];
  /** Git would have left these out; none of the rules that say so is in place. */
  ignored: string[];
};

async function lookAt(path: string) {
  try {
    return await lstat(path);
  } catch {
    return undefined;
  }
}

const exists = async (path: string) => (await lookAt(path)) !== undefined;

const isOneOf = (path: string, places: readonly string[]) =>
  places.some(place =>
    place.endsWith('/') ? path.startsWith(place) : path === place,
  );

const entriesOf = (folder: string): Promise<Dirent[]> =>
  readdir(folder, { withFileTypes: true });

/**
 * Decides, without changing anything, what becomes of each file. Nothing is
 * overwritten: of two that differ, the one that was brought in keeps its place
 * and the generated one goes beside it; the other way round in places that
 * the portal and the pipeline read.
 *
 * @throws InputError when the folder is not there
 */
export async function planAdoption(options: {
  /** Folder with what is brought in. */
  source: string;
  /** Folder with what was generated. */
  target: string;
  /** Paths of what was generated that keep their place; a folder ends in `/`. */
  generatedFirst: readonly string[];
  /** Paths for nothing that is brought in; a folder ends in `/`. */
  reserved: readonly string[];
}): Promise<AdoptionPlan> {
  const { source, target, generatedFirst, reserved } = options;
  const theirs = await filesIn(source);
  if (!theirs) {
    throw new InputError(
      '`sourcePath`: the workspace has no such folder; fetch the source into it first, with `eks:source:fetch`',
    );
  }
  const ignored = await ignoredOf([source, target], theirs);
  const rules = ignored.length > 0 ? ['.gitignore'] : [];
  const plan: AdoptionPlan = { added: [], same: [], beside: [], ignored };
  const taken = new Set(theirs);
  const free = async (path: string, word: string) => {
    for (let number = 1; ; number += 1) {
      const name = besideOf(path, number === 1 ? word : `${word}-${number}`);
      if (!taken.has(name) && !(await exists(join(target, name)))) {
        taken.add(name);
        return name;
      }
    }
  };
  for (const path of theirs) {
    const place = await whatIsAt(target, path);
    const inactive = rules.includes(posix.basename(path));
    if (place === 'nothing' && !inactive && !isOneOf(path, reserved)) {
      plan.added.push(path);
    } else if (place === 'file' && (await same(source, target, path))) {
      plan.same.push(path);
    } else if (
      place === 'other' ||
      inactive ||
      isOneOf(path, reserved) ||
      isOneOf(path, generatedFirst)
    ) {
      // In no folders of its own: one of those may be a file here.
      const flat = `docs/brought-in/${path.replaceAll('/', '-')}`;
      const beside = await free(flat, 'original');
      plan.beside.push({ path, beside, whose: 'brought in' });
    } else {
      const beside = await free(path, 'slipway');
      plan.beside.push({ path, beside, whose: 'generated' });
    }
  }
  return plan;
}

/**
 * What git would leave out by the `.gitignore`s that are brought in, of either
 * side: a repository has files that its own rules ignore, and a `deploy/` in
 * them would take away what was generated.
 */
async function ignoredOf(roots: readonly string[], theirs: readonly string[]) {
  if (!theirs.some(path => posix.basename(path) === '.gitignore')) {
    return [];
  }
  const [dir] = roots;
  const files = new Set(
    (await Promise.all(roots.map(root => filesIn(root))))
      .flatMap(found => found ?? [])
      .filter(path => !path.startsWith(`${posix.basename(dir)}/`)),
  );
  const ignored: string[] = [];
  for (const filepath of files) {
    if (await git.isIgnored({ fs, dir, filepath })) {
      ignored.push(filepath);
    }
  }
  return ignored.sort();
}

/** Does what was planned. Done twice, or cut short and done again, it is the same. */
export async function adopt(
  { added, beside }: AdoptionPlan,
  options: { source: string; target: string },
): Promise<void> {
  const { source, target } = options;
  const bring = async (from: string, to: string) => {
    const place = resolveSafeChildPath(target, to);
    await mkdir(dirname(place), { recursive: true });
    await copyFile(resolveSafeChildPath(source, from), place);
  };
  for (const path of added) {
    await bring(path, path);
  }
  for (const pair of beside) {
    if (pair.whose === 'brought in') {
      await bring(pair.path, pair.beside);
      continue;
    }
    const away = resolveSafeChildPath(target, pair.beside);
    if (!(await exists(away))) {
      await rename(resolveSafeChildPath(target, pair.path), away);
    }
    await bring(pair.path, pair.path);
  }
}

/** `Dockerfile.slipway`, `README.slipway.md`: a name that means nothing to tools. */
export function besideOf(path: string, word: string): string {
  const { dir, name, ext } = posix.parse(path);
  return posix.join(dir, `${name}.${word}${ext}`);
}

/** Every file in a folder and below, with `/`; undefined when it is not there. */
export async function filesIn(root: string): Promise<string[] | undefined> {
  const walk = async (folder: string): Promise<string[]> => {
    const files: string[] = [];
    for (const entry of await entriesOf(join(root, folder))) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        files.push(...(await walk(path)));
      } else if (entry.isFile()) {
        files.push(path);
      }
    }
    return files;
  };
  return (await exists(root)) ? (await walk('')).sort() : undefined;
}

/** `other`: a folder is where a file shall be, or a file where a folder shall be. */
async function whatIsAt(
  root: string,
  path: string,
): Promise<'nothing' | 'file' | 'other'> {
  const parts = path.split('/');
  for (let length = 1; length <= parts.length; length += 1) {
    const found = await lookAt(join(root, ...parts.slice(0, length)));
    if (!found) {
      return 'nothing';
    }
    if (length === parts.length) {
      return found.isFile() ? 'file' : 'other';
    }
    if (!found.isDirectory()) {
      return 'other';
    }
  }
  return 'nothing';
}

async function same(source: string, target: string, path: string) {
  const [theirs, ours] = await Promise.all(
    [source, target].map(root => readFile(join(root, path))),
  );
  return theirs.equals(ours);
}
