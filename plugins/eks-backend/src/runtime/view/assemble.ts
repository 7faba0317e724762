import type { Entity } from '@backstage/catalog-model';
import {
  buildRuntime,
  type Runtime,
  type Told,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { ClusterReading } from './ClusterView';

/** What is known of an entity at one moment. */
export interface RuntimeParts {
  entity: Entity;
  clusters: ClusterReading[];
}

export type BuildRuntime = (parts: RuntimeParts) => Runtime;

/** The model of what is known. */
export const assemble: BuildRuntime = ({ entity, clusters }) =>
  buildRuntime({
    entity,
    clusters: clusters.map(({ cluster, results, metrics }) => ({
      name: cluster.name,
      title: cluster.title,
      ...(cluster.arn && { arn: cluster.arn }),
      kinds: Object.fromEntries(
        results.map(({ kind, result }) => [kind.plural, result]),
      ),
      ...(metrics && { podMetrics: metrics }),
    })),
  });

/** What the clusters tell beside the objects of the entity, by their names. */
export function toldBy(clusters: ClusterReading[]): Record<string, Told> {
  return Object.fromEntries(
    clusters.map(({ cluster, results }) => {
      const of = (plural: string) =>
        results.filter(({ kind }) => kind.plural === plural);
      const claims = of('nodeclaims');
      return [
        cluster.name,
        {
          events: of('events').flatMap(({ result }) => result.objects),
          // While it is not known what there is, nothing is known to be gone.
          ...(claims.some(
            ({ result }) => result.connection.state === 'live',
          ) && {
            nodeClaims: claims.flatMap(({ result }) => result.objects),
          }),
        },
      ];
    }),
  );
}
