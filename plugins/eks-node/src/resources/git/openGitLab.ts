import {
  getGitLabRequestOptions,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import { readRepoUrl } from './repoUrl';

/**
 * A project on GitLab by its place, whether it exists or not.
 *
 * @public
 */
export interface GitLabPlace {
  host: string;
  /** Group with its subgroups, or user: `acme/shop`. */
  owner: string;
  repo: string;
  /** Whether the portal has a token for the host. */
  authenticated: boolean;
  /**
   * Asks GitLab's REST API with the integration's token.
   *
   * @param path - below the API's base: `/projects/acme%2Forders`
   */
  ask(
    path: string,
    options?: { method?: 'GET' | 'POST' | 'DELETE' },
  ): Promise<{ status: number; text: string }>;
}

/** How long GitLab may take for an answer, in milliseconds. */
const timeoutMs = 10_000;

/** The most that is read of one answer, in characters. */
const maximumAnswer = 1024 * 1024;

/**
 * Reads a repository picker's URL, and gives what asks the GitLab that it
 * names.
 *
 * @param repoUrl - `gitlab.com?owner=acme/shop&repo=orders`
 * @returns undefined when no GitLab integration has that host
 * @throws InputError when the URL is incomplete or its host is not configured
 * @public
 */
export function openGitLab(
  repoUrl: string,
  integrations: ScmIntegrationRegistry,
  signal?: AbortSignal,
): GitLabPlace | undefined {
  const { host, owner, repo } = readRepoUrl(repoUrl, integrations);
  const gitlab = integrations.gitlab.byHost(host);
  if (!gitlab) {
    return undefined;
  }
  const { config } = gitlab;
  return {
    host,
    owner,
    repo,
    authenticated: config.token !== undefined,
    async ask(path, { method = 'GET' } = {}) {
      const response = await fetch(`${config.apiBaseUrl}${path}`, {
        ...getGitLabRequestOptions(config),
        method,
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

/**
 * A project as GitLab's API takes it in an address: its whole path, encoded.
 *
 * @public
 */
export const projectPath = ({ owner, repo }: { owner: string; repo: string }) =>
  encodeURIComponent(`${owner}/${repo}`);

/**
 * What GitLab says is wrong with the path of a project, before it is asked.
 *
 * @returns undefined when nothing is
 * @public
 */
export function explainProjectPath(options: {
  owner: string;
  repo: string;
}): string | undefined {
  const name = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/;
  const reserved = /\.(git|atom)$|[.-]$|[._-]{2}/i;
  const wrong = (part: string) => !name.test(part) || reserved.test(part);
  if (options.owner.split('/').some(wrong)) {
    return `\`${options.owner}\` is no group or user on GitLab`;
  }
  return wrong(options.repo)
    ? `\`${options.repo}\` is no name of a project that GitLab takes`
    : undefined;
}
