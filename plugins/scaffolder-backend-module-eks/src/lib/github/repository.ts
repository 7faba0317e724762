import { NotAllowedError, ServiceUnavailableError } from '@backstage/errors';
import { parse } from 'yaml';
import { z } from 'zod/v3';
import type { GitHubPlace } from '@slipway/backstage-plugin-eks-node/resources';

/** The file in which a generated repository says what it was made with. */
const RECORD = '.slipway.yaml';

/** A repository as GitHub describes it, and what it says of itself. */
export interface GitHubRepository {
  /** `acme/orders` */
  name: string;
  /** Address of its page. */
  url: string;
  createdAt: Date;
  defaultBranch: string;
  /** Nothing was ever pushed to it. */
  empty: boolean;
  /** Nothing can be pushed to it any more. */
  archived: boolean;
  /** Id of the task that made it, as the repository records it. */
  task?: string;
  /** Name of the service that it was made for, as the repository records it. */
  service?: string;
}

const repositorySchema = z.object({
  full_name: z.string(),
  html_url: z.string().url(),
  created_at: z.string().datetime({ offset: true }),
  default_branch: z.string(),
  archived: z.boolean().default(false),
});

const recordSchema = z.object({
  task: z.string().optional(),
  parameters: z.object({ name: z.string().optional() }).optional(),
});

/**
 * Looks at a repository.
 *
 * @returns undefined when there is none, or the portal may not see it
 * @throws ServiceUnavailableError when GitHub gives no usable answer
 */
export async function readRepository(
  place: GitHubPlace,
): Promise<GitHubRepository | undefined> {
  const path = `/repos/${place.owner}/${place.repo}`;
  const answer = await place.ask(path);
  if (answer.status === 404) {
    return undefined;
  }
  const described = repositorySchema.safeParse(readJson(answer.text));
  if (answer.status !== 200 || !described.success) {
    throw unusable(place, answer.status);
  }
  const branch = described.data.default_branch;
  const [head, record] = await Promise.all([
    place.ask(`${path}/branches?per_page=1`),
    place.ask(`${path}/contents/${RECORD}?ref=${encodeURIComponent(branch)}`, {
      accept: 'application/vnd.github.raw+json',
    }),
  ]);
  const branches = z.array(z.unknown()).safeParse(readJson(head.text));
  if (head.status !== 200 || !branches.success) {
    throw unusable(place, head.status);
  }
  // 409 is what GitHub says of files in a repository that is empty.
  if (![200, 404, 409].includes(record.status)) {
    throw unusable(place, record.status);
  }
  return {
    name: described.data.full_name,
    url: described.data.html_url,
    createdAt: new Date(described.data.created_at),
    defaultBranch: branch,
    empty: branches.data.length === 0,
    archived: described.data.archived,
    ...(record.status === 200 && readRecord(record.text)),
  };
}

/**
 * Removes a repository for good. One that is gone already is no error.
 *
 * @throws NotAllowedError when the integration's token may not
 */
export async function deleteRepository(place: GitHubPlace): Promise<void> {
  const { host, owner, repo } = place;
  const { status } = await place.ask(`/repos/${owner}/${repo}`, {
    method: 'DELETE',
  });
  if (status === 204 || status === 404) {
    return;
  }
  if (status === 401 || status === 403) {
    throw new NotAllowedError(
      `the integration of ${host} may not delete ${owner}/${repo}: its token needs \`delete_repo\`, an app \`administration: write\`; delete it by hand, or see docs/iam.md`,
    );
  }
  throw unusable(place, status);
}

/**
 * Makes a repository read-only: its pipelines run no more, and it can be
 * brought back.
 *
 * @throws NotAllowedError when the integration's token may not
 */
export async function archiveRepository(place: GitHubPlace): Promise<void> {
  const { host, owner, repo } = place;
  const { status } = await place.ask(`/repos/${owner}/${repo}`, {
    method: 'PATCH',
    body: { archived: true },
  });
  if (status === 200) {
    return;
  }
  // 404 is what GitHub says to a token that may read, but not administer.
  if ([401, 403, 404].includes(status)) {
    throw new NotAllowedError(
      `the integration of ${host} may not archive ${owner}/${repo}: its token needs \`repo\` of an administrator, an app \`administration: write\`; archive it by hand, or see docs/iam.md`,
    );
  }
  throw unusable(place, status);
}

function readRecord(text: string): { task?: string; service?: string } {
  try {
    const record = recordSchema.safeParse(parse(text)).data;
    return { task: record?.task, service: record?.parameters?.name };
  } catch {
    // Whoever changed the file so that it cannot be read made it theirs.
    return {};
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unusable({ host, owner, repo }: GitHubPlace, status: number) {
  return new ServiceUnavailableError(
    `${host} gives no usable answer about ${owner}/${repo} (status ${status}); try again`,
  );
}
