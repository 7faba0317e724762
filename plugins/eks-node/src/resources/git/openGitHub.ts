import {
  DefaultGithubCredentialsProvider,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import type { JsonObject } from '@backstage/types';
import { readRepoUrl } from './repoUrl';

/**
 * A repository on GitHub by its place, whether it exists or not.
 *
 * @public
 */
export interface GitHubPlace {
  host: string;
  /** User or organisation. */
  owner: string;
  repo: string;
  /**
   * Asks GitHub's REST API with the integration's credentials.
   *
   * @param path - below the API's base: `/repos/acme/orders`
   */
  ask(
    path: string,
    options?: {
      method?: 'GET' | 'DELETE' | 'PATCH';
      accept?: string;
      /** Sent as JSON. */
      body?: JsonObject;
    },
  ): Promise<{ status: number; text: string }>;
}

/** How long GitHub may take for an answer, in milliseconds. */
const timeoutMs = 10_000;

/** The most that is read of one answer, in characters. */
const maximumAnswer = 1024 * 1024;

/**
 * Reads a repository picker's URL, and gives what asks the GitHub that it
 * names.
 *
 * @param repoUrl - `github.com?owner=acme&repo=orders`
 * @returns undefined when no GitHub integration has that host
 * @throws InputError when the URL is incomplete or its host is not configured
 * @public
 */
export function openGitHub(
  repoUrl: string,
  integrations: ScmIntegrationRegistry,
  signal?: AbortSignal,
): GitHubPlace | undefined {
  const { host, owner = '', repo } = readRepoUrl(repoUrl, integrations);
  const github = integrations.github.byHost(host);
  if (!github) {
    return undefined;
  }
  const apiBaseUrl = github.config.apiBaseUrl ?? 'https://api.github.com';
  const credentials =
    DefaultGithubCredentialsProvider.fromIntegrations(integrations);
  return {
    host,
    owner,
    repo,
    async ask(path, { method = 'GET', accept, body } = {}) {
      const { headers } = await credentials.getCredentials({
        url: `https://${host}/${owner}/${repo}`,
      });
      const response = await fetch(`${apiBaseUrl}${path}`, {
        method,
        headers: {
          ...headers,
          accept: accept ?? 'application/vnd.github+json',
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([
          AbortSignal.timeout(timeoutMs),
          ...(signal ? [signal] : []),
        ]),
      });
      const text = await response.text();
      return { status: response.status, text: text.slice(0, maximumAnswer) };
    },
  };
}
