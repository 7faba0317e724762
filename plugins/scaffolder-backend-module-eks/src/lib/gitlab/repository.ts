import { NotAllowedError, ServiceUnavailableError } from '@backstage/errors';
import {
  type GitLabPlace,
  projectPath,
} from '@slipway/backstage-plugin-eks-node/resources';
import { z } from 'zod/v3';
import {
  type GitRepository,
  readJson,
  readRecord,
  RECORD,
  type RepositoryPlace,
} from '../git/types';

const projectSchema = z.object({
  path_with_namespace: z.string(),
  web_url: z.string().url(),
  created_at: z.string().datetime({ offset: true }),
  // A project that nothing was pushed to has none.
  default_branch: z.string().nullable().default(null),
  empty_repo: z.boolean().default(false),
  archived: z.boolean().default(false),
});

/** A project on GitLab. */
export function gitlabRepository(place: GitLabPlace): RepositoryPlace {
  const { host, owner, repo } = place;
  const name = `${owner}/${repo}`;
  const path = `/projects/${projectPath(place)}`;

  const unusable = (status: number) =>
    new ServiceUnavailableError(
      `${host} gives no usable answer about ${name} (status ${status}); try again`,
    );

  /** @param done - what GitLab answers when it did it */
  async function change(
    what: string,
    done: number[],
    ask: () => Promise<{ status: number }>,
  ): Promise<void> {
    const { status } = await ask();
    if (done.includes(status)) {
      return;
    }
    if (status === 401 || status === 403) {
      throw new NotAllowedError(
        `the integration of ${host} may not ${what} ${name}: its token needs the scope \`api\` of an owner of the project; ${what} it by hand, or see docs/iam.md`,
      );
    }
    throw unusable(status);
  }

  return {
    host,
    name,
    locationsOf: ({ url, defaultBranch }, file) =>
      ['blob', 'tree'].map(kind => `${url}/-/${kind}/${defaultBranch}/${file}`),
    async read() {
      const answer = await place.ask(path);
      if (answer.status === 404) {
        return undefined;
      }
      const described = projectSchema.safeParse(readJson(answer.text));
      if (answer.status !== 200 || !described.success) {
        throw unusable(answer.status);
      }
      const { default_branch: branch, ...project } = described.data;
      const found: GitRepository = {
        name: project.path_with_namespace,
        url: project.web_url,
        createdAt: new Date(project.created_at),
        defaultBranch: branch ?? 'main',
        empty: project.empty_repo || branch === null,
        archived: project.archived,
      };
      if (branch === null) {
        return found;
      }
      const record = await place.ask(
        `${path}/repository/files/${encodeURIComponent(RECORD)}/raw?ref=${encodeURIComponent(branch)}`,
      );
      if (![200, 404].includes(record.status)) {
        throw unusable(record.status);
      }
      return {
        ...found,
        ...(record.status === 200 && readRecord(record.text)),
      };
    },
    // 404: it is gone already, or the portal never saw it.
    remove: () =>
      change('delete', [202, 204, 404], () =>
        place.ask(path, { method: 'DELETE' }),
      ),
    archive: () =>
      change('archive', [200, 201], () =>
        place.ask(`${path}/archive`, { method: 'POST' }),
      ),
  };
}
