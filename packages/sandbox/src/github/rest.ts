import { randomBytes } from 'node:crypto';
import express, { type Request, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { git, headOf, listTree, log, readFile } from './git';
import {
  isRepositoryName,
  type Repositories,
  type Repository,
} from './repositories';

/** An answer that is an error, in GitHub's words. */
export class GitHubError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: object[],
  ) {
    super(message);
  }

  toBody() {
    return {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    };
  }
}

const notFound = () => new GitHubError(404, 'Not Found');

export interface RestOptions {
  repositories: Repositories;
  /** Origin of the whole stand-in, such as `http://localhost:7102`. */
  origin(): string;
  token: string;
  now(): number;
}

/**
 * The part of GitHub's REST API that `publish:github`, the URL reader and
 * `catalog:register` use, under `/api/v3`. Shapes: GitHub REST API reference.
 */
export function createRest(options: RestOptions): Router {
  const { repositories } = options;
  const router = PromiseRouter();
  router.use(express.json({ limit: '20mb' }));

  const find = (request: Request): Repository => {
    const { owner, repo } = request.params;
    const repository = repositories.find(owner, repo);
    if (!repository) {
      throw notFound();
    }
    return repository;
  };
  const commitOf = async (repository: Repository, ref: string) => {
    const sha = await headOf(repositories.directoryOf(repository), ref);
    if (!sha) {
      throw new GitHubError(404, `No commit found for the ref ${ref}`);
    }
    return sha;
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');

  router.use((request, response, next) => {
    response.setHeader('x-github-request-id', randomBytes(8).toString('hex'));
    response.setHeader('x-ratelimit-limit', '5000');
    response.setHeader('x-ratelimit-remaining', '4999');
    const [, token] =
      /^(?:Bearer|token) (.+)$/i.exec(request.headers.authorization ?? '') ??
      [];
    // Whoever shows a token shows the right one.
    if (token !== undefined && token !== options.token) {
      throw new GitHubError(401, 'Bad credentials');
    }
    if (token === undefined && request.method !== 'GET') {
      throw new GitHubError(401, 'Requires authentication');
    }
    next();
  });

  router.get('/user', (_, response) => {
    response.json(userView(repositories.owners[0], options.origin()));
  });
  for (const path of ['/users/:owner', '/orgs/:owner']) {
    router.get(path, (request, response) => {
      const owner = repositories.owner(request.params.owner);
      if (!owner) {
        throw notFound();
      }
      response.json(userView(owner, options.origin()));
    });
  }
  router.get('/orgs/:owner/repos', (request, response) => {
    response.json(
      repositories
        .list(request.params.owner)
        .map(repository => repositoryView(repository, options)),
    );
  });
  router.post('/orgs/:owner/repos', async (request, response) => {
    const owner = repositories.owner(request.params.owner);
    if (!owner) {
      throw notFound();
    }
    const { name, description, homepage, private: isPrivate } = request.body;
    const failed = (message: string) =>
      new GitHubError(422, 'Repository creation failed.', [
        { resource: 'Repository', code: 'custom', field: 'name', message },
      ]);
    if (!isRepositoryName(text(name))) {
      throw failed(
        'name can only contain ASCII letters, digits, and the characters ., -, and _',
      );
    }
    if (repositories.find(owner.login, name)) {
      throw failed('name already exists on this account');
    }
    const repository = await repositories.create(
      owner,
      {
        name,
        description: text(description),
        homepage: text(homepage),
        private: isPrivate === true,
      },
      options.now(),
    );
    response.status(201).json(repositoryView(repository, options));
  });

  router.get('/repos/:owner/:repo', (request, response) => {
    response.json(repositoryView(find(request), options));
  });
  router.patch('/repos/:owner/:repo', (request, response) => {
    const repository = find(request);
    const { description, homepage, archived } = request.body;
    repository.description = description ?? repository.description;
    repository.homepage = homepage ?? repository.homepage;
    repository.archived = archived ?? repository.archived;
    repositories.save();
    response.json(repositoryView(repository, options));
  });
  router.delete('/repos/:owner/:repo', (request, response) => {
    repositories.remove(find(request));
    response.status(204).end();
  });
  router.put('/repos/:owner/:repo/topics', (request, response) => {
    const repository = find(request);
    repository.topics = (request.body.names ?? []).map(String);
    repositories.save();
    response.json({ names: repository.topics });
  });
  router.post('/repos/:owner/:repo/actions/variables', (request, response) => {
    const repository = find(request);
    repository.variables[text(request.body.name)] = text(request.body.value);
    repositories.save();
    response.status(201).end();
  });
  router.put('/repos/:owner/:repo/collaborators/:user', (request, response) => {
    find(request);
    response.status(204).end();
  });
  router.put(
    '/repos/:owner/:repo/branches/:branch/protection',
    (request, response) => {
      const repository = find(request);
      repository.protectedBranches = [
        ...new Set([...repository.protectedBranches, request.params.branch]),
      ];
      repositories.save();
      response.json({
        url: `${options.origin()}/api/v3${request.path}`,
        enforce_admins: { enabled: request.body.enforce_admins === true },
      });
    },
  );

  router.get(
    '/repos/:owner/:repo/branches/:branch',
    async (request, response) => {
      const repository = find(request);
      const { branch } = request.params;
      const sha = await headOf(
        repositories.directoryOf(repository),
        `refs/heads/${branch}`,
      );
      if (!sha) {
        throw new GitHubError(404, 'Branch not found');
      }
      response.json({
        name: branch,
        commit: { sha },
        protected: repository.protectedBranches.includes(branch),
      });
    },
  );
  router.get('/repos/:owner/:repo/commits', async (request, response) => {
    const repository = find(request);
    const sha = await commitOf(
      repository,
      text(request.query.sha) || repository.defaultBranch,
    );
    const commits = await log(repositories.directoryOf(repository), sha, 30);
    response.json(commits.map(commitView));
  });
  router.get(
    '/repos/:owner/:repo/commits/:ref/status',
    async (request, response) => {
      const repository = find(request);
      const sha = await commitOf(repository, request.params.ref);
      response.json({
        sha,
        state: 'success',
        statuses: [],
        repository: repositoryView(repository, options),
        commit_url: `${api(repository, options)}/commits/${sha}`,
      });
    },
  );
  router.get('/repos/:owner/:repo/commits/:ref', async (request, response) => {
    const repository = find(request);
    const sha = await commitOf(repository, request.params.ref);
    const [commit] = await log(repositories.directoryOf(repository), sha, 1);
    response.json(commitView(commit));
  });
  router.get(
    '/repos/:owner/:repo/git/trees/:sha',
    async (request, response) => {
      const repository = find(request);
      const sha = await commitOf(repository, request.params.sha);
      const tree = await listTree(repositories.directoryOf(repository), sha, {
        recursive: Boolean(request.query.recursive),
      });
      response.json({
        sha,
        truncated: false,
        tree: tree.map(entry => ({
          ...entry,
          url: `${api(repository, options)}/git/${entry.type}s/${entry.sha}`,
        })),
      });
    },
  );
  router.get(
    '/repos/:owner/:repo/git/blobs/:sha',
    async (request, response) => {
      const repository = find(request);
      const { sha } = request.params;
      if (!/^[0-9a-f]{40}$/.test(sha)) {
        throw notFound();
      }
      const content = await git(repositories.directoryOf(repository), [
        'cat-file',
        'blob',
        sha,
      ]).catch(() => {
        throw notFound();
      });
      response.json({
        sha,
        encoding: 'base64',
        content: content.toString('base64'),
        size: content.length,
      });
    },
  );
  router.get('/repos/:owner/:repo/contents/*', async (request, response) => {
    const repository = find(request);
    const path = (request.params as Record<string, string>)[0];
    const sha = await commitOf(
      repository,
      text(request.query.ref) || repository.defaultBranch,
    );
    const content = await readFile(
      repositories.directoryOf(repository),
      sha,
      path,
    );
    if (!content) {
      throw notFound();
    }
    const etag = `"${sha}"`;
    response.setHeader('etag', etag);
    if (request.headers['if-none-match'] === etag) {
      response.status(304).end();
    } else if (/raw/.test(request.headers.accept ?? '')) {
      response.type('application/vnd.github.v3.raw').send(content);
    } else {
      response.json({
        type: 'file',
        name: path.split('/').pop(),
        path,
        sha,
        size: content.length,
        encoding: 'base64',
        content: content.toString('base64'),
        html_url: `${options.origin()}/${repository.owner}/${
          repository.name
        }/blob/${repository.defaultBranch}/${path}`,
      });
    }
  });
  for (const format of ['tarball', 'zipball'] as const) {
    router.get(`/repos/:owner/:repo/${format}/*`, async (request, response) => {
      const repository = find(request);
      const ref = (request.params as Record<string, string>)[0];
      const sha = await commitOf(repository, ref || repository.defaultBranch);
      const archive = await git(repositories.directoryOf(repository), [
        'archive',
        `--format=${format === 'tarball' ? 'tar.gz' : 'zip'}`,
        `--prefix=${repository.owner}-${repository.name}-${sha.slice(0, 7)}/`,
        sha,
      ]);
      response
        .type(format === 'tarball' ? 'application/gzip' : 'application/zip')
        .send(archive);
    });
  }
  router.use(() => {
    throw notFound();
  });
  return router;
}

function userView(
  { login, id, type }: { login: string; id: number; type: string },
  origin: string,
) {
  return { login, id, type, html_url: `${origin}/${login}` };
}

const api = (
  { owner, name }: Repository,
  { origin }: Pick<RestOptions, 'origin'>,
) => `${origin()}/api/v3/repos/${owner}/${name}`;

function repositoryView(repository: Repository, options: RestOptions) {
  const { owner, name, ownerId } = repository;
  const own = options.repositories.owner(owner);
  const page = `${options.origin()}/${owner}/${name}`;
  const self = api(repository, options);
  return {
    id: repository.id,
    name,
    full_name: `${owner}/${name}`,
    private: repository.private,
    owner: {
      login: owner,
      id: ownerId,
      type: own?.type ?? 'Organization',
    },
    description: repository.description || null,
    homepage: repository.homepage || null,
    html_url: page,
    clone_url: `${page}.git`,
    url: self,
    archive_url: `${self}/{archive_format}{/ref}`,
    branches_url: `${self}/branches{/branch}`,
    commits_url: `${self}/commits{/sha}`,
    contents_url: `${self}/contents/{+path}`,
    trees_url: `${self}/git/trees{/sha}`,
    default_branch: repository.defaultBranch,
    topics: repository.topics,
    archived: repository.archived,
    created_at: repository.createdAt,
    permissions: { admin: true, push: true, pull: true },
  };
}

function commitView(commit: {
  sha: string;
  author: string;
  date: string;
  subject: string;
}) {
  const { sha, author, date, subject } = commit;
  return {
    sha,
    commit: { message: subject, author: { name: author, date } },
  };
}
