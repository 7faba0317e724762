import { InputError, isError } from '@backstage/errors';
import {
  DefaultGithubCredentialsProvider,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import { parseRepoUrl } from '@backstage/plugin-scaffolder-node';

/** What a git host says about a repository that shall be made. */
export type RepositoryAnswer =
  | { state: 'free' | 'taken'; name: string }
  /** The URL is wrong, or names an owner that is not there. */
  | { state: 'wrong'; message: string }
  /** The host could not be asked. */
  | { state: 'unknown'; message: string };

/** How long the git host may take, in milliseconds. */
const timeoutMs = 10_000;

/**
 * Asks the git host whether a repository can be made.
 *
 * @param repoUrl - as the repository picker writes it: `github.com?owner=acme&repo=orders`
 */
export async function askGitHost(
  repoUrl: string,
  integrations: ScmIntegrationRegistry,
  signal?: AbortSignal,
): Promise<RepositoryAnswer> {
  let parts: ReturnType<typeof parseRepoUrl>;
  try {
    parts = parseRepoUrl(repoUrl, integrations);
  } catch (error) {
    if (error instanceof InputError) {
      return { state: 'wrong', message: error.message };
    }
    throw error;
  }
  const { host, owner = '', repo = '' } = parts;
  const name = `${owner}/${repo}`;
  const github = integrations.github.byHost(host);
  if (!github) {
    return {
      state: 'unknown',
      message: `Whether ${name} is free on ${host} is not known: only GitHub can be asked`,
    };
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(owner)) {
    return {
      state: 'wrong',
      message: `\`${owner}\` is no owner of repositories on GitHub`,
    };
  }
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(repo) || /^\.+$/.test(repo)) {
    return {
      state: 'wrong',
      message: `\`${repo}\` is no repository name that GitHub takes: 1 to 100 letters, digits, \`.\`, \`_\` and \`-\``,
    };
  }

  const apiBaseUrl = github.config.apiBaseUrl ?? 'https://api.github.com';
  const credentials =
    DefaultGithubCredentialsProvider.fromIntegrations(integrations);
  const ask = async (path: string) => {
    const { headers } = await credentials.getCredentials({
      url: `https://${host}/${owner}/${repo}`,
    });
    const response = await fetch(`${apiBaseUrl}${path}`, {
      headers: { ...headers, accept: 'application/vnd.github+json' },
      signal: AbortSignal.any([
        AbortSignal.timeout(timeoutMs),
        ...(signal ? [signal] : []),
      ]),
    });
    await response.body?.cancel();
    return response.status;
  };
  const unknown = (cause: string): RepositoryAnswer => ({
    state: 'unknown',
    message: `Whether ${name} is free on ${host} is not known: ${cause}`,
  });
  try {
    const repository = await ask(`/repos/${owner}/${repo}`);
    if (repository === 200) {
      return { state: 'taken', name };
    }
    if (repository !== 404) {
      return unknown(`it answered with status ${repository}`);
    }
    const account = await ask(`/users/${owner}`);
    if (account === 404) {
      return {
        state: 'wrong',
        message: `there is no user or organisation \`${owner}\` on ${host}, or the portal may not see it`,
      };
    }
    return { state: 'free', name };
  } catch (error) {
    signal?.throwIfAborted();
    return unknown(isError(error) ? error.message : String(error));
  }
}
