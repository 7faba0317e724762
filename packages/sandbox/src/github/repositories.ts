import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { git } from './git';

/** What a branch is protected with, as the caller said it. */
export type Protection = Record<string, unknown>;

/** A proposal to take one branch into another. */
export interface PullRequest {
  number: number;
  title: string;
  body: string;
  draft: boolean;
  state: 'open' | 'closed';
  /** Name of the branch that has the change. */
  head: string;
  /** Name of the branch that is to have it. */
  base: string;
  labels: string[];
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  /** When and as which commit it was merged. */
  merged?: { at: string; sha: string; headSha: string };
}

/** Switches of a repository, with the names that the REST API gives them. */
export interface Settings {
  allow_auto_merge: boolean;
  allow_merge_commit: boolean;
  allow_rebase_merge: boolean;
  allow_squash_merge: boolean;
  allow_update_branch: boolean;
  delete_branch_on_merge: boolean;
  has_issues: boolean;
  has_projects: boolean;
  has_wiki: boolean;
}

/** What {@link Settings} are when nobody says anything else. */
export const USUAL_SETTINGS: Settings = {
  allow_auto_merge: false,
  allow_merge_commit: true,
  allow_rebase_merge: true,
  allow_squash_merge: true,
  allow_update_branch: false,
  delete_branch_on_merge: false,
  has_issues: true,
  has_projects: true,
  has_wiki: true,
};

/** A repository's entry in the books of its host. The rest is git's. */
export interface Repository {
  /** Never used again, as in the subjects of GitHub's OIDC tokens. */
  id: number;
  owner: string;
  ownerId: number;
  name: string;
  description: string;
  homepage: string;
  visibility: 'public' | 'private' | 'internal';
  archived: boolean;
  defaultBranch: string;
  settings: Settings;
  topics: string[];
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601; the last time a branch moved. */
  pushedAt: string;
  /** By branch. */
  protection: Record<string, Protection>;
  /** Permission by user. */
  collaborators: Record<string, string>;
  /** Permission by team. */
  teams: Record<string, string>;
  variables: Record<string, string>;
  /** Names alone: a secret's value is nobody's business. */
  secrets: string[];
  /** Claims that the subject of the pipelines' OIDC tokens is made of. */
  oidcSubject?: { use_default: boolean; include_claim_keys: string[] };
  pulls: PullRequest[];
}

/** An organisation, or a user. */
export interface Owner {
  login: string;
  id: number;
  type: 'Organization' | 'User';
  /** Slugs of an organisation's teams. */
  teams?: readonly string[];
}

/** What GitHub says is wrong with the name of a repository, if anything. */
export function repositoryNameProblem(name: string): string | undefined {
  if (name.length > 100) {
    return 'name is too long (maximum is 100 characters)';
  }
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    return 'name can only contain ASCII letters, digits, and the characters ., -, and _';
  }
  return /^\.{1,2}$|\.(git|wiki)$/i.test(name) ? 'name is reserved' : undefined;
}

/** What {@link Repositories.create} is told. */
export type NewRepository = Pick<
  Repository,
  'name' | 'description' | 'homepage' | 'visibility' | 'settings'
>;

interface Books {
  /** Ids are never given twice, so that a new repository is not an old one. */
  nextId: number;
  repositories: Repository[];
}

const FIRST_ID = 900_000_001;

/** The repositories: a list in a file, and a bare git repository each. */
export class Repositories {
  readonly #directory: string;
  readonly #file: string;
  readonly #books: Books;
  readonly owners: readonly Owner[];

  /**
   * @param options - `directory`: what is in it already is taken over; `file`:
   * where the list is kept in it
   */
  constructor(options: {
    directory: string;
    file: string;
    owners: readonly Owner[];
  }) {
    this.#directory = options.directory;
    this.#file = join(options.directory, options.file);
    this.owners = options.owners;
    mkdirSync(options.directory, { recursive: true });
    this.#books = existsSync(this.#file)
      ? JSON.parse(readFileSync(this.#file, 'utf8'))
      : { nextId: FIRST_ID, repositories: [] };
  }

  /** By name; of one owner alone where that is given. */
  list(owner?: string): Repository[] {
    return this.#books.repositories
      .filter(repository => !owner || same(repository.owner, owner))
      .sort((a, b) => fullName(a).localeCompare(fullName(b)));
  }

  find(owner: string, name: string): Repository | undefined {
    return this.#books.repositories.find(
      repository =>
        same(repository.owner, owner) && same(repository.name, name),
    );
  }

  owner(login: string): Owner | undefined {
    return this.owners.find(owner => same(owner.login, login));
  }

  /** Where the bare repository is. */
  directoryOf({ owner, name }: Repository): string {
    return join(this.#directory, owner, `${name}.git`);
  }

  /** Makes an empty repository; the name must be free and valid. */
  async create(
    owner: Owner,
    details: NewRepository,
    now: number,
  ): Promise<Repository> {
    const time = timeText(now);
    const repository: Repository = {
      ...details,
      id: this.#books.nextId++,
      owner: owner.login,
      ownerId: owner.id,
      archived: false,
      defaultBranch: 'main',
      topics: [],
      createdAt: time,
      pushedAt: time,
      protection: {},
      collaborators: {},
      teams: {},
      variables: {},
      secrets: [],
      pulls: [],
    };
    // In the list at once: of two who ask for a name at the same time, one gets it.
    this.#books.repositories.push(repository);
    try {
      const directory = this.directoryOf(repository);
      // What a crash left behind belongs to nobody.
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory, { recursive: true });
      await git(directory, [
        'init',
        '--bare',
        '--quiet',
        '--template=',
        '--initial-branch=main',
      ]);
    } catch (error) {
      this.remove(repository);
      throw error;
    }
    this.save();
    return repository;
  }

  /** Changes what new clones check out. */
  async setDefaultBranch(repository: Repository, branch: string) {
    await git(this.directoryOf(repository), [
      'symbolic-ref',
      'HEAD',
      `refs/heads/${branch}`,
    ]);
    repository.defaultBranch = branch;
    this.save();
  }

  remove(repository: Repository): void {
    this.#books.repositories = this.#books.repositories.filter(
      ({ id }) => id !== repository.id,
    );
    rmSync(this.directoryOf(repository), { recursive: true, force: true });
    this.save();
  }

  /** To be called after a change of what `find` returned. */
  save(): void {
    // A crash leaves the old books or the new ones, never half of them.
    const draft = `${this.#file}.new`;
    writeFileSync(draft, JSON.stringify(this.#books, null, 2));
    renameSync(draft, this.#file);
  }
}

/** `owner/name` */
export const fullName = ({ owner, name }: Repository) => `${owner}/${name}`;

/** A time as GitHub writes it: ISO 8601 without fractions of a second. */
export const timeText = (now: number) =>
  new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

/** GitHub does not tell upper from lower case in names. */
const same = (a: string, b: string) =>
  a.toLocaleLowerCase('en-US') === b.toLocaleLowerCase('en-US');
