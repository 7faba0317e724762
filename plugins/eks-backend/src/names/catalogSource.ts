import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { NameSource } from './types';

/** Asks the catalog for a component of the name, as the caller sees it. */
export function createCatalogSource(catalog: CatalogService): NameSource {
  return async (name, { credentials }) => {
    const entityRef = `component:default/${name}`;
    const entity = await catalog.getEntityByRef(entityRef, { credentials });
    return entity
      ? {
          availability: 'taken',
          reason: `The catalog has ${entityRef} already; choose another name.`,
        }
      : { availability: 'free' };
  };
}
