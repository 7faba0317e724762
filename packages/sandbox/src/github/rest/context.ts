import type { Request, Response, Router } from 'express';
import { callerOf } from '../auth';
import { GitHubError, notFound } from '../errors';
import { isRecord } from '../../core';
import { headOf, listRefs, resolveCommit, type Signature } from '../git';
import {
  timeText,
  type Owner,
  type Repositories,
  type Repository,
} from '../repositories';

/** A default branch that points at something else than before. */
export interface BranchMove {
  repository: Repository;
  branch: string;
  sha: string;
  /** Where it was before; undefined for its first commit. */
  before?: string;
}

/** What the REST API is made from. */
export interface RestOptions {
  repositories: Repositories;
  /** Origin of the whole stand-in, such as `http://localhost:7102`. */
  origin(): string;
  token: string;
  /** Who has signed in and got this token. */
  userOf(token: string | undefined): Owner | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
  /** After a call that moved a default branch. */
  moved(move: BranchMove): void;
}

/** Adds some of the calls to the API. */
export type AddCalls = (router: Router, rest: RestContext) => void;

/** What the calls have in common. */
export class RestContext {
  readonly repositories: Repositories;

  constructor(private readonly options: RestOptions) {
    this.repositories = options.repositories;
  }

  get origin(): string {
    return this.options.origin();
  }

  get now(): string {
    return timeText(this.options.now());
  }

  get nowMs(): number {
    return this.options.now();
  }

  /** The user that the token belongs to. */
  get user(): Owner {
    const user = this.repositories.owners.find(({ type }) => type === 'User');
    if (!user) {
      throw notFound();
    }
    return user;
  }

  /** The repository of a path with `:owner` and `:repo`. @throws GitHubError */
  find(request: Request): Repository {
    const { owner, repo } = request.params;
    const repository = this.repositories.find(owner, repo);
    if (
      !repository ||
      // What is private is not there for those who may not see it.
      (repository.visibility !== 'public' &&
        callerOf(request, this.options.token) !== 'known')
    ) {
      throw notFound();
    }
    if (repository.archived && ['POST', 'PUT'].includes(request.method)) {
      throw new GitHubError(403, 'Repository was archived so is read-only.');
    }
    return repository;
  }

  directoryOf(repository: Repository): string {
    return this.repositories.directoryOf(repository);
  }

  /** The commit that a branch, tag or id stands for. @throws GitHubError */
  async commitOf(repository: Repository, ref: string): Promise<string> {
    const directory = this.directoryOf(repository);
    const sha = await resolveCommit(directory, ref);
    if (sha) {
      return sha;
    }
    throw (await headOf(directory, repository.defaultBranch))
      ? new GitHubError(404, `No commit found for the ref ${ref}`)
      : new GitHubError(409, 'Git Repository is empty.');
  }

  /** The branches and what they point at. */
  async branches(
    repository: Repository,
  ): Promise<{ name: string; sha: string }[]> {
    const refs = await listRefs(this.directoryOf(repository), 'refs/heads/');
    return refs.map(({ ref, sha }) => ({
      name: ref.slice('refs/heads/'.length),
      sha,
    }));
  }

  /**
   * Does what moves branches, and tells of the default one if it is among
   * them.
   */
  async moving<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
    return watchingDefaultBranch(this.options, repository, work);
  }
}

/** Does some work and tells whether the default branch has moved in it. */
export async function watchingDefaultBranch<T>(
  options: Pick<RestOptions, 'repositories' | 'now' | 'moved'>,
  repository: Repository,
  work: () => Promise<T>,
): Promise<T> {
  const directory = options.repositories.directoryOf(repository);
  const branch = repository.defaultBranch;
  const before = await headOf(directory, branch);
  const result = await work();
  repository.pushedAt = timeText(options.now());
  options.repositories.save();
  const sha = await headOf(directory, branch);
  if (sha && sha !== before) {
    options.moved({ repository, branch, sha, before });
  }
  return result;
}

/** A field of a body or query that is to be text; empty when it is not. */
export const text = (value: unknown): string =>
  typeof value === 'string' ? value : '';

/** Who a body says has written something; git's usual when it says nothing. */
export function signature(value: unknown): Partial<Signature> | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  // eslint-disable-next-line no-control-regex -- they end up in an environment
  const line = (field: unknown) => text(field).replace(/[\u0000-\u001f]/g, ' ');
  return {
    name: line(value.name),
    email: line(value.email),
    date: line(value.date),
  };
}

/** What a `*` at the end of a path stands for. */
export const wildcard = (request: Request): string => request.params[0] ?? '';

/** A non-negative number of a query. */
function count(value: unknown, fallback: number, max = Infinity): number {
  const number = Number(text(value) || fallback);
  return Number.isInteger(number) && number > 0
    ? Math.min(number, max)
    : fallback;
}

/** Which part of a list is wanted. */
export function pageOf(request: Request): { page: number; perPage: number } {
  return {
    page: count(request.query.page, 1),
    perPage: count(request.query.per_page, 30, 100),
  };
}

/** Says in GitHub's way that there is a next page. */
export function linkNextPage(
  rest: RestContext,
  request: Request,
  response: Response,
): void {
  const { page } = pageOf(request);
  const url = new URL(request.originalUrl, rest.origin);
  url.searchParams.set('page', String(page + 1));
  response.setHeader('link', `<${url}>; rel="next"`);
}

/** Sends the part of a list that is wanted. */
export function sendPage(
  rest: RestContext,
  request: Request,
  response: Response,
  items: readonly object[],
): void {
  const { page, perPage } = pageOf(request);
  if (items.length > page * perPage) {
    linkNextPage(rest, request, response);
  }
  response.json(items.slice((page - 1) * perPage, page * perPage));
}
