import type { ScmIntegrationRegistry } from '@backstage/integration';
import { openGitHub } from '@slipway/backstage-plugin-eks-node/resources';
import { archiveRepository, readRepository } from '../github/repository';
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
      const place = openGitHub(repoUrl, integrations, signal);
      if (!place) {
        return notOurs(unread, 'only repositories on GitHub can be archived');
      }
      const thing: Thing = {
        ...unread,
        name: `${place.owner}/${place.repo}`,
        where: place.host,
      };
      if (!archive) {
        return notOurs(
          thing,
          'it is kept; archive or delete it by hand when nobody needs it',
        );
      }
      const found = await readRepository(place);
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
        await archiveRepository(place);
      }
      return removed({ ...thing, archived: true });
    },
  };
}
