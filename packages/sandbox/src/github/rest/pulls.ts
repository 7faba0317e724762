import type { Request } from 'express';
import { GitHubError, invalid, notFound } from '../errors';
import {
  headOf,
  isAncestor,
  log,
  MergeConflict,
  mergeTrees,
  moveBranch,
  writeCommit,
} from '../git';
import type { PullRequest, Repository } from '../repositories';
import { sendPage, text, type AddCalls, type RestContext } from './context';
import { pullView } from './views';

/** Pull requests between branches of one repository. */
export const addPulls: AddCalls = (router, rest) => {
  const path = '/repos/:owner/:repo/pulls';

  router.get(path, async (request, response) => {
    const repository = rest.find(request);
    const { query } = request;
    const state = text(query.state) || 'open';
    const pulls = repository.pulls
      .filter(
        pull =>
          (state === 'all' || pull.state === state) &&
          (!query.head || headBranch(repository, query.head) === pull.head) &&
          (!query.base || query.base === pull.base),
      )
      .sort((a, b) => b.number - a.number);
    sendPage(
      rest,
      request,
      response,
      await Promise.all(pulls.map(pull => pullView(rest, repository, pull))),
    );
  });
  router.post(path, async (request, response) => {
    const repository = rest.find(request);
    const pull = await create(rest, repository, request);
    response.status(201).json(await pullView(rest, repository, pull));
  });
  router.get(`${path}/:number`, async (request, response) => {
    const repository = rest.find(request);
    const pull = find(repository, request);
    response.json(await pullView(rest, repository, pull));
  });
  router.patch(`${path}/:number`, async (request, response) => {
    const repository = rest.find(request);
    const pull = find(repository, request);
    const { title, body, state } = request.body;
    pull.title = text(title) || pull.title;
    pull.body = typeof body === 'string' ? body : pull.body;
    if (state === 'open' || state === 'closed') {
      if (pull.merged && state === 'open') {
        throw invalid('PullRequest', 'state', 'state cannot be changed.');
      }
      pull.state = state;
    }
    pull.updatedAt = rest.now;
    rest.repositories.save();
    response.json(await pullView(rest, repository, pull));
  });
  router.put(`${path}/:number/merge`, async (request, response) => {
    const repository = rest.find(request);
    const pull = find(repository, request);
    const sha = await merge(rest, repository, pull, request);
    response.json({
      sha,
      merged: true,
      message: 'Pull Request successfully merged',
    });
  });
  router.post(
    '/repos/:owner/:repo/issues/:number/labels',
    (request, response) => {
      const pull = find(rest.find(request), request);
      const { labels } = request.body;
      pull.labels = [
        ...new Set([
          ...pull.labels,
          ...(Array.isArray(labels) ? labels.map(text) : []),
        ]),
      ].filter(Boolean);
      rest.repositories.save();
      response.json(pull.labels.map(name => ({ name })));
    },
  );
};

function find(repository: Repository, request: Request): PullRequest {
  const number = Number(request.params.number);
  const pull = repository.pulls.find(other => other.number === number);
  if (!pull) {
    throw notFound();
  }
  return pull;
}

/** `branch`, or `owner:branch` of the same owner. */
function headBranch(repository: Repository, head: unknown): string {
  const [branch, owner = repository.owner] = text(head).split(':').reverse();
  return owner === repository.owner ? branch : '';
}

async function create(
  rest: RestContext,
  repository: Repository,
  request: Request,
): Promise<PullRequest> {
  const { body } = request;
  const directory = rest.directoryOf(repository);
  const head = headBranch(repository, body.head);
  const base = text(body.base);
  const [headSha, baseSha] = [
    await headOf(directory, head),
    await headOf(directory, base),
  ];
  const title = text(body.title);
  if (!headSha || !baseSha || !title) {
    const field = (!headSha && 'head') || (!baseSha && 'base') || 'title';
    throw new GitHubError(422, 'Validation Failed', [
      { resource: 'PullRequest', field, code: 'invalid' },
    ]);
  }
  const refused = (message: string) =>
    new GitHubError(422, 'Validation Failed', [
      { resource: 'PullRequest', code: 'custom', message },
    ]);
  if (await isAncestor(directory, headSha, baseSha)) {
    throw refused(`No commits between ${base} and ${head}`);
  }
  if (
    repository.pulls.some(
      other =>
        other.state === 'open' && other.head === head && other.base === base,
    )
  ) {
    throw refused(
      `A pull request already exists for ${repository.owner}:${head}.`,
    );
  }
  const pull: PullRequest = {
    number: repository.pulls.length + 1,
    title,
    body: text(body.body),
    draft: body.draft === true,
    state: 'open',
    head,
    base,
    labels: [],
    createdAt: rest.now,
    updatedAt: rest.now,
  };
  repository.pulls.push(pull);
  rest.repositories.save();
  return pull;
}

async function merge(
  rest: RestContext,
  repository: Repository,
  pull: PullRequest,
  request: Request,
): Promise<string> {
  const directory = rest.directoryOf(repository);
  const base = await headOf(directory, pull.base);
  const head = await headOf(directory, pull.head);
  if (pull.state === 'closed' || pull.draft || !base || !head) {
    throw new GitHubError(405, 'Pull Request is not mergeable');
  }
  if (request.body.sha && request.body.sha !== head) {
    throw new GitHubError(
      409,
      'Head branch was modified. Review and try the merge again.',
    );
  }
  let tree: string;
  try {
    tree = await mergeTrees(directory, base, head);
  } catch (error) {
    throw error instanceof MergeConflict
      ? new GitHubError(405, 'Pull Request is not mergeable')
      : error;
  }
  const squash = request.body.merge_method === 'squash';
  const { name, email } = { name: rest.user.login, email: 'guest@localhost' };
  const [{ message: last }] = await log(directory, head, { count: 1 });
  const sha = await writeCommit(directory, {
    tree,
    parents: squash ? [base] : [base, head],
    message: squash
      ? `${pull.title} (#${pull.number})\n\n${last}`
      : `Merge pull request #${pull.number} from ${repository.owner}/${pull.head}\n\n${pull.title}`,
    author: { name, email },
  });
  await rest.moving(repository, async () => {
    await moveBranch(directory, pull.base, sha, base);
    pull.state = 'closed';
    pull.updatedAt = rest.now;
    pull.merged = { at: rest.now, sha, headSha: head };
  });
  return sha;
}
