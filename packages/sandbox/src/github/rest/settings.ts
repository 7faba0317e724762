import { generateKeyPairSync } from 'node:crypto';
import type { Request } from 'express';
import { GitHubError, invalid, notFound } from '../errors';
import { headOf } from '../git';
import type { Repository } from '../repositories';
import { text, type AddCalls, type RestContext } from './context';
import { apiUrl } from './views';

const PERMISSIONS = ['pull', 'triage', 'push', 'maintain', 'admin'];

/**
 * What is set on a repository: topics, who may do what, protection of branches,
 * and what its pipelines are given.
 */
export const addSettings: AddCalls = (router, rest) => {
  router.get('/repos/:owner/:repo/topics', (request, response) => {
    response.json({ names: rest.find(request).topics });
  });
  router.put('/repos/:owner/:repo/topics', (request, response) => {
    const repository = rest.find(request);
    repository.topics = readTopics(request.body.names);
    rest.repositories.save();
    response.json({ names: repository.topics });
  });

  router.get('/repos/:owner/:repo/collaborators', (request, response) => {
    response.json(
      Object.entries(rest.find(request).collaborators).map(
        ([login, permission]) => ({ login, role_name: permission }),
      ),
    );
  });
  router.put('/repos/:owner/:repo/collaborators/:user', (request, response) => {
    const repository = rest.find(request);
    const user = rest.repositories.owner(request.params.user);
    if (user?.type !== 'User') {
      throw notFound();
    }
    repository.collaborators[user.login] = readPermission(request);
    rest.repositories.save();
    response.status(204).end();
  });
  router.get('/repos/:owner/:repo/teams', (request, response) => {
    response.json(
      Object.entries(rest.find(request).teams).map(([slug, permission]) => ({
        slug,
        name: slug,
        permission,
      })),
    );
  });
  router.put(
    '/orgs/:org/teams/:team/repos/:owner/:repo',
    (request, response) => {
      const repository = rest.find(request);
      const { org, team } = request.params;
      if (!rest.repositories.owner(org)?.teams?.includes(team)) {
        throw notFound();
      }
      repository.teams[team] = readPermission(request);
      rest.repositories.save();
      response.status(204).end();
    },
  );

  addProtection(router, rest);
  addPipelineSettings(router, rest);

  router.put('/repos/:owner/:repo/subscription', (request, response) => {
    const repository = rest.find(request);
    response.json({
      subscribed: request.body.subscribed === true,
      ignored: request.body.ignored === true,
      repository_url: apiUrl(rest, repository),
    });
  });
};

function readTopics(names: unknown): string[] {
  const topics = Array.isArray(names) ? names.map(text) : [];
  if (topics.some(topic => !/^[a-z0-9][a-z0-9-]{0,49}$/.test(topic))) {
    throw invalid(
      'Repository',
      'topics',
      'Topics must start with a lowercase letter or number, consist of 50 characters or less, and can include hyphens.',
    );
  }
  return topics;
}

function readPermission(request: Request): string {
  const permission = text(request.body.permission) || 'push';
  if (!PERMISSIONS.includes(permission)) {
    throw invalid('Permission', 'permission', `${permission} is not one`);
  }
  return permission;
}

/**
 * Protection of branches: kept and shown, not enforced, since whoever has the
 * one token is an administrator.
 */
const addProtection: AddCalls = (router, rest) => {
  const path = '/repos/:owner/:repo/branches/:branch/protection';
  const view = (repository: Repository, branch: string) => {
    if (!Object.hasOwn(repository.protection, branch)) {
      throw new GitHubError(404, 'Branch not protected');
    }
    const protection = repository.protection[branch];
    const enabled = (value: unknown) => ({ enabled: value === true });
    return {
      url: `${apiUrl(rest, repository)}/branches/${branch}/protection`,
      required_status_checks: protection.required_status_checks ?? undefined,
      required_pull_request_reviews:
        protection.required_pull_request_reviews ?? undefined,
      restrictions: protection.restrictions ?? undefined,
      enforce_admins: enabled(protection.enforce_admins),
      required_linear_history: enabled(protection.required_linear_history),
      required_conversation_resolution: enabled(
        protection.required_conversation_resolution,
      ),
      block_creations: enabled(protection.block_creations),
      required_signatures: enabled(protection.required_signatures),
    };
  };
  router.get(path, (request, response) => {
    response.json(view(rest.find(request), request.params.branch));
  });
  router.put(path, async (request, response) => {
    const repository = rest.find(request);
    const { branch } = request.params;
    if (!(await headOf(rest.directoryOf(repository), branch))) {
      throw new GitHubError(404, 'Branch not found');
    }
    repository.protection[branch] = request.body;
    rest.repositories.save();
    response.json(view(repository, branch));
  });
  router.delete(path, (request, response) => {
    const repository = rest.find(request);
    const { branch } = request.params;
    view(repository, branch);
    delete repository.protection[branch];
    rest.repositories.save();
    response.status(204).end();
  });
  router.post(`${path}/required_signatures`, (request, response) => {
    const repository = rest.find(request);
    const { branch } = request.params;
    const { url } = view(repository, branch);
    repository.protection[branch].required_signatures = true;
    rest.repositories.save();
    response.json({ url: `${url}/required_signatures`, enabled: true });
  });
};

/** What a name of a variable or secret looks like. */
const VARIABLE = /^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]*$/i;

/** Variables, secrets and the OIDC subject of a repository's pipelines. */
const addPipelineSettings: AddCalls = (router, rest: RestContext) => {
  const actions = '/repos/:owner/:repo/actions';
  const readName = (kind: string, name: string) => {
    if (!VARIABLE.test(name)) {
      throw invalid(
        kind,
        'name',
        `${kind} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).`,
      );
    }
    return name.toLocaleUpperCase('en-US');
  };

  router.get(`${actions}/variables`, (request, response) => {
    const variables = Object.entries(rest.find(request).variables);
    response.json({
      total_count: variables.length,
      variables: variables.map(([name, value]) => ({ name, value })),
    });
  });
  router.post(`${actions}/variables`, (request, response) => {
    const repository = rest.find(request);
    const name = readName('Variable', text(request.body.name));
    if (name in repository.variables) {
      throw new GitHubError(409, 'Already exists');
    }
    repository.variables[name] = text(request.body.value);
    rest.repositories.save();
    response.status(201).json({});
  });

  // Nobody opens what is sealed with it: values of secrets are not kept.
  const publicKey = generateKeyPairSync('x25519').publicKey.export({
    format: 'jwk',
  });
  const key = Buffer.from(text(publicKey.x), 'base64url').toString('base64');
  router.get(`${actions}/secrets/public-key`, (request, response) => {
    rest.find(request);
    response.json({ key_id: 'sandbox-1', key });
  });
  router.get(`${actions}/secrets`, (request, response) => {
    const { secrets } = rest.find(request);
    response.json({
      total_count: secrets.length,
      secrets: secrets.map(name => ({ name })),
    });
  });
  router.put(`${actions}/secrets/:name`, (request, response) => {
    const repository = rest.find(request);
    const name = readName('Secret', request.params.name);
    if (request.body.key_id !== 'sandbox-1') {
      throw invalid('Secret', 'key_id', 'key_id is not of the current key');
    }
    const isNew = !repository.secrets.includes(name);
    if (isNew) {
      repository.secrets.push(name);
      rest.repositories.save();
    }
    response.status(isNew ? 201 : 204).end();
  });

  router.get(`${actions}/oidc/customization/sub`, (request, response) => {
    response.json(rest.find(request).oidcSubject ?? { use_default: true });
  });
  router.put(`${actions}/oidc/customization/sub`, (request, response) => {
    const repository = rest.find(request);
    const { use_default: useDefault, include_claim_keys: claims } =
      request.body;
    repository.oidcSubject = {
      use_default: useDefault === true,
      include_claim_keys: Array.isArray(claims) ? claims.map(text) : [],
    };
    rest.repositories.save();
    response.status(201).json({});
  });
  router.put(`${actions}/permissions/access`, (request, response) => {
    rest.find(request);
    response.status(204).end();
  });
};
