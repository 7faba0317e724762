import { NotAllowedError, ServiceUnavailableError } from '@backstage/errors';
import { z } from 'zod/v3';
import type { GitHubPlace } from '@slipway/backstage-plugin-eks-node/resources';
import {
  readJson,
  readRecord,
  RECORD,
  type RepositoryPlace,
} from '../git/types';

const repositorySchema = z.object({
  full_name: z.string(),
  html_url: z.string().url(),
  created_at: z.string().datetime({ offset: true }),
  default_branch: z.string(),
  archived: z.boolean().default(false),
});

/** A repository on GitHub. */
export function githubRepository(place: GitHubPlace): RepositoryPlace {
  const { host, owner, repo } = place;
  const name = `${owner}/${repo}`;
  const path = `/repos/${name}`;

  const unusable = (status: number) =>
    new ServiceUnavailableError(
      `${host} gives no usable answer about ${name} (status ${status}); try again`,
    );

  return {
    host,
    name,
    // As `catalog:register` writes an address, and as GitHub shows one to a person.
    locationsOf: ({ url, defaultBranch }, file) =>
      ['tree', 'blob'].map(kind => `${url}/${kind}/${defaultBranch}/${file}`),
    async read() {
      const answer = await place.ask(path);
      if (answer.status === 404) {
        return undefined;
      }
      const described = repositorySchema.safeParse(readJson(answer.text));
      if (answer.status !== 200 || !described.success) {
        throw unusable(answer.status);
      }
      const branch = described.data.default_branch;
      const [head, record] = await Promise.all([
        place.ask(`${path}/branches?per_page=1`),
        place.ask(
          `${path}/contents/${RECORD}?ref=${encodeURIComponent(branch)}`,
          { accept: 'application/vnd.github.raw+json' },
        ),
      ]);
      const branches = z.array(z.unknown()).safeParse(readJson(head.text));
      if (head.status !== 200 || !branches.success) {
        throw unusable(head.status);
      }
      // 409 is what GitHub says of files in a repository that is empty.
      if (![200, 404, 409].includes(record.status)) {
        throw unusable(record.status);
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
    },
    async remove() {
      const { status } = await place.ask(path, { method: 'DELETE' });
      if (status === 204 || status === 404) {
        return;
      }
      if (status === 401 || status === 403) {
        throw new NotAllowedError(
          `the integration of ${host} may not delete ${name}: its token needs \`delete_repo\`, an app \`administration: write\`; delete it by hand, or see docs/iam.md`,
        );
      }
      throw unusable(status);
    },
    async archive() {
      const { status } = await place.ask(path, {
        method: 'PATCH',
        body: { archived: true },
      });
      if (status === 200) {
        return;
      }
      // 404 is what GitHub says to a token that may read, but not administer.
      if ([401, 403, 404].includes(status)) {
        throw new NotAllowedError(
          `the integration of ${host} may not archive ${name}: its token needs \`repo\` of an administrator, an app \`administration: write\`; archive it by hand, or see docs/iam.md`,
        );
      }
      throw unusable(status);
    },
  };
}
