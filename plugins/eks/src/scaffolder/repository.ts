import type { ConfigApi } from '@backstage/core-plugin-api';

/** A git host and an organisation on it, as a RepoUrlPicker knows them. */
export interface RepositoryPlace {
  /** Such as `github.com`. */
  host: string;
  /** The organisation or user. */
  owner: string;
}

/**
 * Where new repositories go unless somebody chooses otherwise:
 * `eks.create.repository` in the configuration.
 */
export function defaultRepository(
  config: ConfigApi,
): RepositoryPlace | undefined {
  const place = config.getOptionalConfig('eks.create.repository');
  return (
    place && { host: place.getString('host'), owner: place.getString('owner') }
  );
}

/** The form in which the scaffolder passes a repository about. */
export function repoUrlOf(options: RepositoryPlace & { name: string }): string {
  const query = new URLSearchParams({
    owner: options.owner,
    repo: options.name,
  });
  return `${options.host}?${query}`;
}

/** The parts of a repoUrl; undefined for what is not one. */
export function parseRepoUrl(
  repoUrl: string | undefined,
): (RepositoryPlace & { name: string }) | undefined {
  try {
    const url = new URL(`https://${repoUrl}`);
    const owner = url.searchParams.get('owner');
    const name = url.searchParams.get('repo');
    return owner && name ? { host: url.host, owner, name } : undefined;
  } catch {
    return undefined;
  }
}
