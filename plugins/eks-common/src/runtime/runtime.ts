import type { Entity } from '@backstage/catalog-model';
import type { ObjectsByEntityResponse } from '@backstage/plugin-kubernetes-common';
import { toClusters } from './clusters';
import { listOf } from './kubernetes';
import { summarise } from './sentence';
import type { Runtime } from './types';

/**
 * What the page draws, from the official Kubernetes plugin's answer.
 *
 * @public
 */
export function toRuntime(options: {
  entity: Entity;
  answer: ObjectsByEntityResponse;
  /** Names of the clusters that the Kubernetes plugin knows. */
  knownClusters: string[];
}): Runtime {
  const clusters = toClusters({
    entity: options.entity,
    items: listOf(options.answer.items),
    knownClusters: options.knownClusters,
  });
  return { summary: summarise(clusters), clusters };
}
