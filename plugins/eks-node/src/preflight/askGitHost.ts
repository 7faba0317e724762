import { InputError, isError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { openGitHub } from '../resources/git/openGitHub';
import { readRepoUrl, type RepoUrl } from '../resources/git/repoUrl';
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
  let parts: RepoUrl;
  try {
    parts = readRepoUrl(repoUrl, integrations);
  } catch (error) {
    if (error instanceof InputError) {
      return { state: 'wrong', ...findingOf(error) };
    }
    throw error;
  }
  const { host, owner, repo } = parts;
  const name = `${owner}/${repo}`;
  const place = openGitHub(repoUrl, integrations, signal);
  const unknown = (cause: string, remedy: string): RepositoryAnswer => ({
    state: 'unknown',
    message: `Whether ${name} is free on ${host} is not known: ${cause}`,
    remedy,
  });
  if (!place) {
    return unknown('only GitHub can be asked', 'look there yourself');
  }
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

  try {
    const { status: repository } = await place.ask(`/repos/${owner}/${repo}`);
    if (repository === 200) {
      return { state: 'taken', name };
    }
    if (repository !== 404) {
      return unknown(
        `it answered with status ${repository}`,
        repository === 401 || repository === 403
          ? 'have an operator look at the token of `integrations.github`'
          : 'check again',
      );
    }
    const { status: account } = await place.ask(`/users/${owner}`);
    if (account === 404) {
      return {
        state: 'wrong',
        message: `there is no user or organisation \`${owner}\` on ${host}, or the portal may not see it`,
        remedy: 'choose another owner',
      };
    }
    return { state: 'free', name };
  } catch (error) {
    signal.throwIfAborted();
    return unknown(
      isError(error) ? error.message : String(error),
      'check again',
    );
  }
}
