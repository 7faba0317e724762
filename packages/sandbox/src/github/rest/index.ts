import { randomBytes } from 'node:crypto';
import express, { type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { bearerOf, callerOf } from '../auth';
import { GitHubError, notFound } from '../errors';
import { addCommits } from './commits';
import { addContents } from './contents';
import { RestContext, type RestOptions } from './context';
import { addGitData } from './gitData';
import { answerGraphql } from './graphql';
import { addOwners } from './owners';
import { addPulls } from './pulls';
import { addRepositories } from './repositories';
import { ownerView } from './views';

export { watchingDefaultBranch, type BranchMove } from './context';

/**
 * The part of GitHub's API that `publish:github`, `publish:github:pull-request`,
 * the URL reader and `catalog:register` use: REST under `/v3`, and GraphQL.
 * Shapes: GitHub REST API reference.
 */
export function createApi(options: RestOptions): Router {
  const rest = new RestContext(options);
  const api = PromiseRouter();
  api.use((request, response, next) => {
    response.setHeader('x-github-request-id', randomBytes(8).toString('hex'));
    response.setHeader('x-github-media-type', 'github.v3; format=json');
    response.setHeader('x-ratelimit-limit', '5000');
    response.setHeader('x-ratelimit-remaining', '4999');
    response.setHeader('x-ratelimit-resource', 'core');
    const person = options.userOf(bearerOf(request));
    if (person) {
      // Their tokens say who they are, and nothing else here.
      if (request.method !== 'GET' || request.path !== '/v3/user') {
        throw new GitHubError(403, 'Resource not accessible by this token');
      }
      response.json(ownerView(rest, person));
      return;
    }
    const caller = callerOf(request, options.token);
    if (caller === 'wrong') {
      throw new GitHubError(401, 'Bad credentials');
    }
    const reads = ['GET', 'HEAD'].includes(request.method);
    if (caller === 'anonymous' && (!reads || request.path === '/v3/user')) {
      throw new GitHubError(401, 'Requires authentication');
    }
    next();
  });
  api.use(express.json({ limit: '64mb', type: () => true }));
  api.use((request, _, next) => {
    // A call without a body, or with a list, has no fields.
    if (
      typeof request.body !== 'object' ||
      request.body === null ||
      Array.isArray(request.body)
    ) {
      request.body = {};
    }
    next();
  });
  const v3 = PromiseRouter();
  addOwners(v3, rest);
  addRepositories(v3, rest);
  addCommits(v3, rest);
  addContents(v3, rest);
  addGitData(v3, rest);
  addPulls(v3, rest);
  api.use('/v3', v3);
  // Where a GitHub Enterprise Server has it.
  api.post('/graphql', answerGraphql(rest));
  api.use(() => {
    throw notFound();
  });
  return api;
}
