import { InputError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';

/**
 * A repository as the repository picker names it.
 *
 * @public
 */
export interface RepoUrl {
  /** `github.com` */
  host: string;
  /** User, organisation or group. */
  owner: string;
  repo: string;
}

/**
 * Reads a repository picker's URL.
 *
 * @param repoUrl - `github.com?owner=acme&repo=orders`
 * @throws InputError when it is incomplete, or no integration has its host
 * @public
 */
export function readRepoUrl(
  repoUrl: string,
  integrations: ScmIntegrationRegistry,
): RepoUrl {
  let url: URL;
  try {
    url = new URL(`https://${repoUrl}`);
  } catch {
    throw new InputError(
      `\`${repoUrl}\` is no repository; write it as \`github.com?owner=acme&repo=orders\``,
    );
  }
  const { host } = url;
  const owner = url.searchParams.get('owner');
  const repo = url.searchParams.get('repo');
  if (!owner || !repo) {
    throw new InputError(
      `\`${repoUrl}\` does not name ${
        owner ? 'a repository' : 'an owner'
      }; write it as \`github.com?owner=acme&repo=orders\``,
    );
  }
  if (!integrations.byHost(host)) {
    throw new InputError(
      `\`${host}\` is no git host of this portal; choose another, or have an operator add it to \`integrations\``,
    );
  }
  return { host, owner, repo };
}
