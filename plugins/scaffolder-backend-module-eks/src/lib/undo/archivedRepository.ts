import type { ScmIntegrationRegistry } from '@backstage/integration';
import { openRepository } from '../git/openRepository';
import { notOurs, nothing, type Part, removed, type Thing } from './types';

/** The repository that a service is written in. */
export interface ServiceRepositoryOptions {
  /** Name of the service, which the repository has to record. */
  service: string;
  /** As the repository picker writes it: `github.com?owner=acme&repo=orders`. */
  repoUrl: string;
  /** Whether it is archived or left as it is. */
  archive: boolean;
  integrations: ScmIntegrationRegistry;
  dryRun: boolean;
  signal?: AbortSignal;
}

/**
 * The git repository of a service, which is never removed: it is archived where
 * that is asked for, and where its own record says that it was made for this
 * service alone.
 */
export function serviceRepositoryPart(options: ServiceRepositoryOptions): Part {
  const { service, repoUrl, archive, integrations, dryRun, signal } = options;
  const unread: Thing = {
    kind: 'git repository',
    name: repoUrl,
    where: 'its git host',
  };
  return {
    thing: unread,
    async remove() {
      const place = openRepository(repoUrl, integrations, signal);
      if (!place) {
        return notOurs(
          unread,
          'only repositories on GitHub and GitLab can be archived',
        );
      }
      const thing: Thing = {
        ...unread,
        name: place.name,
        where: place.host,
      };
      if (!archive) {
        return notOurs(
          thing,
          'it is kept; archive or delete it by hand when nobody needs it',
        );
      }
      const found = await place.read();
      if (!found || found.archived) {
        return nothing;
      }
      if (found.service !== service) {
        return notOurs(
          thing,
          `its .slipway.yaml does not say that it was made for ${service}`,
        );
      }
      if (!dryRun) {
        await place.archive();
      }
      return removed({ ...thing, archived: true });
    },
  };
}
