import { InputError } from '@backstage/errors';
import {
  DefaultGithubCredentialsProvider,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import type { GitHostKind } from '@slipway/backstage-plugin-eks-common';
import {
  explainProjectPath,
  gitHostKind,
  openGitLab,
  projectPath,
} from '@slipway/backstage-plugin-eks-node/resources';
import type { NameSource } from './types';

/**
 * Asks GitHub or GitLab for a repository, with the credentials of the
 * integration. Only hosts of configured integrations are ever asked.
 */
export function createGitHostSource(
  integrations: ScmIntegrationRegistry,
): NameSource {
  const credentials =
    DefaultGithubCredentialsProvider.fromIntegrations(integrations);

  /** Each gives the status that a host answers about a repository. */
  const ask: Record<
    GitHostKind,
    (place: Place, signal: AbortSignal) => Promise<number | undefined>
  > = {
    async github({ host, owner, repo }, signal) {
      const { headers } = await credentials.getCredentials({
        url: `https://${host}/${owner}/${repo}`,
      });
      const { apiBaseUrl = 'https://api.github.com' } =
        integrations.github.byHost(host)?.config ?? {};
      const response = await fetch(`${apiBaseUrl}/repos/${owner}/${repo}`, {
        headers: { ...headers, accept: 'application/vnd.github+json' },
        // GitHub redirects from the old name of a repository.
        redirect: 'manual',
        signal,
      });
      await response.body?.cancel();
      return response.status;
    },
    async gitlab({ host, owner, repo }, signal) {
      const query = new URLSearchParams({ owner, repo });
      const project = openGitLab(`${host}?${query}`, integrations, signal);
      const answer = await project?.ask(`/projects/${projectPath(project)}`);
      return answer?.status;
    },
  };

  return async (name, { repoUrl }, signal) => {
    const unknown = (reason: string) =>
      ({ availability: 'unknown', reason }) as const;
    if (!repoUrl) {
      return unknown(
        'The git host is asked as soon as an owner of the repository is chosen.',
      );
    }
    const place = parseRepoUrl(repoUrl, name);
    const { host, owner, repo } = place;
    const kind = gitHostKind(host, integrations);
    if (!kind) {
      return unknown(
        `Whether the repository is free is not known: ${host} is neither a GitHub nor a GitLab of the portal's integrations.`,
      );
    }
    if (!owner) {
      return unknown(
        'The git host is asked as soon as an owner of the repository is chosen.',
      );
    }
    requireNames(kind, place);
    const status = await ask[kind](place, signal);
    if (status === 404) {
      return { availability: 'free' };
    }
    if (status !== undefined && status >= 200 && status < 400) {
      return {
        availability: 'taken',
        reason: `${host} has the repository ${owner}/${repo} already; choose another name.`,
      };
    }
    return unknown(
      `Whether ${owner}/${repo} is free is not known: ${host} answered with status ${status}.${
        status === 401 || status === 403
          ? ` Check the credentials of integrations.${kind} for ${host}.`
          : ''
      }`,
    );
  };
}

/** A repository, as far as it is named. */
interface Place {
  host: string;
  owner: string;
  repo: string;
}

function parseRepoUrl(repoUrl: string, name: string): Place {
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
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(repo) || /^\.+$/.test(repo)) {
    throw new InputError('repoUrl: repo is not the name of a repository');
  }
  return { host: url.host, owner, repo };
}

/** The parts go into a URL: nothing but what the host allows gets through. */
function requireNames(kind: GitHostKind, place: Place): void {
  if (
    kind === 'github' &&
    !/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(place.owner)
  ) {
    throw new InputError('repoUrl: owner is not the name of a GitHub account');
  }
  const problem = kind === 'gitlab' && explainProjectPath(place);
  if (problem) {
    throw new InputError(`repoUrl: ${problem}`);
  }
}
