import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { git, isRefName, log } from '../git';
import { GitHubError } from '../errors';
import { fullName } from '../repositories';
import { linkNextPage, pageOf, text, wildcard, type AddCalls } from './context';
import { apiUrl, commitView, repositoryView } from './views';

const compress = promisify(gzip);

/** Commits, and all the files of one as an archive. */
export const addCommits: AddCalls = (router, rest) => {
  router.get('/repos/:owner/:repo/commits', async (request, response) => {
    const repository = rest.find(request);
    const sha = await rest.commitOf(
      repository,
      text(request.query.sha) || repository.defaultBranch,
    );
    const { page, perPage } = pageOf(request);
    const commits = await log(rest.directoryOf(repository), sha, {
      count: perPage + 1,
      skip: (page - 1) * perPage,
      path: text(request.query.path),
    });
    if (commits.length > perPage) {
      linkNextPage(rest, request, response);
    }
    response.json(
      commits
        .slice(0, perPage)
        .map(commit => commitView(rest, repository, commit)),
    );
  });

  // The name of a branch may have slashes of its own.
  router.get('/repos/:owner/:repo/commits/*', async (request, response) => {
    const repository = rest.find(request);
    const name = wildcard(request);
    const isStatus = name.endsWith('/status');
    const ref = isStatus ? name.slice(0, -'/status'.length) : name;
    if (!isRefName(ref)) {
      throw new GitHubError(422, `No commit found for SHA: ${ref}`);
    }
    const sha = await rest.commitOf(repository, ref);
    if (isStatus) {
      response.json({
        sha,
        state: 'pending',
        statuses: [],
        total_count: 0,
        repository: await repositoryView(rest, repository),
        commit_url: `${apiUrl(rest, repository)}/commits/${sha}`,
      });
      return;
    }
    const [commit] = await log(rest.directoryOf(repository), sha, { count: 1 });
    response.json(commitView(rest, repository, commit));
  });

  for (const format of ['tarball', 'zipball'] as const) {
    router.get(
      [`/repos/:owner/:repo/${format}`, `/repos/:owner/:repo/${format}/*`],
      async (request, response) => {
        const repository = rest.find(request);
        const sha = await rest.commitOf(
          repository,
          wildcard(request) || repository.defaultBranch,
        );
        const top = `${fullName(repository).replace('/', '-')}-${sha.slice(0, 7)}`;
        const archive = await git(rest.directoryOf(repository), [
          'archive',
          `--format=${format === 'tarball' ? 'tar' : 'zip'}`,
          `--prefix=${top}/`,
          sha,
        ]);
        response.attachment(
          format === 'tarball' ? `${top}.tar.gz` : `${top}.zip`,
        );
        if (format === 'tarball') {
          response.type('application/x-gzip').send(await compress(archive));
        } else {
          response.type('application/zip').send(archive);
        }
      },
    );
  }
};
