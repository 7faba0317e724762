import { GitHubError, invalid, notFound } from '../errors';
import {
  commitOfRef,
  headOf,
  isAncestor,
  isFilePath,
  isRefName,
  isSha,
  git,
  listRefs,
  listTree,
  log,
  moveBranch,
  readObject,
  resolveCommit,
  writeBlob,
  writeCommit,
  writeTree,
  type Change,
} from '../git';
import type { Repository } from '../repositories';
import {
  signature,
  text,
  wildcard,
  type AddCalls,
  type RestContext,
} from './context';
import { apiUrl, gitCommitView } from './views';

const MODES = ['100644', '100755', '120000', '040000'];

/** Git's own objects: blobs, trees, commits and refs. */
export const addGitData: AddCalls = (router, rest) => {
  addBlobsAndTrees(router, rest);
  addGitCommits(router, rest);
  addRefs(router, rest);
};

const addBlobsAndTrees: AddCalls = (router, rest) => {
  const path = '/repos/:owner/:repo/git';
  const url = (repository: Repository, kind: string, sha: string) =>
    `${apiUrl(rest, repository)}/git/${kind}/${sha}`;

  router.get(`${path}/blobs/:sha`, async (request, response) => {
    const repository = rest.find(request);
    const { sha } = request.params;
    const content = await readObject(rest.directoryOf(repository), 'blob', sha);
    if (!content) {
      throw notFound();
    }
    response.json({
      sha,
      url: url(repository, 'blobs', sha),
      encoding: 'base64',
      content: content.toString('base64'),
      size: content.length,
    });
  });
  router.post(`${path}/blobs`, async (request, response) => {
    const repository = rest.find(request);
    const { content, encoding } = request.body;
    const sha = await writeBlob(
      rest.directoryOf(repository),
      Buffer.from(text(content), encoding === 'base64' ? 'base64' : 'utf8'),
    );
    response.status(201).json({ sha, url: url(repository, 'blobs', sha) });
  });

  const sendTree = async (
    repository: Repository,
    sha: string,
    recursive: boolean,
  ) => ({
    sha,
    url: url(repository, 'trees', sha),
    truncated: false,
    tree: (
      await listTree(rest.directoryOf(repository), sha, { recursive })
    ).map(entry => ({
      ...entry,
      url: url(repository, `${entry.type}s`, entry.sha),
    })),
  });
  router.get(`${path}/trees/*`, async (request, response) => {
    const repository = rest.find(request);
    const name = wildcard(request);
    const directory = rest.directoryOf(repository);
    const isTree = (await readObject(directory, 'tree', name)) !== undefined;
    const sha = isTree ? name : await resolveCommit(directory, name);
    if (!sha) {
      throw notFound();
    }
    response.json(
      await sendTree(repository, sha, request.query.recursive !== undefined),
    );
  });
  router.post(`${path}/trees`, async (request, response) => {
    const repository = rest.find(request);
    const directory = rest.directoryOf(repository);
    const base = text(request.body.base_tree);
    if (base && !(await isTreeish(directory, base))) {
      throw invalid('Tree', 'base_tree', 'base_tree is not a valid tree oid');
    }
    const sha = await writeTree(
      directory,
      base || undefined,
      readChanges(request.body.tree),
    );
    response.status(201).json(await sendTree(repository, sha, false));
  });
};

async function isTreeish(directory: string, sha: string): Promise<boolean> {
  const objects = await Promise.all([
    readObject(directory, 'tree', sha),
    readObject(directory, 'commit', sha),
  ]);
  return objects.some(object => object !== undefined);
}

function readChanges(tree: unknown): Change[] {
  if (!Array.isArray(tree) || tree.length === 0) {
    throw new GitHubError(422, 'Invalid tree info');
  }
  return tree.map((item): Change => {
    const { path, mode, sha, content } = item ?? {};
    if (!isFilePath(text(path))) {
      throw new GitHubError(
        422,
        'tree.path contains a malformed path component',
      );
    }
    if (!MODES.includes(mode) || mode === '040000') {
      throw new GitHubError(
        422,
        'Must supply a valid tree.mode: a file or a link',
      );
    }
    if (sha === null) {
      return { path };
    }
    if (typeof content === 'string') {
      return { path, mode, content: Buffer.from(content) };
    }
    if (!isSha(text(sha))) {
      throw new GitHubError(422, 'Must supply either tree.sha or tree.content');
    }
    return { path, mode, content: { sha } };
  });
}

const addGitCommits: AddCalls = (router, rest) => {
  const path = '/repos/:owner/:repo/git/commits';

  const view = async (repository: Repository, sha: string) => {
    const [commit] = await log(rest.directoryOf(repository), sha, { count: 1 });
    return gitCommitView(rest, repository, commit);
  };
  router.get(`${path}/:sha`, async (request, response) => {
    const repository = rest.find(request);
    const { sha } = request.params;
    if (!(await readObject(rest.directoryOf(repository), 'commit', sha))) {
      throw notFound();
    }
    response.json(await view(repository, sha));
  });
  router.post(path, async (request, response) => {
    const repository = rest.find(request);
    const directory = rest.directoryOf(repository);
    const { message, tree } = request.body;
    const parents = (
      Array.isArray(request.body.parents) ? request.body.parents : []
    ).map(text);
    if (!(await readObject(directory, 'tree', text(tree)))) {
      throw new GitHubError(422, 'Tree SHA does not exist');
    }
    for (const parent of parents) {
      if (!(await readObject(directory, 'commit', parent))) {
        throw new GitHubError(
          422,
          'Parent SHA does not exist or is not a commit object',
        );
      }
    }
    const sha = await writeCommit(directory, {
      tree,
      parents,
      message: text(message),
      author: signature(request.body.author),
      committer: signature(request.body.committer),
    });
    response.status(201).json(await view(repository, sha));
  });
};

const addRefs: AddCalls = (router, rest) => {
  const path = '/repos/:owner/:repo/git';
  const view = (
    repository: Repository,
    { ref, sha, type }: { ref: string; sha: string; type: string },
  ) => ({
    ref,
    url: `${apiUrl(rest, repository)}/git/${ref}`,
    object: {
      type,
      sha,
      url: `${apiUrl(rest, repository)}/git/commits/${sha}`,
    },
  });

  router.get(`${path}/ref/*`, async (request, response) => {
    const repository = rest.find(request);
    const name = wildcard(request);
    const directory = rest.directoryOf(repository);
    const sha =
      /^(heads|tags)\//.test(name) && isRefName(name)
        ? await commitOfRef(directory, `refs/${name}`)
        : undefined;
    if (sha) {
      response.json(
        view(repository, { ref: `refs/${name}`, sha, type: 'commit' }),
      );
      return;
    }
    throw (await rest.branches(repository)).length
      ? notFound()
      : new GitHubError(409, 'Git Repository is empty.');
  });
  router.get(`${path}/matching-refs/*`, async (request, response) => {
    const repository = rest.find(request);
    const prefix = `refs/${wildcard(request)}`;
    const refs = await listRefs(rest.directoryOf(repository), 'refs/');
    response.json(
      refs
        .filter(({ ref }) => ref.startsWith(prefix))
        .map(ref => view(repository, ref)),
    );
  });
  router.post(`${path}/refs`, async (request, response) => {
    const repository = rest.find(request);
    const ref = text(request.body.ref);
    const branch = branchOf(ref);
    const directory = rest.directoryOf(repository);
    if (await headOf(directory, branch)) {
      throw new GitHubError(422, 'Reference already exists');
    }
    const sha = await readCommit(rest, repository, request.body.sha);
    await rest.moving(repository, () =>
      moveBranch(directory, branch, sha, undefined),
    );
    response.status(201).json(view(repository, { ref, sha, type: 'commit' }));
  });
  router.patch(`${path}/refs/*`, async (request, response) => {
    const repository = rest.find(request);
    const ref = `refs/${wildcard(request)}`;
    const branch = branchOf(ref);
    const directory = rest.directoryOf(repository);
    const before = await headOf(directory, branch);
    if (!before) {
      throw new GitHubError(422, 'Reference does not exist');
    }
    const sha = await readCommit(rest, repository, request.body.sha);
    if (
      request.body.force !== true &&
      !(await isAncestor(directory, before, sha))
    ) {
      throw new GitHubError(422, 'Update is not a fast forward');
    }
    await rest.moving(repository, () =>
      moveBranch(directory, branch, sha, before),
    );
    response.json(view(repository, { ref, sha, type: 'commit' }));
  });
  router.delete(`${path}/refs/*`, async (request, response) => {
    const repository = rest.find(request);
    const branch = branchOf(`refs/${wildcard(request)}`);
    const directory = rest.directoryOf(repository);
    const before = await headOf(directory, branch);
    if (!before) {
      throw new GitHubError(422, 'Reference does not exist');
    }
    await git(directory, ['update-ref', '-d', `refs/heads/${branch}`, before]);
    response.status(204).end();
  });
};

/** The branch of a full name; only branches are moved here. */
function branchOf(ref: string): string {
  const [, branch] = /^refs\/heads\/(.+)$/.exec(ref) ?? [];
  if (!branch || !isRefName(branch)) {
    throw invalid(
      'Reference',
      'ref',
      "Reference name must start with 'refs/heads/' and be a valid name.",
    );
  }
  return branch;
}

async function readCommit(
  rest: RestContext,
  repository: Repository,
  value: unknown,
): Promise<string> {
  const sha = text(value);
  if (!(await readObject(rest.directoryOf(repository), 'commit', sha))) {
    throw new GitHubError(422, 'Object does not exist');
  }
  return sha;
}
