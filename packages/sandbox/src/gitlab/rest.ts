import express, { type Request, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { callerOf } from '../github/auth';
import { git, headOf, log, readFile, resolveCommit } from '../github/git';
import {
  fullName,
  type Owner,
  type Repositories,
  type Repository,
  repositoryNameProblem,
  USUAL_SETTINGS,
} from '../github/repositories';
import { GitLabError, notFound } from './errors';

/** What the REST API is made from. */
export interface RestOptions {
  projects: Repositories;
  /** Origin of the whole stand-in, such as `http://localhost:7103`. */
  origin(): string;
  token: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** GitLab's API, version 4: what makes, reads, archives and deletes projects. */
export function createApi(options: RestOptions): Router {
  const { projects, token } = options;
  const router = PromiseRouter();
  router.use(express.json({ limit: '64mb' }));

  router.use((request, _, next) => {
    const known =
      request.headers['private-token'] === token ||
      callerOf(request, token) === 'known';
    if (!known) {
      throw new GitLabError(401, 'Unauthorized');
    }
    next();
  });

  const findOwner = (path: string, what: string): Owner => {
    const owner = projects.owners.find(
      ({ login, id }) => login === path || String(id) === path,
    );
    if (!owner) {
      throw notFound(what);
    }
    return owner;
  };
  /** A project by its number, or by its whole path. */
  const find = (request: Request): Repository => {
    const { id } = request.params;
    const project = projects
      .list()
      .find(known => fullName(known) === id || String(known.id) === id);
    if (!project) {
      throw notFound('Project');
    }
    return project;
  };

  router.get('/user', (_, response) => {
    const user = projects.owners.find(({ type }) => type === 'User');
    response.json({ id: user?.id, username: user?.login, state: 'active' });
  });
  router.get('/namespaces/:id', (request, response) => {
    response.json(namespaceView(findOwner(request.params.id, 'Namespace')));
  });
  router.get('/:kind(groups|users)/:id/projects', async (request, response) => {
    const { login } = findOwner(request.params.id, 'Group');
    const { search } = request.query;
    const found = projects
      .list(login)
      .filter(
        ({ name }) => typeof search !== 'string' || name.includes(search),
      );
    response.json(await Promise.all(found.map(one => view(options, one))));
  });
  router.post('/projects', async (request, response) => {
    response
      .status(201)
      .json(await view(options, await create(options, request)));
  });
  router.get('/projects/:id', async (request, response) => {
    response.json(await view(options, find(request)));
  });
  router.delete('/projects/:id', (request, response) => {
    projects.remove(find(request));
    response.status(202).json({ message: '202 Accepted' });
  });
  router.post('/projects/:id/archive', async (request, response) => {
    const project = find(request);
    project.archived = true;
    projects.save();
    response.status(201).json(await view(options, project));
  });
  router.get(
    '/projects/:id/repository/files/:path/raw',
    async (request, response) => {
      const project = find(request);
      const directory = projects.directoryOf(project);
      const commit = await commitOf(options, project, request.query.ref);
      const content = await readFile(directory, commit, request.params.path);
      if (!content) {
        throw notFound('File');
      }
      response.setHeader('etag', `"${commit}:${request.params.path}"`);
      response.type('text').send(content);
    },
  );
  router.get('/projects/:id/repository/commits', async (request, response) => {
    const project = find(request);
    const { ref_name: ref, path } = request.query;
    const commits = await log(
      projects.directoryOf(project),
      await commitOf(options, project, ref),
      { count: 20, ...(typeof path === 'string' && { path }) },
    );
    response.json(
      commits.map(({ sha, message, committer }) => ({
        id: sha,
        short_id: sha.slice(0, 8),
        title: message.split('\n')[0],
        committed_date: committer.date,
      })),
    );
  });
  router.get('/projects/:id/repository/archive', async (request, response) => {
    const project = find(request);
    const commit = await commitOf(options, project, request.query.sha);
    const { path } = request.query;
    const archive = await git(projects.directoryOf(project), [
      'archive',
      '--format=tar.gz',
      `--prefix=${project.name}-${commit}/`,
      commit,
      '--',
      ...(typeof path === 'string' && path ? [path] : []),
    ]);
    response.type('application/octet-stream').send(archive);
  });
  router.use(() => {
    throw notFound('Endpoint');
  });
  return router;
}

async function commitOf(
  { projects }: RestOptions,
  project: Repository,
  ref: unknown,
): Promise<string> {
  const commit = await resolveCommit(
    projects.directoryOf(project),
    typeof ref === 'string' && ref ? ref : project.defaultBranch,
  );
  if (!commit) {
    throw notFound('Commit');
  }
  return commit;
}

async function create(
  { projects, now }: RestOptions,
  { body }: Request,
): Promise<Repository> {
  const owner = projects.owners.find(({ id }) => id === body.namespace_id);
  const name = typeof body.path === 'string' ? body.path : '';
  if (!owner) {
    throw new GitLabError(400, 'Bad Request', { namespace: ['is not valid'] });
  }
  const problem = repositoryNameProblem(name);
  if (problem) {
    throw new GitLabError(400, 'Bad Request', { path: [problem] });
  }
  if (projects.find(owner.login, name)) {
    throw new GitLabError(400, 'Bad Request', {
      name: ['has already been taken'],
      path: ['has already been taken'],
    });
  }
  return projects.create(
    owner,
    {
      name,
      description: typeof body.description === 'string' ? body.description : '',
      homepage: '',
      visibility: ['public', 'internal'].includes(body.visibility)
        ? body.visibility
        : 'private',
      settings: USUAL_SETTINGS,
    },
    now(),
  );
}

const namespaceView = ({ id, login, type }: Owner) => ({
  id,
  name: login,
  path: login,
  full_path: login,
  kind: type === 'User' ? 'user' : 'group',
});

/** A project as GitLab describes it. */
async function view({ projects, origin }: RestOptions, project: Repository) {
  const path = fullName(project);
  const branch = project.defaultBranch;
  const head = await headOf(projects.directoryOf(project), branch);
  const owner = projects.owner(project.owner);
  return {
    id: project.id,
    name: project.name,
    path: project.name,
    path_with_namespace: path,
    description: project.description,
    visibility: project.visibility,
    archived: project.archived,
    default_branch: head ? branch : null,
    empty_repo: head === undefined,
    http_url_to_repo: `${origin()}/${path}.git`,
    web_url: `${origin()}/${path}`,
    created_at: project.createdAt,
    last_activity_at: project.pushedAt,
    ...(owner && { namespace: namespaceView(owner) }),
  };
}
