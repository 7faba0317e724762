import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { git } from './git';

/** A repository's entry in GitHub's books. The rest is git's. */
export interface Repository {
  id: number;
  owner: string;
  ownerId: number;
  name: string;
  description: string;
  homepage: string;
  private: boolean;
  defaultBranch: string;
  topics: string[];
  /** ISO 8601. */
  createdAt: string;
  protectedBranches: string[];
  variables: Record<string, string>;
  /** Names alone: a secret's value is nobody's business. */
  secrets: string[];
  archived: boolean;
}

/** An organisation, or a user. */
export interface Owner {
  login: string;
  id: number;
  type: 'Organization' | 'User';
}

/** What GitHub accepts as the name of a repository. */
export const isRepositoryName = (name: string) =>
  /^[A-Za-z0-9._-]{1,100}$/.test(name) && name !== '.' && name !== '..';

const FIRST_ID = 900_000_001;

/** The repositories: a list in a file, and a bare git repository each. */
export class Repositories {
  readonly #directory: string;
  readonly #file: string;
  readonly owners: Owner[];
  #all: Repository[];

  constructor(options: { directory: string; owners: Owner[] }) {
    this.#directory = options.directory;
    this.#file = join(options.directory, 'repositories.json');
    this.owners = options.owners;
    mkdirSync(options.directory, { recursive: true });
    this.#all = existsSync(this.#file)
      ? JSON.parse(readFileSync(this.#file, 'utf8'))
      : [];
  }

  list(owner?: string): Repository[] {
    return this.#all.filter(
      repository => !owner || same(repository.owner, owner),
    );
  }

  find(owner: string, name: string): Repository | undefined {
    return this.#all.find(
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

  async create(
    owner: Owner,
    settings: Pick<Repository, 'name' | 'description' | 'homepage' | 'private'>,
    now: number,
  ): Promise<Repository> {
    const repository: Repository = {
      ...settings,
      id: Math.max(FIRST_ID, ...this.#all.map(({ id }) => id + 1)),
      owner: owner.login,
      ownerId: owner.id,
      defaultBranch: 'main',
      topics: [],
      createdAt: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
      protectedBranches: [],
      variables: {},
      secrets: [],
      archived: false,
    };
    // In the list at once: of two who ask for a name at the same time, one gets it.
    this.#all.push(repository);
    const directory = this.directoryOf(repository);
    mkdirSync(directory, { recursive: true });
    await git(directory, [
      'init',
      '--bare',
      '--quiet',
      '--initial-branch=main',
    ]);
    await git(directory, ['config', 'http.receivepack', 'true']);
    this.save();
    return repository;
  }

  remove(repository: Repository) {
    this.#all = this.#all.filter(({ id }) => id !== repository.id);
    rmSync(this.directoryOf(repository), { recursive: true, force: true });
    this.save();
  }

  /** To be called after a change of what `find` returned. */
  save() {
    writeFileSync(this.#file, JSON.stringify(this.#all, null, 2));
  }
}

/** GitHub does not tell upper from lower case in names. */
const same = (a: string, b: string) =>
  a.toLocaleLowerCase('en-US') === b.toLocaleLowerCase('en-US');
