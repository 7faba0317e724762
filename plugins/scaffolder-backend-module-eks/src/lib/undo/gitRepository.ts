import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { openRepository } from '../git/openRepository';
import type { GitRepository, RepositoryPlace } from '../git/types';
import { notOurs, nothing, type Part, type Thing } from './types';

/** What a task published, and where. */
export interface PublishedOptions {
  /** Id of the task that has to have made it. */
  task: string;
  /** As the repository picker writes it: `github.com?owner=acme&repo=orders`. */
  repoUrl: string;
  /** When the name was free for this task; an empty repository made later is this task's. */
  freeSince?: Date;
  catalog: CatalogService;
  credentials: BackstageCredentials;
  integrations: ScmIntegrationRegistry;
  dryRun: boolean;
  signal?: AbortSignal;
}

/**
 * The git repository that a task published, and the catalog's location of it.
 * A repository is the task's when it records the task, or when it is empty and
 * was made after the task found the name free: then publishing was interrupted
 * between making it and pushing to it.
 */
export function gitRepositoryPart(options: PublishedOptions): Part {
  const { repoUrl, integrations, dryRun, signal } = options;
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
          'only repositories on GitHub and GitLab can be removed',
        );
      }
      const found = await place.read();
      if (!found) {
        return nothing;
      }
      const thing = { ...unread, name: found.name, where: place.host };
      if (!isOf(options, found)) {
        return notOurs(thing, 'this task did not make it');
      }
      const outcome = await removeLocations(options, place, found);
      if (!dryRun) {
        await place.remove();
      }
      return { ...outcome, removed: [...outcome.removed, thing] };
    },
  };
}

function isOf(
  { task, freeSince }: PublishedOptions,
  found: GitRepository,
): boolean {
  if (found.task !== undefined) {
    return found.task === task;
  }
  // Git hosts count whole seconds.
  return (
    found.empty &&
    freeSince !== undefined &&
    found.createdAt.getTime() >= Math.floor(freeSince.getTime() / 1000) * 1000
  );
}

async function removeLocations(
  { catalog, credentials, dryRun }: PublishedOptions,
  place: RepositoryPlace,
  found: GitRepository,
) {
  const things: Thing[] = [];
  for (const target of place.locationsOf(found, 'catalog-info.yaml')) {
    const location = await catalog.getLocationByRef(`url:${target}`, {
      credentials,
    });
    if (location) {
      if (!dryRun) {
        await catalog.removeLocationById(location.id, { credentials });
      }
      things.push({ kind: 'location', name: target, where: 'the catalog' });
    }
  }
  return { removed: things, left: [] };
}
