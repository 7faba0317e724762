import type { Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { registeredTemplate } from '../../golden/__testUtils__/template';

/** Whom the scenarios name as owner and system. */
const others: Entity[] = [
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name: 'payments' },
    spec: { type: 'team', children: [] },
  },
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'System',
    metadata: { name: 'shop' },
    spec: { owner: 'payments' },
  },
  registeredTemplate('eks-service'),
];

const origin = 'url:https://git.example.com/catalog-info.yaml';

/** A service that was registered, by whom the tests run as. */
export function registeredService(
  name: string,
  annotations: Record<string, string>,
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': origin,
        'backstage.io/managed-by-origin-location': origin,
        ...annotations,
      },
    },
    spec: { type: 'service', owner: 'user:default/mock' },
    relations: [{ type: 'ownedBy', targetRef: 'user:default/mock' }],
  };
}

/** A catalog, with at most one service that was registered. */
export function startCatalog(service: Entity | undefined): CatalogService {
  const before = catalogServiceMock({
    entities: service ? [...others, service] : others,
  });
  const after = catalogServiceMock({ entities: others });
  let registered = service !== undefined;
  const now = () => (registered ? before : after);
  return catalogServiceMock.mock({
    getEntityByRef: (...options) => now().getEntityByRef(...options),
    getEntities: (...options) => now().getEntities(...options),
    getLocationByRef: async ref =>
      registered && ref === origin
        ? {
            id: 'location-1',
            type: 'url',
            target: ref.replace(/^url:/, ''),
            entityRef: 'location:default/generated-1',
          }
        : undefined,
    removeLocationById: async () => {
      registered = false;
    },
  });
}
