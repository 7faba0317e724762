import type { ScmIntegrationRegistry } from '@backstage/integration';
import {
  openGitHub,
  openGitLab,
} from '@slipway/backstage-plugin-eks-node/resources';
import { githubRepository } from '../github/repository';
import { gitlabRepository } from '../gitlab/repository';
import type { RepositoryPlace } from './types';

/**
 * Opens a repository on the git host that it names.
 *
 * @param repoUrl - as the repository picker writes it: `github.com?owner=acme&repo=orders`
 * @returns undefined for a host on which no repositories are made
 * @throws InputError when the URL is incomplete or its host is not configured
 */
export function openRepository(
  repoUrl: string,
  integrations: ScmIntegrationRegistry,
  signal?: AbortSignal,
): RepositoryPlace | undefined {
  const github = openGitHub(repoUrl, integrations, signal);
  if (github) {
    return githubRepository(github);
  }
  const gitlab = openGitLab(repoUrl, integrations, signal);
  return gitlab && gitlabRepository(gitlab);
}
