import type { ServerResponse } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import {
  cutConnection,
  interrupt,
  journalRequest,
  type HttpAnswer,
} from '../core';
import type { Fault, RequestInfo, StandInContext } from '../types';
import { GitHubError } from './errors';

/** `/{owner}/{repo}` with or without `.git`, then one of git's three calls. */
export const GIT_PATH =
  /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** The call that makes a repository of an organisation. */
export const CREATION = /^\/api\/v3\/orgs\/([^/]+)\/repos$/;

/** Lets faults take GitHub's requests, and keeps the journal. */
export const withFaults = (context: StandInContext) =>
  interruptible({
    context,
    describe,
    failure: fault => faultAnswer(fault, context.now()),
  });

/**
 * Lets faults take requests, and keeps the journal.
 *
 * @param options - `describe`: what a request is called, undefined for one that
 * nobody counts; `failure`: what is answered instead
 */
export function interruptible(options: {
  context: StandInContext;
  describe(request: Request): RequestInfo | undefined;
  failure(fault: Fault): HttpAnswer;
}) {
  const { context, describe: name, failure } = options;
  return async (request: Request, response: Response, next: NextFunction) => {
    const info = name(request);
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
      failure,
    });
    if (interruption === 'taken') {
      return;
    }
    const cut = interruption === 'cut-after';
    if (cut) {
      insteadOfAnswering(response, () => cutConnection(request));
    }
    if (interruption === 'hang-after') {
      insteadOfAnswering(response, () =>
        journalRequest(context, info, startedAt, { status: 0, error: 'hang' }),
      );
      next();
      return;
    }
    response.once('close', () => {
      const failed = cut || response.statusCode >= 400;
      journalRequest(context, info, startedAt, {
        status: cut ? 0 : response.statusCode,
        ...(failed && { error: cut ? 'reset' : response.statusMessage }),
      });
    });
    next();
  };
}

/** The call has its effect; when it would be answered, something else happens. */
function insteadOfAnswering(response: ServerResponse, happens: () => void) {
  response.writeHead = () => response;
  response.write = () => true;
  response.end = () => {
    happens();
    return response;
  };
}

/** What a request is called; pages for people are not in the journal. */
function describe(request: Request): RequestInfo | undefined {
  const { method, path } = request;
  const exchange = describeGit(path);
  if (exchange) {
    return exchange;
  }
  const rest = /^\/api\/v3(\/.*)$/.exec(path)?.[1];
  if (rest === undefined) {
    return undefined;
  }
  const target = targetOf(request, rest);
  return {
    service: 'github',
    operation: `${method} ${routeForm(rest)}`,
    ...(target !== undefined && { target }),
  };
}

/** What a call of git is called; undefined for what is none. */
export function describeGit(path: string): RequestInfo | undefined {
  const [, owner, repo, operation] = GIT_PATH.exec(path) ?? [];
  // The exchange itself has the name of the service: a push that is cut after
  // it took effect is one that was not cut while it asked for refs.
  return operation === undefined
    ? undefined
    : { service: 'git', operation, target: `${owner}/${repo}` };
}

/** The repository that a call is about, as `owner/repo`. */
function targetOf({ path, body }: Request, rest: string): string | undefined {
  const [, organisation] = CREATION.exec(path) ?? [];
  if (organisation !== undefined) {
    const name: unknown = body?.name;
    return typeof name === 'string' ? `${organisation}/${name}` : undefined;
  }
  return rest.endsWith('/repos')
    ? undefined
    : /\/repos\/([^/]+\/[^/]+)/.exec(rest)?.[1];
}

/** What stands for the variable parts of a path, in GitHub's own words. */
const ROUTES: readonly [RegExp, string][] = [
  [
    /^\/orgs\/[^/]+\/teams\/[^/]+\/repos\/.+$/,
    '/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}',
  ],
  [/^\/orgs\/[^/]+\/teams\/[^/]+/, '/orgs/{org}/teams/{team_slug}'],
  [/^\/orgs\/(?!\{)[^/]+/, '/orgs/{org}'],
  [/^\/users\/[^/]+/, '/users/{username}'],
  [/^\/repos\/[^/]+\/[^/]+/, '/repos/{owner}/{repo}'],
  [/\/branches\/.+(?=\/protection)/, '/branches/{branch}'],
  [/\/branches\/(?!\{).+$/, '/branches/{branch}'],
  [/\/contents\/.*$/, '/contents/{path}'],
  [/(?<!\/git)\/commits\/.+(?=\/status$)/, '/commits/{ref}'],
  [/(?<!\/git)\/commits\/(?!\{).+$/, '/commits/{ref}'],
  [/\/(tarball|zipball)\/.*$/, '/$1/{ref}'],
  [/\/git\/commits\/.+$/, '/git/commits/{commit_sha}'],
  [/\/git\/trees\/.+$/, '/git/trees/{tree_sha}'],
  [/\/git\/blobs\/.+$/, '/git/blobs/{file_sha}'],
  [/\/git\/(ref|refs|matching-refs)\/.+$/, '/git/$1/{ref}'],
  [/\/pulls\/[^/]+/, '/pulls/{pull_number}'],
  [/\/issues\/[^/]+/, '/issues/{issue_number}'],
  [/\/collaborators\/[^/]+/, '/collaborators/{username}'],
  [/\/secrets\/(?!public-key)[^/]+/, '/secrets/{secret_name}'],
];

/** `/repos/acme/orders/topics` as `/repos/{owner}/{repo}/topics`. */
export const routeForm = (path: string): string =>
  ROUTES.reduce((form, [pattern, name]) => form.replace(pattern, name), path);

function failureOf(fault: Fault): [status: number, message: string] {
  switch (fault.kind) {
    case 'throttle':
      return [403, 'API rate limit exceeded for user ID 1.'];
    case 'access-denied':
      return fault.service === 'git'
        ? [403, 'Write access to repository not granted.']
        : [403, 'Resource not accessible by integration'];
    case 'expired-token':
      return [401, 'Bad credentials'];
    case 'timeout':
      return [504, 'Gateway Timeout'];
    default:
      return [500, 'Server Error'];
  }
}

/** How long a throttled caller is told to wait, in seconds. */
const RATE_LIMIT_SECONDS = 1;

function faultAnswer(fault: Fault, now: number): HttpAnswer {
  const [status, message] = failureOf(fault);
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(fault.kind === 'throttle' && {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-used': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(
          Math.floor(now / 1000) + RATE_LIMIT_SECONDS,
        ),
        'x-ratelimit-resource': 'core',
      }),
      ...(fault.service === 'git' &&
        status === 401 && { 'www-authenticate': 'Basic realm="GitHub"' }),
    },
    body: JSON.stringify(new GitHubError(status, message).toBody()),
    error: message,
  };
}
