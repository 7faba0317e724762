import type { Request, Response } from 'express';
import { GitHubError, invalid, notFound } from '../errors';
import {
  entryAt,
  headOf,
  isFilePath,
  isRefName,
  listTree,
  log,
  moveBranch,
  readObject,
  writeCommit,
  writeTree,
  type TreeEntry,
} from '../git';
import type { Repository } from '../repositories';
import {
  signature,
  text,
  wildcard,
  type AddCalls,
  type RestContext,
} from './context';
import { entryView, gitCommitView } from './views';

/** Files and folders by path. */
export const addContents: AddCalls = (router, rest) => {
  const path = '/repos/:owner/:repo/contents';

  router.get([path, `${path}/*`], async (request, response) => {
    const repository = rest.find(request);
    const ref = text(request.query.ref) || repository.defaultBranch;
    const sha = await rest.commitOf(repository, ref);
    await sendContents(rest, repository, { ref, sha }, request, response);
  });

  router.put(`${path}/*`, async (request, response) => {
    const repository = rest.find(request);
    const name = wildcard(request);
    const { content } = request.body;
    if (typeof content !== 'string') {
      throw invalid('Contents', 'content', "content wasn't supplied");
    }
    const { isNew, commit, entry } = await changeFile(
      rest,
      repository,
      name,
      request,
      Buffer.from(content, 'base64'),
    );
    const branch = branchOf(repository, request);
    response.status(isNew ? 201 : 200).json({
      content: entry && entryView(rest, repository, branch, entry),
      commit: gitCommitView(rest, repository, commit),
    });
  });

  router.delete(`${path}/*`, async (request, response) => {
    const repository = rest.find(request);
    const { commit } = await changeFile(
      rest,
      repository,
      wildcard(request),
      request,
      undefined,
    );
    response.json({
      content: null,
      commit: gitCommitView(rest, repository, commit),
    });
  });
};

async function sendContents(
  rest: RestContext,
  repository: Repository,
  at: { ref: string; sha: string },
  request: Request,
  response: Response,
): Promise<void> {
  const directory = rest.directoryOf(repository);
  const path = wildcard(request).replace(/\/+$/, '');
  const entry = path
    ? await entryAt(directory, at.sha, path)
    : { type: 'tree' as const, sha: at.sha };
  if (!entry) {
    throw notFound();
  }
  const [commit] = await log(directory, at.sha, { count: 1, path });
  const changedAt = new Date(commit?.committer.date ?? rest.nowMs);
  response.setHeader('etag', `"${entry.sha}"`);
  response.setHeader('last-modified', changedAt.toUTCString());
  response.setHeader('vary', 'Accept, Authorization');
  if (isUnchanged(request, entry.sha, changedAt)) {
    response.status(304).end();
    return;
  }
  if (entry.type === 'tree') {
    const entries = await listTree(directory, at.sha, { path });
    response.json(
      entries.map(child => entryView(rest, repository, at.ref, child)),
    );
    return;
  }
  const content =
    (await readObject(directory, 'blob', entry.sha)) ?? Buffer.alloc(0);
  if (/\braw\b/.test(request.headers.accept ?? '')) {
    response.type('application/vnd.github.raw; charset=utf-8').send(content);
    return;
  }
  response.json({
    ...entryView(rest, repository, at.ref, entry),
    encoding: 'base64',
    content: content.toString('base64'),
  });
}

/** Whether the caller has what it asks for; the tag goes before the time. */
function isUnchanged(request: Request, sha: string, changedAt: Date): boolean {
  const tags = request.headers['if-none-match'];
  if (tags !== undefined) {
    return tags
      .split(',')
      .some(tag => tag.trim().replace(/^W\//, '') === `"${sha}"`);
  }
  const since = request.headers['if-modified-since'];
  return since !== undefined && changedAt.getTime() <= Date.parse(since);
}

const branchOf = (repository: Repository, request: Request) =>
  text(request.body.branch) || repository.defaultBranch;

/** Writes or removes one file, as a commit on a branch. */
async function changeFile(
  rest: RestContext,
  repository: Repository,
  path: string,
  request: Request,
  content: Buffer | undefined,
) {
  const directory = rest.directoryOf(repository);
  const branch = branchOf(repository, request);
  const message = text(request.body.message);
  if (!message) {
    throw invalid('Contents', 'message', "message wasn't supplied");
  }
  if (!isRefName(branch) || !isFilePath(path)) {
    throw invalid(
      'Contents',
      'path',
      'path contains a malformed path component',
    );
  }
  const parent = await headOf(directory, branch);
  if (!parent && (await rest.branches(repository)).length > 0) {
    throw new GitHubError(404, `Branch ${branch} not found`);
  }
  const present = parent && (await entryAt(directory, parent, path));
  requireSameFile(path, present || undefined, text(request.body.sha), content);
  const tree = await writeTree(directory, parent, [{ path, content }]);
  const sha = await writeCommit(directory, {
    tree,
    parents: parent ? [parent] : [],
    message,
    author: signature(request.body.author),
    committer: signature(request.body.committer),
  });
  await rest.moving(repository, () =>
    moveBranch(directory, branch, sha, parent),
  );
  const [commit] = await log(directory, sha, { count: 1 });
  return {
    isNew: !present,
    commit,
    entry: await entryAt(directory, sha, path),
  };
}

/** Who changes a file says which one, so that nobody's change is lost. */
function requireSameFile(
  path: string,
  present: TreeEntry | undefined,
  sha: string,
  content: Buffer | undefined,
) {
  if (!present && content === undefined) {
    throw notFound();
  }
  if (present && !sha) {
    throw new GitHubError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  }
  if (sha && present?.sha !== sha) {
    throw new GitHubError(409, `${path} does not match ${sha}`);
  }
}
