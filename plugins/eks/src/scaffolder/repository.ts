import type { ConfigApi } from '@backstage/core-plugin-api';
import type { scmIntegrationsApiRef } from '@backstage/integration-react';
import { pipelineHosts } from '@slipway/backstage-plugin-eks-common';

/** A git host and an organisation on it, as a RepoUrlPicker knows them. */
export interface RepositoryPlace {
  /** Such as `github.com`. */
  host: string;
  /** The organisation or user. */
  owner: string;
}

/** The portal's git hosts. */
type Integrations = (typeof scmIntegrationsApiRef)['T'];

/** Hosts of the portal's integrations that a pipeline runs on. */
export function hostsFor(
  pipeline: string,
  integrations: Integrations,
): string[] {
  return pipelineHosts(pipeline).flatMap(kind =>
    integrations[kind].list().map(({ config }) => config.host),
  );
}

/**
 * Where new repositories go unless somebody chooses otherwise:
 * `eks.create.repository` and `eks.create.gitlab` in the configuration, as far
 * as the pipeline runs there.
 */
export function repositoryPlaces(
  config: ConfigApi,
  pipeline: string,
  integrations: Integrations,
): RepositoryPlace[] {
  const hosts = hostsFor(pipeline, integrations);
  return ['eks.create.repository', 'eks.create.gitlab']
    .map(key => config.getOptionalConfig(key))
    .filter(place => place !== undefined)
    .map(place => ({
      host: place.getString('host'),
      owner: place.getString('owner'),
    }))
    .filter(({ host }) => hosts.includes(host));
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
