import type { Entity } from '@backstage/catalog-model';
import {
  buildRuntime,
  type Runtime,
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
