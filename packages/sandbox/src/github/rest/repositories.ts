import { headOf } from '../git';
import { GitHubError, invalid } from '../errors';
import { sendPage, text, wildcard, type AddCalls } from './context';
import { readSettings, readVisibility } from './owners';
import { addSettings } from './settings';
import { apiUrl, repositoryView } from './views';

/** A repository itself, and its branches. */
export const addRepositories: AddCalls = (router, rest) => {
  router.get('/repos/:owner/:repo', async (request, response) => {
    response.json(await repositoryView(rest, rest.find(request)));
  });
  router.patch('/repos/:owner/:repo', async (request, response) => {
    const repository = rest.find(request);
    const { body } = request;
    const branch = text(body.default_branch);
    if (branch) {
      if (!(await headOf(rest.directoryOf(repository), branch))) {
        throw invalid(
          'Repository',
          'default_branch',
          `The branch ${branch} was not found. Please push that ref first or create it via the Git Data API.`,
        );
      }
      await rest.repositories.setDefaultBranch(repository, branch);
    }
    if (typeof body.description === 'string' || body.description === null) {
      repository.description = text(body.description);
    }
    if (typeof body.homepage === 'string' || body.homepage === null) {
      repository.homepage = text(body.homepage);
    }
    if (typeof body.archived === 'boolean') {
      repository.archived = body.archived;
    }
    repository.visibility = readVisibility(body) ?? repository.visibility;
    repository.settings = readSettings(body, repository.settings);
    rest.repositories.save();
    response.json(await repositoryView(rest, repository));
  });
  router.delete('/repos/:owner/:repo', (request, response) => {
    rest.repositories.remove(rest.find(request));
    response.status(204).end();
  });

  addSettings(router, rest);

  router.get('/repos/:owner/:repo/branches', async (request, response) => {
    const repository = rest.find(request);
    const branches = await rest.branches(repository);
    sendPage(
      rest,
      request,
      response,
      branches.map(({ name, sha }) => ({
        name,
        commit: { sha, url: `${apiUrl(rest, repository)}/commits/${sha}` },
        protected: Object.hasOwn(repository.protection, name),
      })),
    );
  });
  router.get('/repos/:owner/:repo/branches/*', async (request, response) => {
    const repository = rest.find(request);
    const name = wildcard(request);
    const sha = await headOf(rest.directoryOf(repository), name);
    if (!sha) {
      throw new GitHubError(404, 'Branch not found');
    }
    response.json({
      name,
      commit: { sha, url: `${apiUrl(rest, repository)}/commits/${sha}` },
      protected: Object.hasOwn(repository.protection, name),
    });
  });
};
