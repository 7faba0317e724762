import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import { z } from 'zod/v3';
import type { GitHubPlace } from '@slipway/backstage-plugin-eks-node/resources';

/** Names of a repository as GitHub writes them, and the ids that never change. */
export interface RepositoryIds {
  owner: string;
  ownerId: string;
  repo: string;
  /** Undefined while there is no repository. */
  repositoryId?: string;
}

const account = z.object({ id: z.number().int(), login: z.string() });
const repository = z.object({
  id: z.number().int(),
  name: z.string(),
  owner: account,
});

/**
 * Reads the ids of a repository.
 *
 * @param ahead - whether the repository may not be there yet: then only its
 * owner's id is read
 * @throws NotFoundError when there is none, or the portal may not see it
 * @throws ServiceUnavailableError when GitHub gives no usable answer
 */
export async function readRepositoryIds(
  place: GitHubPlace,
  { ahead }: { ahead: boolean },
): Promise<RepositoryIds> {
  const { host, owner, repo } = place;
  const answer = await place.ask(`/repos/${owner}/${repo}`);
  if (answer.status === 404) {
    if (ahead) {
      return { ...(await readOwner(place)), repo };
    }
    throw new NotFoundError(
      `repository ${owner}/${repo} on ${host}: not found; publish it before its pipeline gets a role, and check that the integration's token may see it`,
    );
  }
  const { id, name, owner: holder } = read(place, answer, repository);
  return {
    owner: holder.login,
    ownerId: String(holder.id),
    repo: name,
    repositoryId: String(id),
  };
}

async function readOwner(place: GitHubPlace) {
  const { host, owner } = place;
  const answer = await place.ask(`/users/${owner}`);
  if (answer.status === 404) {
    throw new NotFoundError(
      `${host} has no user or organisation \`${owner}\`, or the portal may not see it`,
    );
  }
  const { id, login } = read(place, answer, account);
  return { owner: login, ownerId: String(id) };
}

function read<T>(
  { host, owner, repo }: GitHubPlace,
  { status, text }: { status: number; text: string },
  schema: z.ZodType<T>,
): T {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Refused below, as anything else that is not what was asked for.
  }
  const result = schema.safeParse(body);
  if (status !== 200 || !result.success) {
    throw new ServiceUnavailableError(
      `${host} gives no usable answer about ${owner}/${repo} (status ${status}); try again`,
    );
  }
  return result.data;
}
