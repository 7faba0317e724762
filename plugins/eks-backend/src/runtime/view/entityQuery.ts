import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import {
  clusterArnsOf,
  KUBERNETES_ID_ANNOTATION,
  KUBERNETES_LABEL_SELECTOR_ANNOTATION,
  KUBERNETES_NAMESPACE_ANNOTATION,
  runsOnKubernetes,
} from '@slipway/backstage-plugin-eks-common';

/** Where an entity's objects are, as its annotations say. */
export interface EntityQuery {
  entityRef: string;
  /** Clusters that it names; all that are known, if it names none. */
  clusterArns: string[];
  /** All namespaces, if there is none. */
  namespace?: string;
  labelSelector: string;
}

/**
 * Reads the annotations as the official Kubernetes plugin does.
 *
 * @throws NotFoundError if the entity has none of them: it runs nowhere.
 */
export function entityQuery(entity: Entity): EntityQuery {
  const entityRef = stringifyEntityRef(entity);
  if (!runsOnKubernetes(entity)) {
    throw new NotFoundError(
      `${entityRef}: nothing says where it runs; give it the annotation ${KUBERNETES_ID_ANNOTATION} or ${KUBERNETES_LABEL_SELECTOR_ANNOTATION}`,
    );
  }
  const annotations = entity.metadata.annotations ?? {};
  const namespace = annotations[KUBERNETES_NAMESPACE_ANNOTATION];
  return {
    entityRef,
    clusterArns: clusterArnsOf(entity),
    ...(namespace && { namespace }),
    labelSelector:
      annotations[KUBERNETES_LABEL_SELECTOR_ANNOTATION] ||
      `${KUBERNETES_ID_ANNOTATION}=${
        annotations[KUBERNETES_ID_ANNOTATION] || entity.metadata.name
      }`,
  };
}
