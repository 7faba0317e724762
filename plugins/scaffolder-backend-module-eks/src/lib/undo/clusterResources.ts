import { ownershipFromTags } from '@slipway/backstage-plugin-eks-node/resources';
import {
  accessEntries,
  type ClusterResources,
  fargateProfiles,
  podIdentities,
} from '../eks/clusterResources';
import type { ClusterApi } from '../eks/clusterApi';
import { removePart } from './removeParts';
import { notOurs, type Outcome, type Part, removed, type Scope } from './types';

/** Whose things EKS is to forget. */
export interface ClusterResourcesOptions {
  scope: Scope;
  api: ClusterApi;
  dryRun: boolean;
  log(message: string): void;
}

/**
 * What EKS keeps for an entity in a cluster, around its namespaces. Access and
 * identities were given last and go first; the Fargate profiles go when no pod
 * is left that needs them.
 */
export function clusterResourceParts(options: ClusterResourcesOptions): {
  beforeNamespaces: Part[];
  afterNamespaces: Part[];
} {
  const { api, log } = options;
  return {
    beforeNamespaces: [
      partOf(accessEntries(api), options),
      partOf(podIdentities(api), options),
    ],
    afterNamespaces: [partOf(fargateProfiles(api, log), options)],
  };
}

/** Everything of one kind that carries the entity's tags, one after the other. */
function partOf(
  resources: ClusterResources,
  { scope, api, dryRun }: ClusterResourcesOptions,
): Part {
  const { kind } = resources;
  const where = api.cluster.name;
  return {
    thing: { kind, name: `of ${scope.entity}`, where },
    async remove() {
      const outcome: Outcome = { removed: [], left: [] };
      for (const resource of await resources.list()) {
        const owner = ownershipFromTags(resource.tags, scope.entity);
        // A cluster is full of others' things, which are no news.
        if (owner.state !== 'ours') {
          continue;
        }
        const thing = { kind, name: resource.name, where };
        const came = await removePart(
          {
            thing,
            async remove() {
              if (scope.task !== undefined && owner.task !== scope.task) {
                return notOurs(thing, 'it was there before this task');
              }
              if (!dryRun) {
                await resources.remove(resource);
              }
              return removed(thing);
            },
          },
          api.signal,
        );
        outcome.removed.push(...came.removed);
        outcome.left.push(...came.left);
      }
      return outcome;
    },
  };
}
