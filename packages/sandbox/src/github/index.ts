import { createServer } from 'node:http';
import express, {
  type NextFunction,
  type Request,
  type Response,
} from 'express';
import { close, listen } from '../core';
import type { StandInContext } from '../types';
import { GitHubError } from './errors';
import { CREATION, withFaults } from './faults';
import { GitError } from './git';
import { createGitRoutes } from './gitRoutes';
import { createPages, renderProblem, type RunView } from './pages';
import { Repositories, type Owner } from './repositories';
import { createApi, type BranchMove } from './rest';
import { type OAuthApp, SignIn } from './signIn';

export { git, gitLine } from './git';
export type { RunView } from './pages';
export type { Repositories, Repository } from './repositories';
export type { BranchMove } from './rest';
export type { OAuthApp } from './signIn';

/** An organisation that has repositories. */
export interface Organisation {
  login: string;
  /** As in the subjects of GitHub's OIDC tokens. */
  id: number;
  /** Slugs of its teams; default `payments` and `platform`. */
  teams?: readonly string[];
}

/** What {@link startGitHub} needs. */
export interface GitHubOptions {
  context: StandInContext;
  /** 0 for any free port. */
  port: number;
  /** Where the repositories are kept; they outlive the process with it. */
  directory: string;
  organisations: readonly Organisation[];
  /** The one token there is: it may see and do everything. */
  token: string;
  /** What portals sign people in with. */
  oauthApp: OAuthApp;
  /** After a push, a merge or a call that moved a default branch. */
  onPush(push: BranchMove): void;
  /** Runs of a repository's pipeline, newest first. */
  runsOf(fullName: string): readonly RunView[];
}

/** A running stand-in for GitHub. */
export interface GitHubStandIn {
  /** Such as `http://localhost:7102`; its API is at `/api/v3`. */
  url: string;
  repositories: Repositories;
  stop(): Promise<void>;
}

const TEAMS = ['payments', 'platform'];

/** People who can sign in; the token belongs to the first. */
const USERS: readonly Owner[] = [
  { login: 'guest', id: 150_000_001, type: 'User' },
  { login: 'robin', id: 150_000_002, type: 'User' },
];

/** GitHub's API, git over HTTP, and pages to look at. */
export async function startGitHub(
  options: GitHubOptions,
): Promise<GitHubStandIn> {
  const { context, token, onPush, runsOf } = options;
  const repositories = new Repositories({
    directory: options.directory,
    file: 'github.json',
    owners: [
      ...options.organisations.map(({ login, id, teams = TEAMS }): Owner => ({
        login,
        id,
        teams,
        type: 'Organization',
      })),
      ...USERS,
    ],
  });
  const signIn = new SignIn({
    app: options.oauthApp,
    repositories,
    now: context.now,
  });
  let url = '';
  const common = {
    repositories,
    token,
    now: context.now,
    origin: () => url,
    moved: onPush,
  };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // What is to be made is named in the body alone, and faults go by names.
  app.post(CREATION, express.json({ limit: '64mb', type: () => true }));
  app.use(withFaults(context));
  app.use(createGitRoutes(common));
  app.use(
    '/api',
    createApi({ ...common, userOf: shown => signIn.userOf(shown) }),
    answerApiErrors(context),
  );
  app.use(signIn.routes());
  app.use(createPages({ repositories, origin: () => url, runsOf }));
  app.use(answerPageErrors(context));
  const server = createServer(app);
  const port = await listen(server, options.port, 'the GitHub stand-in');
  url = `http://localhost:${port}`;
  return { url, repositories, stop: () => close(server) };
}

/** What an error is in GitHub's words; what nobody expected is logged. */
function toGitHubError(error: unknown, context: StandInContext): GitHubError {
  if (error instanceof GitHubError) {
    return error;
  }
  if (error instanceof SyntaxError) {
    return new GitHubError(400, 'Problems parsing JSON');
  }
  if (error instanceof URIError) {
    return new GitHubError(400, 'Bad Request');
  }
  if (error instanceof GitError) {
    // What git refuses, the caller has asked for: a branch that has just moved.
    return new GitHubError(422, error.message);
  }
  context.log(
    `github: ${error instanceof Error ? error.stack : String(error)}`,
  );
  return new GitHubError(500, 'Server Error');
}

const answerApiErrors =
  (context: StandInContext) =>
  (error: unknown, _: Request, response: Response, next: NextFunction) => {
    const known = toGitHubError(error, context);
    if (response.headersSent) {
      next(error);
    } else {
      response.status(known.status).json(known.toBody());
    }
  };

const answerPageErrors =
  (context: StandInContext) =>
  (error: unknown, _: Request, response: Response, next: NextFunction) => {
    const { status, message } = toGitHubError(error, context);
    if (response.headersSent) {
      next(error);
    } else {
      response.status(status).type('html').send(renderProblem(message));
    }
  };
