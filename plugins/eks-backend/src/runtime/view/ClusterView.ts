import type { KubernetesObject } from '@kubernetes/client-node';
import type {
  ClusterWatch,
  WatchableCluster,
  WatchResult,
  WatchView,
} from '@slipway/backstage-plugin-eks-node';
import type { EntityQuery } from './entityQuery';
import { viewedKinds, type ViewedKind } from './kinds';

/** What is known of an entity in one cluster. */
export interface ClusterReading {
  cluster: Pick<WatchableCluster, 'name' | 'title' | 'arn'>;
  results: { kind: ViewedKind; result: WatchResult }[];
  metrics?: WatchResult;
}

/** An entity in one cluster, kept up to date until it is closed. */
export class ClusterView {
  readonly cluster: WatchableCluster;
  readonly #watch: ClusterWatch;
  readonly #query: EntityQuery;
  readonly #kinds: ViewedKind[];
  readonly #view: WatchView;
  #metrics: WatchResult | undefined;

  constructor(options: {
    watch: ClusterWatch;
    cluster: WatchableCluster;
    query: EntityQuery;
    onChange: () => void;
  }) {
    const { watch, cluster, query, onChange } = options;
    this.cluster = cluster;
    this.#watch = watch;
    this.#query = query;
    this.#kinds = viewedKinds.filter(
      ({ scope }) => scope !== 'namespace' || query.namespace !== undefined,
    );
    this.#view = watch.open(
      this.#kinds.map(({ scope, part, ...kind }) => ({
        cluster: cluster.name,
        kind,
        ...(part && { part }),
        ...(scope !== 'cluster' && namespaceOf(query)),
        ...(scope === 'entity' && { labelSelector: query.labelSelector }),
      })),
      onChange,
    );
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.#view.ready({ signal });
  }

  /** What the model is made of. */
  read(): ClusterReading {
    return this.#readingOf(this.#view.read());
  }

  #readingOf(results: WatchResult[]): ClusterReading {
    return {
      cluster: this.cluster,
      results: this.#kinds.flatMap((kind, index) =>
        results[index] ? [{ kind, result: results[index] }] : [],
      ),
      ...(this.#metrics && { metrics: this.#metrics }),
    };
  }

  /** The entity's objects of a kind, all of each of them. */
  objects(plural: string): KubernetesObject[] {
    return this.#readingOf(this.#view.read({ whole: true })).results.flatMap(
      ({ kind, result }) => (kind.plural === plural ? result.objects : []),
    );
  }

  /** Reads usage anew; the watch service asks the cluster once for all. */
  async readMetrics(): Promise<void> {
    this.#metrics = await this.#watch.podMetrics({
      cluster: this.cluster.name,
      ...namespaceOf(this.#query),
      labelSelector: this.#query.labelSelector,
    });
  }

  close(): void {
    this.#view.close();
  }
}

function namespaceOf({ namespace }: EntityQuery): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}
