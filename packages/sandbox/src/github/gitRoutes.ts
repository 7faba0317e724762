import type { Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { callerOf } from './auth';
import { advertiseRefs, isGitService, serveService } from './git';
import type { Repositories } from './repositories';
import { watchingDefaultBranch, type BranchMove } from './rest';

/** What git over HTTP needs. */
export interface GitRoutesOptions {
  repositories: Repositories;
  token: string;
  now(): number;
  moved(move: BranchMove): void;
}

/** Git's smart HTTP protocol, at `/{owner}/{repo}` with or without `.git`. */
export function createGitRoutes(options: GitRoutesOptions): Router {
  const router = PromiseRouter();
  router.get('/:owner/:repo/info/refs', (request, response) =>
    serve(options, String(request.query.service), request, response),
  );
  router.post(
    '/:owner/:repo/:service(git-upload-pack|git-receive-pack)',
    (request, response) =>
      serve(options, request.params.service, request, response),
  );
  return router;
}

async function serve(
  options: GitRoutesOptions,
  service: string,
  request: Request,
  response: Response,
): Promise<void> {
  const { repositories, token } = options;
  const { owner, repo } = request.params;
  const repository = repositories.find(owner, repo.replace(/\.git$/, ''));
  const refuse = (status: number, message: string) => {
    response.status(status).type('text').send(message);
  };
  if (!repository) {
    refuse(404, 'Repository not found.');
    return;
  }
  if (!isGitService(service)) {
    // Git clients older than 2010 ask for the files themselves.
    refuse(403, 'Please upgrade your git client.');
    return;
  }
  const writes = service === 'git-receive-pack';
  const caller = callerOf(request, token);
  if (
    caller === 'wrong' ||
    (caller === 'anonymous' && (writes || repository.visibility !== 'public'))
  ) {
    response.setHeader('www-authenticate', 'Basic realm="GitHub"');
    refuse(401, 'Authentication failed: use the token as the password.');
    return;
  }
  if (writes && repository.archived) {
    refuse(403, 'This repository was archived so it is read-only.');
    return;
  }
  const directory = repositories.directoryOf(repository);
  response.setHeader('cache-control', 'no-cache');
  if (request.method === 'GET') {
    response
      .type(`application/x-${service}-advertisement`)
      .send(await advertiseRefs(directory, service, request));
    return;
  }
  response.type(`application/x-${service}-result`);
  const exchange = () => serveService(directory, service, request, response);
  // Whoever has pushed and looks for the pipeline's run finds it.
  await (writes
    ? watchingDefaultBranch(options, repository, exchange)
    : exchange());
  response.end();
}
