import { InputError } from '@backstage/errors';
import {
  DefaultGithubCredentialsProvider,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import type { NameSource } from './types';

/**
 * Asks GitHub for a repository, with the credentials of the integration. Only
 * hosts of configured integrations are ever asked.
 */
export function createGitHostSource(
  integrations: ScmIntegrationRegistry,
): NameSource {
  const credentials =
    DefaultGithubCredentialsProvider.fromIntegrations(integrations);

  return async (name, { repoUrl }, signal) => {
    const unknown = (reason: string) =>
      ({ availability: 'unknown', reason }) as const;
    if (!repoUrl) {
      return unknown(
        'The git host is asked as soon as an owner of the repository is chosen.',
      );
    }
    const { host, owner, repo } = parseRepoUrl(repoUrl, name);
    const github = integrations.github.byHost(host);
    if (!github) {
      return unknown(
        `Whether the repository is free is not known: ${host} is not a GitHub host of the portal's integrations.`,
      );
    }
    if (!owner) {
      return unknown(
        'The git host is asked as soon as an owner of the repository is chosen.',
      );
    }
    const { headers } = await credentials.getCredentials({
      url: `https://${host}/${owner}/${repo}`,
    });
    const apiBaseUrl = github.config.apiBaseUrl ?? 'https://api.github.com';
    const response = await fetch(`${apiBaseUrl}/repos/${owner}/${repo}`, {
      headers: { ...headers, accept: 'application/vnd.github+json' },
      // GitHub redirects from the old name of a repository.
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    const { status } = response;
    if (status === 404) {
      return { availability: 'free' };
    }
    if (status >= 200 && status < 400) {
      return {
        availability: 'taken',
        reason: `${host} has the repository ${owner}/${repo} already; choose another name.`,
      };
    }
    return unknown(
      `Whether ${owner}/${repo} is free is not known: ${host} answered with status ${status}.${
        status === 401 || status === 403
          ? ` Check the credentials of integrations.github for ${host}.`
          : ''
      }`,
    );
  };
}

/** The parts go into a URL: nothing but what GitHub allows gets through. */
function parseRepoUrl(
  repoUrl: string,
  name: string,
): { host: string; owner: string; repo: string } {
  let url: URL;
  try {
    url = new URL(`https://${repoUrl}`);
  } catch {
    throw new InputError(
      'repoUrl is not one, such as github.com?owner=acme&repo=orders',
    );
  }
  const owner = url.searchParams.get('owner') ?? '';
  const repo = url.searchParams.get('repo') || name;
  if (owner && !/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(owner)) {
    throw new InputError('repoUrl: owner is not the name of a GitHub account');
  }
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(repo) || /^\.+$/.test(repo)) {
    throw new InputError('repoUrl: repo is not the name of a repository');
  }
  return { host: url.host, owner, repo };
}
