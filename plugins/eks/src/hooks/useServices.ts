import {
  type Entity,
  isGroupEntity,
  isSystemEntity,
  parseEntityRef,
  RELATION_HAS_PART,
  RELATION_OWNER_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { useRelatedEntities } from '@backstage/plugin-catalog-react';
import { runsOnKubernetes } from '@slipway/backstage-plugin-eks-common';
import type { RuntimesItem } from '@slipway/backstage-plugin-eks-common/runtime';
import { useMemo } from 'react';
import { useSummaries } from './useSummaries';
import type { RuntimeState } from './useRuntime';

/** A service of a system or a group, and what it has running. */
export interface Service extends Omit<RuntimesItem, 'entityRef'> {
  /** Its reference, in full. */
  id: string;
  entity: Entity;
}

/** The services of a system or a group, and how far reading them has come. */
export interface ServicesState extends Pick<
  RuntimeState,
  'following' | 'updatedAt' | 'slow'
> {
  /** Undefined until it is known which there are. */
  services: Service[] | undefined;
  /** Why nothing is known, or nothing newer. */
  error?: Error;
}

/**
 * Whether the entity is a system with components, or a group that owns some.
 *
 * @public
 */
export function hasComponents(entity: Entity): boolean {
  const type = relationOf(entity);
  return Boolean(
    (isSystemEntity(entity) || isGroupEntity(entity)) &&
    entity.relations?.some(
      relation =>
        relation.type === type &&
        parseEntityRef(relation.targetRef).kind === 'component',
    ),
  );
}

/**
 * The components of a system, or those that a group owns, which run on
 * Kubernetes, kept up to date while the page can be seen.
 */
export function useServices(entity: Entity): ServicesState {
  const related = useRelatedEntities(entity, {
    type: relationOf(entity),
    kind: 'component',
  });
  const entities = useMemo(
    () => related.entities?.filter(runsOnKubernetes),
    [related.entities],
  );
  const refs = useMemo(
    () => entities?.map(component => stringifyEntityRef(component)) ?? [],
    [entities],
  );
  const summaries = useSummaries(refs);
  const services = useMemo(() => {
    const known = new Map(
      summaries.items.map(item => [item.entityRef, item] as const),
    );
    return entities?.map((component, index) => {
      const { entityRef: id, ...item } = known.get(refs[index]) ?? {
        entityRef: refs[index],
      };
      return { ...item, id, entity: component };
    });
  }, [entities, refs, summaries.items]);
  const error = related.error ?? summaries.error;
  return {
    services,
    following: related.error ? 'lost' : summaries.following,
    slow: summaries.slow,
    ...(summaries.updatedAt && { updatedAt: summaries.updatedAt }),
    ...(error && { error }),
  };
}

/** By which relation an entity has services. */
function relationOf(entity: Entity): string {
  return isGroupEntity(entity) ? RELATION_OWNER_OF : RELATION_HAS_PART;
}
