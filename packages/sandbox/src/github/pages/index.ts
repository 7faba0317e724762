import type { NextFunction, Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { nothing } from '../../control/page/parts';
import { notFound } from '../errors';
import {
  git,
  headOf,
  isAncestor,
  listTree,
  log,
  readFile,
  readObject,
  splitRef,
} from '../git';
import { fullName, type Repositories, type Repository } from '../repositories';
import { wildcard } from '../rest/context';
import { page, POLICY, STYLE, STYLE_PATH } from './layout';
import { renderIndex, renderOwner } from './lists';
import {
  renderCommit,
  renderFile,
  renderPull,
  renderPulls,
  renderTree,
} from './repository';
import { renderRuns, type RunView } from './runs';

export type { RunView } from './runs';

/** What the pages are made from. */
export interface PagesOptions {
  repositories: Repositories;
  origin(): string;
  /** Runs of a repository's pipeline, newest first. */
  runsOf(fullName: string): readonly RunView[];
}

/** Pages for people: owners, repositories, files, commits and pipeline runs. */
export function createPages(options: PagesOptions): Router {
  const { repositories } = options;
  const router = PromiseRouter();
  router.use(secure);
  router.get(STYLE_PATH, (_, response) => {
    response.type('css').send(STYLE);
  });

  const find = (request: Request): Repository => {
    const { owner, repo } = request.params;
    const repository = repositories.find(owner, repo);
    if (!repository) {
      throw notFound();
    }
    return repository;
  };
  const send = (response: Response, text: string) =>
    response.type('html').send(text);

  router.get('/', (_, response) => {
    send(response, renderIndex(repositories.owners, repositories.list()));
  });
  router.get('/:owner', (request, response) => {
    const owner = repositories.owner(request.params.owner);
    if (!owner) {
      throw notFound();
    }
    send(response, renderOwner(owner, repositories.list(owner.login)));
  });
  router.get('/:owner/:repo', async (request, response) => {
    const repository = find(request);
    send(response, await tree(options, repository, repository.defaultBranch));
  });
  router.get('/:owner/:repo/tree/*', async (request, response) => {
    send(response, await tree(options, find(request), wildcard(request)));
  });
  router.get('/:owner/:repo/blob/*', async (request, response) => {
    const repository = find(request);
    const { place, content } = await file(options, repository, request);
    send(response, renderFile(place, content));
  });
  // The second is the form that `rawBaseUrl` of an integration gives.
  router.get(
    ['/:owner/:repo/raw/*', '/raw/:owner/:repo/*'],
    async (request, response) => {
      const { content } = await file(options, find(request), request);
      response.type('text').send(content);
    },
  );
  router.get('/:owner/:repo/commit/:sha', async (request, response) => {
    const repository = find(request);
    const directory = repositories.directoryOf(repository);
    const { sha } = request.params;
    if (!(await readObject(directory, 'commit', sha))) {
      throw notFound();
    }
    const [commit] = await log(directory, sha, { count: 1 });
    const patch = await git(directory, ['show', '--format=', '--patch', sha]);
    send(response, renderCommit(repository, commit, patch.toString('utf8')));
  });
  router.get('/:owner/:repo/pulls', (request, response) => {
    send(response, renderPulls(find(request)));
  });
  router.get('/:owner/:repo/pull/:number', async (request, response) => {
    const repository = find(request);
    const pull = repository.pulls.find(
      ({ number }) => String(number) === request.params.number,
    );
    if (!pull) {
      throw notFound();
    }
    const directory = repositories.directoryOf(repository);
    const [base, head] = [
      await headOf(directory, pull.base),
      await headOf(directory, pull.head),
    ];
    const isOpen = base && head && !(await isAncestor(directory, head, base));
    const patch = isOpen
      ? await git(directory, ['diff', `${base}...${head}`])
      : Buffer.alloc(0);
    send(response, renderPull(repository, pull, patch.toString('utf8')));
  });
  router.get('/:owner/:repo/actions', (request, response) => {
    const repository = find(request);
    send(
      response,
      renderRuns(repository, options.runsOf(fullName(repository))),
    );
  });
  router.use(() => {
    throw notFound();
  });
  return router;
}

/** The page for what is not there, or went wrong. */
export const renderProblem = (message: string): string =>
  page({
    title: message,
    crumbs: [{ text: 'All repositories', href: '/' }],
    body: nothing('There is no such page here.'),
  });

function secure(_: Request, response: Response, next: NextFunction) {
  response.set({
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  next();
}

async function tree(
  options: PagesOptions,
  repository: Repository,
  refAndPath: string,
): Promise<string> {
  const directory = options.repositories.directoryOf(repository);
  const cloneUrl = `${options.origin()}/${fullName(repository)}.git`;
  const found = await splitRef(directory, refAndPath);
  if (!found) {
    if (refAndPath !== repository.defaultBranch) {
      throw notFound();
    }
    return renderTree(
      { repository, ref: refAndPath, path: '' },
      { entries: [], commits: [], cloneUrl },
    );
  }
  const { ref, sha, path } = found;
  const entries = await listTree(directory, sha, { path }).catch(() => {
    throw notFound();
  });
  const readme = path ? undefined : await readFile(directory, sha, 'README.md');
  return renderTree(
    { repository, ref, path },
    {
      entries,
      commits: path ? [] : await log(directory, sha, { count: 10 }),
      cloneUrl,
      ...(readme && { readme: readme.toString('utf8') }),
    },
  );
}

async function file(
  options: PagesOptions,
  repository: Repository,
  request: Request,
) {
  const directory = options.repositories.directoryOf(repository);
  const found = await splitRef(directory, wildcard(request));
  const content = found && (await readFile(directory, found.sha, found.path));
  if (!found || !content) {
    throw notFound();
  }
  return { place: { repository, ref: found.ref, path: found.path }, content };
}
