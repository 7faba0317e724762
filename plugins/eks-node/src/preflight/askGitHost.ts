import { InputError, isError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { type GitHubPlace, openGitHub } from '../resources/git/openGitHub';
import {
  explainProjectPath,
  type GitLabPlace,
  openGitLab,
  projectPath,
} from '../resources/git/openGitLab';
import { findingOf } from './guard';
import type { Finding } from './report';

/** What a git host says about a repository that shall be made. */
export type RepositoryAnswer =
  | { state: 'free' | 'taken'; name: string }
  /** The URL is wrong, or names an owner that is not there. */
  | ({ state: 'wrong' } & Finding)
  /** The host could not be asked. */
  | ({ state: 'unknown' } & Finding);

/**
 * Asks the git host whether a repository can be made.
 *
 * @param repoUrl - as the repository picker writes it: `github.com?owner=acme&repo=orders`
 */
export async function askGitHost(
  repoUrl: string,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
): Promise<RepositoryAnswer> {
  try {
    const github = openGitHub(repoUrl, integrations, signal);
    if (github) {
      return await patiently(github, signal, () => askGitHub(github));
    }
    const gitlab = openGitLab(repoUrl, integrations, signal);
    if (gitlab) {
      return await patiently(gitlab, signal, () => askGitLab(gitlab));
    }
  } catch (error) {
    if (error instanceof InputError) {
      return { state: 'wrong', ...findingOf(error) };
    }
    throw error;
  }
  return {
    state: 'wrong',
    message: `\`${repoUrl}\` is on a host where no service can be made`,
    remedy: 'choose a repository on GitHub or GitLab',
  };
}

interface Place {
  host: string;
  owner: string;
  repo: string;
}

const unknown = (
  { host, owner, repo }: Place,
  cause: string,
  remedy: string,
): RepositoryAnswer => ({
  state: 'unknown',
  message: `Whether ${owner}/${repo} is free on ${host} is not known: ${cause}`,
  remedy,
});

const unexpected = (
  place: Place,
  status: number,
  integration: string,
): RepositoryAnswer =>
  unknown(
    place,
    `it answered with status ${status}`,
    status === 401 || status === 403
      ? `have an operator look at the token of \`integrations.${integration}\``
      : 'check again',
  );

/** A host that does not answer has not said anything. */
async function patiently(
  place: Place,
  signal: AbortSignal,
  ask: () => Promise<RepositoryAnswer>,
): Promise<RepositoryAnswer> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    const cause = isError(error) ? error.message : String(error);
    return unknown(place, cause, 'check again');
  }
}

async function askGitHub(place: GitHubPlace): Promise<RepositoryAnswer> {
  const { host, owner, repo } = place;
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(owner)) {
    return {
      state: 'wrong',
      message: `\`${owner}\` is no owner of repositories on GitHub`,
      remedy: 'choose a user or an organisation',
    };
  }
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(repo) || /^\.+$/.test(repo)) {
    return {
      state: 'wrong',
      message: `\`${repo}\` is no repository name that GitHub takes`,
      remedy: 'use 1 to 100 letters, digits, `.`, `_` and `-`',
    };
  }
  const { status: repository } = await place.ask(`/repos/${owner}/${repo}`);
  if (repository === 200) {
    return { state: 'taken', name: `${owner}/${repo}` };
  }
  if (repository !== 404) {
    return unexpected(place, repository, 'github');
  }
  const { status: account } = await place.ask(`/users/${owner}`);
  return account === 404
    ? {
        state: 'wrong',
        message: `there is no user or organisation \`${owner}\` on ${host}, or the portal may not see it`,
        remedy: 'choose another owner',
      }
    : { state: 'free', name: `${owner}/${repo}` };
}

async function askGitLab(place: GitLabPlace): Promise<RepositoryAnswer> {
  const { host, owner, repo } = place;
  const problem = explainProjectPath(place);
  if (problem) {
    return { state: 'wrong', message: problem, remedy: 'choose another' };
  }
  if (!place.authenticated) {
    return {
      state: 'wrong',
      message: `the portal has no token for ${host}, and cannot make a project there`,
      remedy: 'have an operator add one to `integrations.gitlab`',
    };
  }
  const { status: project } = await place.ask(
    `/projects/${projectPath(place)}`,
  );
  if (project === 200) {
    return { state: 'taken', name: `${owner}/${repo}` };
  }
  if (project !== 404) {
    return unexpected(place, project, 'gitlab');
  }
  const { status: namespace } = await place.ask(
    `/namespaces/${encodeURIComponent(owner)}`,
  );
  return namespace === 404
    ? {
        state: 'wrong',
        message: `there is no group or user \`${owner}\` on ${host}, or the portal may not see it`,
        remedy: 'choose another owner',
      }
    : { state: 'free', name: `${owner}/${repo}` };
}
