import { invalid, notFound } from '../errors';
import {
  repositoryNameProblem,
  USUAL_SETTINGS,
  type NewRepository,
  type Owner,
  type Repository,
  type Settings,
} from '../repositories';
import { writeBlob, writeCommit, writeTree, moveBranch } from '../git';
import { sendPage, text, type AddCalls, type RestContext } from './context';
import { ownerView, repositoryView } from './views';

/** Users, organisations, and the making of repositories. */
export const addOwners: AddCalls = (router, rest) => {
  const find = (login: string, type?: Owner['type']): Owner => {
    const owner = rest.repositories.owner(login);
    if (!owner || (type && owner.type !== type)) {
      throw notFound();
    }
    return owner;
  };

  router.get('/user', (_, response) => {
    response.json(ownerView(rest, rest.user));
  });
  router.get('/user/orgs', (_, response) => {
    response.json(
      rest.repositories.owners
        .filter(({ type }) => type === 'Organization')
        .map(owner => ownerView(rest, owner)),
    );
  });
  router.get('/users/:owner', (request, response) => {
    response.json(ownerView(rest, find(request.params.owner)));
  });
  router.get('/orgs/:owner', (request, response) => {
    response.json(ownerView(rest, find(request.params.owner, 'Organization')));
  });
  router.get(
    ['/orgs/:owner/repos', '/users/:owner/repos'],
    async (request, response) => {
      const { login } = find(request.params.owner);
      const repositories = rest.repositories.list(login);
      sendPage(
        rest,
        request,
        response,
        await Promise.all(
          repositories.map(repository => repositoryView(rest, repository)),
        ),
      );
    },
  );
  router.get('/orgs/:owner/teams', (request, response) => {
    const { teams = [] } = find(request.params.owner, 'Organization');
    sendPage(rest, request, response, teams.map(teamView));
  });
  router.get('/orgs/:owner/teams/:team', (request, response) => {
    const { teams = [] } = find(request.params.owner, 'Organization');
    const team = teams.find(slug => slug === request.params.team);
    if (!team) {
      throw notFound();
    }
    response.json(teamView(team));
  });
  router.post('/orgs/:owner/repos', async (request, response) => {
    const owner = find(request.params.owner, 'Organization');
    const repository = await create(rest, owner, request.body);
    response.status(201).json(await repositoryView(rest, repository));
  });
  router.post('/user/repos', async (request, response) => {
    const repository = await create(rest, rest.user, request.body);
    response.status(201).json(await repositoryView(rest, repository));
  });
};

const teamView = (slug: string) => ({ slug, name: slug });

/** What a body says of {@link Settings}; the rest is as it was. */
export function readSettings(
  body: Record<string, unknown>,
  settings: Settings,
): Settings {
  const changed = { ...settings };
  for (const name of Object.keys(settings) as (keyof Settings)[]) {
    const value = body[name];
    if (typeof value === 'boolean') {
      changed[name] = value;
    }
  }
  return changed;
}

/** What a body says of who sees a repository. */
export function readVisibility(
  body: Record<string, unknown>,
): Repository['visibility'] | undefined {
  const { visibility, private: isPrivate } = body;
  if (
    visibility === 'public' ||
    visibility === 'private' ||
    visibility === 'internal'
  ) {
    return visibility;
  }
  return typeof isPrivate === 'boolean'
    ? (isPrivate && 'private') || 'public'
    : undefined;
}

async function create(
  rest: RestContext,
  owner: Owner,
  body: Record<string, unknown>,
): Promise<Repository> {
  const name = text(body.name);
  const failed = (message: string) =>
    invalid('Repository', 'name', message, 'Repository creation failed.');
  const problem = repositoryNameProblem(name);
  if (problem) {
    throw failed(problem);
  }
  if (rest.repositories.find(owner.login, name)) {
    throw failed('name already exists on this account');
  }
  const details: NewRepository = {
    name,
    description: text(body.description),
    homepage: text(body.homepage),
    visibility: readVisibility(body) ?? 'public',
    settings: readSettings(body, USUAL_SETTINGS),
  };
  const repository = await rest.repositories.create(owner, details, rest.nowMs);
  if (body.auto_init === true) {
    await rest.moving(repository, () => writeReadme(rest, repository));
  }
  return repository;
}

/** The first commit, where GitHub is asked to make it. */
async function writeReadme(rest: RestContext, repository: Repository) {
  const directory = rest.directoryOf(repository);
  const { name, description, defaultBranch } = repository;
  const readme = `# ${name}\n${description}\n`;
  const sha = await writeBlob(directory, Buffer.from(readme));
  const tree = await writeTree(directory, undefined, [
    { path: 'README.md', content: { sha } },
  ]);
  const commit = await writeCommit(directory, {
    tree,
    parents: [],
    message: 'Initial commit',
  });
  await moveBranch(directory, defaultBranch, commit, undefined);
}
