import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import express, {
  type NextFunction,
  type Request,
  type Response,
} from 'express';
import {
  close,
  cutConnection,
  interrupt,
  journalRequest,
  listen,
  type HttpAnswer,
} from '../core';
import type { Fault, RequestInfo, StandInContext } from '../types';
import {
  advertiseRefs,
  headOf,
  listTree,
  log,
  readFile,
  serveService,
  type GitService,
} from './git';
import {
  renderFile,
  renderIndex,
  renderRuns,
  renderTree,
  type RunLine,
} from './pages';
import { Repositories, type Repository } from './repositories';
import { createRest, GitHubError } from './rest';

export { git } from './git';
export type { Repository } from './repositories';

export interface GitHubOptions {
  context: StandInContext;
  /** 0 for any free port. */
  port: number;
  /** Where the repositories are kept. */
  directory: string;
  organisations: { login: string; id: number }[];
  /** The one token that may write. */
  token: string;
  /** After a push that moved a branch. */
  onPush(push: { repository: Repository; branch: string; sha: string }): void;
  /** Runs of a repository's pipeline, newest first. */
  runsOf(fullName: string): RunLine[];
}

/** A running stand-in for GitHub. */
export interface GitHubStandIn {
  url: string;
  repositories: Repositories;
  stop(): Promise<void>;
}

/** GitHub's REST API, git over HTTP, and pages to look at. */
export async function startGitHub(
  options: GitHubOptions,
): Promise<GitHubStandIn> {
  const { context } = options;
  const repositories = new Repositories({
    directory: options.directory,
    owners: options.organisations.map(organisation => ({
      ...organisation,
      type: 'Organization',
    })),
  });
  let origin = '';
  const app = express();
  app.disable('x-powered-by');
  app.use(withFaults(context));
  app.use('/:owner/:repo.git', (request, response, next) =>
    serveGit(options, repositories, request, response).catch(next),
  );
  app.use(
    '/api/v3',
    createRest({
      repositories,
      origin: () => origin,
      token: options.token,
      now: context.now,
    }),
  );
  app.use(createPages(options, repositories));
  app.use(
    (error: unknown, _: Request, response: Response, next: NextFunction) => {
      if (response.headersSent) {
        next(error);
        return;
      }
      const known =
        error instanceof GitHubError
          ? error
          : new GitHubError(500, 'Server Error');
      if (known !== error) {
        context.log(`github: ${(error as Error)?.stack}`);
      }
      response.status(known.status).json(known.toBody());
    },
  );
  const server = createServer(app);
  const port = await listen(server, options.port, 'the GitHub stand-in');
  origin = `http://localhost:${port}`;
  return { url: origin, repositories, stop: () => close(server) };
}

/** Lets faults take requests, and keeps the journal. */
function withFaults(context: StandInContext) {
  return async (request: Request, response: Response, next: NextFunction) => {
    const info = describe(request);
    if (!info) {
      next();
      return;
    }
    const startedAt = context.now();
    const interruption = await interrupt({
      context,
      info,
      request,
      response,
      failure: faultAnswer,
    });
    if (interruption === 'taken') {
      return;
    }
    if (interruption === 'cut-after') {
      cutInsteadOfAnswering(request, response);
    }
    response.once('close', () =>
      journalRequest(context, info, startedAt, {
        status: interruption === 'cut-after' ? 0 : response.statusCode,
      }),
    );
    next();
  };
}

function cutInsteadOfAnswering(
  request: IncomingMessage,
  response: ServerResponse,
) {
  const cut = () => {
    cutConnection(request);
    return response;
  };
  // The call is done when it would have been answered.
  response.writeHead = cut;
  response.end = cut;
  response.write = () => true;
}

/** What a request is called; pages for people are not in the journal. */
function describe(request: Request): RequestInfo | undefined {
  const { method, path } = request;
  const gitPath = /^\/([^/]+)\/([^/]+)\.git\/(.+)$/.exec(path);
  if (gitPath) {
    const [, owner, repo, rest] = gitPath;
    return {
      service: 'git',
      operation:
        rest === 'info/refs' ? String(request.query.service ?? rest) : rest,
      target: `${owner}/${repo}`,
    };
  }
  const rest = /^\/api\/v3(\/.*)$/.exec(path)?.[1];
  if (rest === undefined) {
    return undefined;
  }
  const repository = /^\/repos\/([^/]+)\/([^/]+)/.exec(rest);
  return {
    service: 'github',
    operation: `${method} ${routeForm(rest)}`,
    ...(repository && { target: `${repository[1]}/${repository[2]}` }),
  };
}

/** `/repos/acme/orders/topics` as `/repos/{owner}/{repo}/topics`. */
function routeForm(path: string): string {
  return path
    .replace(/^\/repos\/[^/]+\/[^/]+/, '/repos/{owner}/{repo}')
    .replace(/^\/orgs\/[^/]+/, '/orgs/{org}')
    .replace(/^\/users\/[^/]+/, '/users/{username}')
    .replace(/\/branches\/[^/]+/, '/branches/{branch}')
    .replace(/\/contents\/.*$/, '/contents/{path}')
    .replace(/\/commits\/[^/]+/, '/commits/{ref}')
    .replace(/\/(tarball|zipball)\/.*$/, '/$1/{ref}')
    .replace(/\/(trees|blobs)\/[^/]+/, '/$1/{sha}');
}

function faultAnswer(fault: Fault): HttpAnswer {
  const [status, message]: [number, string] = {
    throttle: [403, 'API rate limit exceeded'] as [number, string],
    'access-denied': [403, 'Resource not accessible by integration'] as [
      number,
      string,
    ],
    'expired-token': [401, 'Bad credentials'] as [number, string],
    timeout: [504, 'Gateway Timeout'] as [number, string],
  }[fault.kind as string] ?? [500, 'Server Error'];
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(fault.kind === 'throttle' && {
        'retry-after': '1',
        'x-ratelimit-remaining': '0',
      }),
    },
    body: JSON.stringify(new GitHubError(status, message).toBody()),
    error: message,
  };
}

const services: readonly string[] = ['git-upload-pack', 'git-receive-pack'];

async function serveGit(
  options: GitHubOptions,
  repositories: Repositories,
  request: Request,
  response: Response,
): Promise<void> {
  const { owner, repo } = request.params;
  const repository = repositories.find(owner, repo);
  const advertise = request.path === '/info/refs';
  const service = advertise
    ? String(request.query.service)
    : request.path.slice(1);
  if (!repository || !services.includes(service)) {
    response.status(404).type('text').send('Repository not found.');
    return;
  }
  const needsToken = service === 'git-receive-pack' || repository.private;
  if (needsToken && !hasToken(request, options.token)) {
    response
      .status(401)
      .setHeader('www-authenticate', 'Basic realm="GitHub stand-in"')
      .type('text')
      .send('Authentication failed.');
    return;
  }
  const directory = repositories.directoryOf(repository);
  response.setHeader('cache-control', 'no-cache');
  if (advertise) {
    response
      .type(`application/x-${service}-advertisement`)
      .send(await advertiseRefs(directory, service as GitService));
    return;
  }
  response.type(`application/x-${service}-result`);
  const branch = repository.defaultBranch;
  const before = await headOf(directory, `refs/heads/${branch}`);
  await serveService(directory, service as GitService, request, response);
  const sha = await headOf(directory, `refs/heads/${branch}`);
  if (service === 'git-receive-pack' && sha && sha !== before) {
    options.onPush({ repository, branch, sha });
  }
}

/** Git sends the token as the password, under one name or another. */
function hasToken(request: Request, token: string): boolean {
  const [, basic] =
    /^Basic (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const [, bearer] =
    /^(?:Bearer|token) (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const [user, password] = Buffer.from(basic ?? '', 'base64')
    .toString('utf8')
    .split(':');
  return [user, password, bearer].includes(token);
}

function createPages(
  options: GitHubOptions,
  repositories: Repositories,
): express.Router {
  const router = express.Router();
  const find = (request: Request) => {
    const repository = repositories.find(
      request.params.owner,
      request.params.repo,
    );
    if (!repository) {
      throw new GitHubError(404, 'Not Found');
    }
    return repository;
  };
  router.get('/', (_, response) => {
    response.type('html').send(renderIndex(repositories.list()));
  });
  const tree = async (
    repository: Repository,
    branch: string,
    path: string,
  ): Promise<string> => {
    const directory = repositories.directoryOf(repository);
    const sha = await headOf(directory, branch);
    const readme =
      sha && !path && (await readFile(directory, sha, 'README.md'));
    return renderTree({
      repository,
      branch,
      path,
      entries: sha ? await listTree(directory, sha, { path }) : [],
      commits: sha && !path ? await log(directory, sha, 10) : [],
      ...(readme && { readme: readme.toString('utf8') }),
    });
  };
  router.get('/:owner/:repo', async (request, response, next) => {
    try {
      const repository = find(request);
      response
        .type('html')
        .send(await tree(repository, repository.defaultBranch, ''));
    } catch (error) {
      next(error);
    }
  });
  router.get('/:owner/:repo/actions', (request, response) => {
    const repository = find(request);
    response
      .type('html')
      .send(
        renderRuns(
          repository,
          options.runsOf(`${repository.owner}/${repository.name}`),
        ),
      );
  });
  router.get(
    '/:owner/:repo/:kind(blob|tree|raw)/:branch/*',
    async (request, response, next) => {
      try {
        const repository = find(request);
        const { kind, branch } = request.params;
        const path = (request.params as Record<string, string>)[0];
        if (kind === 'tree') {
          response
            .type('html')
            .send(await tree(repository, branch, path.replace(/\/$/, '')));
          return;
        }
        const directory = repositories.directoryOf(repository);
        const sha = await headOf(directory, branch);
        const content = sha && (await readFile(directory, sha, path));
        if (!content) {
          throw new GitHubError(404, 'Not Found');
        }
        if (kind === 'raw') {
          response.type('text').send(content);
        } else {
          response.type('html').send(renderFile(repository, path, content));
        }
      } catch (error) {
        next(error);
      }
    },
  );
  return router;
}
