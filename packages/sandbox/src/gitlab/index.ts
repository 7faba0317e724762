import { createServer } from 'node:http';
import express, {
  type NextFunction,
  type Request,
  type Response,
} from 'express';
import { close, listen, type HttpAnswer } from '../core';
import { GitHubError } from '../github/errors';
import { describeGit, interruptible } from '../github/faults';
import { GitError } from '../github/git';
import { createGitRoutes } from '../github/gitRoutes';
import { createPages, renderProblem, type RunView } from '../github/pages';
import { Repositories, type Owner } from '../github/repositories';
import type { BranchMove } from '../github/rest';
import type { Fault, RequestInfo, StandInContext } from '../types';
import { GitLabError } from './errors';
import { createApi } from './rest';

/** What {@link startGitLab} needs. */
export interface GitLabOptions {
  context: StandInContext;
  /** 0 for any free port. */
  port: number;
  /** Where the projects are kept; they outlive the process with it. */
  directory: string;
  /** Paths of the groups that have projects. */
  groups: readonly string[];
  /** The one token there is: it may see and do everything. */
  token: string;
  /** After a push that moved a default branch. */
  onPush(push: BranchMove): void;
  /** Runs of a project's pipeline, newest first. */
  runsOf(fullName: string): readonly RunView[];
}

/** A running stand-in for GitLab. */
export interface GitLabStandIn {
  /** Such as `http://localhost:7103`; its API is at `/api/v4`. */
  url: string;
  projects: Repositories;
  stop(): Promise<void>;
}

const FIRST_GROUP = 9_000_001;

/** The user that the token belongs to. */
const USER: Owner = { login: 'root', id: 1, type: 'User' };

/**
 * What publishes, reads, archives and deletes projects: GitLab's API as far as
 * that takes, git over HTTP, and pages to look at. Git and pages are the same as
 * those of the GitHub stand-in.
 */
export async function startGitLab(
  options: GitLabOptions,
): Promise<GitLabStandIn> {
  const { context, token, onPush, runsOf } = options;
  const projects = new Repositories({
    directory: options.directory,
    file: 'gitlab.json',
    owners: [
      ...options.groups.map((login, index): Owner => ({
        login,
        id: FIRST_GROUP + index,
        type: 'Organization',
      })),
      USER,
    ],
  });
  let url = '';
  const origin = () => url;
  const { now } = context;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(interruptible({ context, describe, failure }));
  app.use(
    createGitRoutes({ repositories: projects, token, now, moved: onPush }),
  );
  app.use(
    '/api/v4',
    createApi({ projects, origin, token, now }),
    answerApiErrors(context),
  );
  app.use(asPages);
  app.use(createPages({ repositories: projects, origin, runsOf }));
  app.use(answerPageErrors);
  const server = createServer(app);
  const port = await listen(server, options.port, 'the GitLab stand-in');
  url = `http://localhost:${port}`;
  return { url, projects, stop: () => close(server) };
}

/** GitLab's addresses of pages: `/acme/orders/-/blob/main/README.md`. */
function asPages(request: Request, _: Response, next: NextFunction) {
  request.url = request.url
    .replace(/^(\/[^/]+\/[^/]+)\/-\/pipelines/, '$1/actions')
    .replace(/^(\/[^/]+\/[^/]+)\/-\/merge_requests/, '$1/pulls')
    .replace(/^(\/[^/]+\/[^/]+)\/-\//, '$1/');
  next();
}

/** What a request is called; pages for people are not in the journal. */
function describe(request: Request): RequestInfo | undefined {
  const { method, path } = request;
  const rest = /^\/api\/v4(\/.*)$/.exec(path)?.[1];
  if (rest === undefined) {
    return describeGit(path);
  }
  const id = /^\/projects\/([^/]+)/.exec(rest)?.[1];
  return {
    service: 'gitlab',
    operation: `${method} ${rest
      .replace(/^(\/(?:projects|groups|users|namespaces))\/[^/]+/, '$1/:id')
      .replace(/\/files\/[^/]+/, '/files/:file_path')}`,
    ...(id !== undefined && { target: decodeURIComponent(id) }),
  };
}

const FAILURES: Partial<Record<Fault['kind'], [number, string]>> = {
  throttle: [429, 'Too Many Requests'],
  'access-denied': [403, 'Forbidden'],
  'expired-token': [401, 'Unauthorized'],
  timeout: [504, 'Gateway Timeout'],
};

function failure({ kind }: Fault): HttpAnswer {
  const [status, message] = FAILURES[kind] ?? [500, 'Internal Server Error'];
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(kind === 'throttle' && { 'retry-after': '1' }),
    },
    body: JSON.stringify(new GitLabError(status, message).toBody()),
    error: message,
  };
}

const answerApiErrors =
  (context: StandInContext) =>
  (error: unknown, _: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    let known = new GitLabError(500, 'Internal Server Error');
    if (error instanceof GitLabError) {
      known = error;
    } else if (error instanceof SyntaxError || error instanceof GitError) {
      known = new GitLabError(400, error.message);
    } else {
      context.log(
        `gitlab: ${error instanceof Error ? error.stack : String(error)}`,
      );
    }
    response.status(known.status).json(known.toBody());
  };

const answerPageErrors = (
  error: unknown,
  _: Request,
  response: Response,
  next: NextFunction,
) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const [status, message] =
    error instanceof GitHubError
      ? [error.status, error.message]
      : [500, 'Server Error'];
  response.status(status).type('html').send(renderProblem(message));
};
