import {
  InputError,
  NotAllowedError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import {
  DefaultGithubCredentialsProvider,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '../git/runGit';

/** More than this the scaffolder's own push would not get through: 20 MiB. */
const MAX_BYTES = 20 * 1024 * 1024;

/** How long the git host may take. */
const TIMEOUT_MS = 5 * 60_000;

/** Where git finds a repository, and what it shows there. */
interface Remote {
  address: string;
  username: string;
  password?: string;
}

/**
 * Fetches all commits that lead to a state of a repository. What becomes of it
 * is git's folder of a repository with one branch, `main`, that has nothing
 * else of the other one: no address, no configuration, no hooks.
 *
 * @throws InputError for a folder of a repository, a host that is neither
 * GitHub nor GitLab, or a history that is too large
 */
export async function fetchHistory(options: {
  integrations: ScmIntegrationRegistry;
  url: string;
  /** A token of whoever asks; the integration's own when left out. */
  token?: string;
  /** The commit. */
  revision: string;
  /** Folder that is made anew. */
  into: string;
  signal?: AbortSignal;
}): Promise<void> {
  const { integrations, url, token, revision, into, signal } = options;
  if (!/^[0-9a-f]{40,64}$/.test(revision)) {
    throw new InputError(
      `\`history\`: ${url} does not say which commit its files are of; bring it in as a copy`,
    );
  }
  const remote = await remoteOf(url, integrations, token);
  const working = `${into}.tmp`;
  await rm(working, { recursive: true, force: true });
  await rm(into, { recursive: true, force: true });
  await mkdir(working, { recursive: true });
  const stop = new AbortController();
  const watching = setInterval(async () => {
    if ((await sizeOf(working)) > MAX_BYTES) {
      stop.abort();
    }
  }, 250);
  try {
    await runGit(working, ['init', '--quiet', '--initial-branch=main', '.']);
    await runGit(
      working,
      ['fetch', '--quiet', '--no-tags', '--', remote.address, revision],
      {
        env: authorized(remote),
        signal: AbortSignal.any([
          stop.signal,
          AbortSignal.timeout(TIMEOUT_MS),
          ...(signal ? [signal] : []),
        ]),
      },
    );
    await runGit(working, ['update-ref', 'refs/heads/main', revision]);
    await rm(join(working, '.git/FETCH_HEAD'), { force: true });
    await rm(join(working, '.git/hooks'), { recursive: true, force: true });
    if ((await sizeOf(working)) > MAX_BYTES) {
      stop.abort();
    }
    stop.signal.throwIfAborted();
    await rename(join(working, '.git'), into);
  } catch (error) {
    signal?.throwIfAborted();
    if (stop.signal.aborted) {
      throw new InputError(
        `\`history\`: the history of ${url} has more than 20 MiB; bring it in as a copy, or push it to the new repository yourself`,
      );
    }
    throw explained(error, url);
  } finally {
    clearInterval(watching);
    await rm(working, { recursive: true, force: true });
  }
}

async function remoteOf(
  url: string,
  integrations: ScmIntegrationRegistry,
  token: string | undefined,
): Promise<Remote> {
  const { origin, pathname } = new URL(url);
  const github = integrations.github.byUrl(url);
  const gitlab = integrations.gitlab.byUrl(url);
  const [, path] =
    (github
      ? /^(\/[^/]+\/[^/]+?)(?:\.git)?(?:\/tree\/[^/]+)?\/?$/
      : /^(\/.+?)(?:\.git)?(?:\/-\/tree\/[^/]+)?\/?$/
    ).exec(pathname) ?? [];
  if (!github && !gitlab) {
    throw new InputError(
      `\`history\`: the history can be brought from GitHub and GitLab alone; bring ${url} in as a copy`,
    );
  }
  if (path === undefined) {
    throw new InputError(
      `\`history\`: ${url} is a folder, and the history is that of a whole repository; name the repository, or bring the folder in as a copy`,
    );
  }
  const address = `${origin}${path}.git`;
  if (github) {
    const credentials = await DefaultGithubCredentialsProvider.fromIntegrations(
      integrations,
    ).getCredentials({ url: `${origin}${path}` });
    return {
      address,
      username: 'x-access-token',
      password: token ?? credentials.token,
    };
  }
  return {
    address,
    username: 'oauth2',
    password: token ?? gitlab?.config.token,
  };
}

/** In the environment, so that no list of processes shows it. */
function authorized({
  username,
  password,
}: Remote): Record<string, string> | undefined {
  if (!password) {
    return undefined;
  }
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    // The header is for that host alone.
    GIT_CONFIG_KEY_1: 'http.followRedirects',
    GIT_CONFIG_VALUE_1: 'false',
  };
}

/** Bytes of the files in a folder and below. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      bytes += entry.isDirectory()
        ? await sizeOf(path)
        : (await stat(path)).size;
    }
  } catch {
    // git renames and removes its files meanwhile.
  }
  return bytes;
}

function explained(error: unknown, url: string): Error {
  const { name, message } = toError(error);
  if (name === 'ServiceUnavailableError') {
    return toError(error);
  }
  if (/authentication failed|could not read|403|401/i.test(message)) {
    return new NotAllowedError(
      `\`sourceUrl\`: the portal may not read the history of ${url}: give the integration's token access to it (${message})`,
    );
  }
  return new ServiceUnavailableError(
    `the history of ${url} cannot be fetched now: try again in a minute, or bring it in as a copy (${message})`,
  );
}
