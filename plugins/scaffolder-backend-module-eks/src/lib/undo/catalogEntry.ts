import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  ANNOTATION_ORIGIN_LOCATION,
  type Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { notOurs, type Part, removed, type Thing } from './types';

/**
 * An entity's page, which goes when the location that it was registered from
 * does. A location that has other entities, too, stays.
 */
export function catalogEntryPart(options: {
  entity: Entity;
  catalog: CatalogService;
  credentials: BackstageCredentials;
  dryRun: boolean;
}): Part {
  const { entity, catalog, credentials, dryRun } = options;
  const ref = stringifyEntityRef(entity);
  const thing: Thing = {
    kind: 'catalog entry',
    name: ref,
    where: 'the catalog',
  };
  const origin = entity.metadata.annotations?.[ANNOTATION_ORIGIN_LOCATION];
  return {
    thing,
    async remove() {
      const location =
        origin && (await catalog.getLocationByRef(origin, { credentials }));
      if (!origin || !location) {
        return notOurs(
          thing,
          `it was not registered by a person or a template; take it out of what the catalog reads${
            origin ? `: ${origin}` : ''
          }`,
        );
      }
      const { items } = await catalog.getEntities(
        {
          filter: {
            [`metadata.annotations.${ANNOTATION_ORIGIN_LOCATION}`]: origin,
          },
          fields: ['kind', 'metadata.name', 'metadata.namespace'],
        },
        { credentials },
      );
      const others = items
        // The catalog has an entity for each location, too.
        .filter(({ kind }) => kind !== 'Location')
        .map(item => stringifyEntityRef(item))
        .filter(other => other !== ref);
      if (others.length > 0) {
        return notOurs(
          thing,
          `${origin} describes ${others.join(', ')}, too; take it out of that file`,
        );
      }
      if (!dryRun) {
        await catalog.removeLocationById(location.id, { credentials });
      }
      return removed(thing);
    },
  };
}
