import { callCluster } from '@slipway/backstage-plugin-eks-node/resources';
import { namespacePart, namespaces, type NamespaceOptions } from './namespace';
import { removePart } from './removeParts';
import type { Outcome, Part } from './types';

/** What an entity has in one cluster. */
export interface ClusterOptions extends Omit<NamespaceOptions, 'namespace'> {
  /** A namespace to look into although it is not labelled as the entity's. */
  namespace?: string;
}

/**
 * Every namespace of a cluster that is labelled as the entity's, and the one
 * that its catalog entry names: each as `namespacePart` treats it.
 */
export function clusterPart(options: ClusterOptions): Part {
  const { scope, clusterName, namespace, signal } = options;
  return {
    thing: { kind: 'namespaces', name: scope.entity, where: clusterName },
    async remove() {
      const client = await options.client();
      const labelled = await callCluster(
        { clusterName, action: 'list namespaces', signal },
        () => client.list(namespaces, { apiVersion: 'v1', ...scope }),
      );
      const names = new Set(
        [namespace, ...labelled.map(({ metadata }) => metadata.name)].filter(
          name => name !== undefined,
        ),
      );
      const outcome: Outcome = { removed: [], left: [] };
      for (const name of names) {
        const part = namespacePart({
          ...options,
          client: async () => client,
          namespace: name,
        });
        const { removed, left } = await removePart(part, signal);
        outcome.removed.push(...removed);
        outcome.left.push(...left);
      }
      return outcome;
    },
  };
}
