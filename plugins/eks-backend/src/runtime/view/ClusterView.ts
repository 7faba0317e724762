import type { KubernetesObject } from '@kubernetes/client-node';
import type { Asked } from '@slipway/backstage-plugin-eks-common/runtime';
import type {
  ClusterWatch,
  WatchableCluster,
  WatchKind,
  WatchQuery,
  WatchResult,
  WatchView,
} from '@slipway/backstage-plugin-eks-node';
import type { EntityQuery } from './entityQuery';
import { events, nodeClaims, viewedKinds, type ViewedKind } from './kinds';

/** What is known of an entity in one cluster. */
export interface ClusterReading {
  cluster: Pick<WatchableCluster, 'name' | 'title' | 'arn'>;
  results: { kind: WatchKind; result: WatchResult }[];
  metrics?: WatchResult;
}

const NOTHING: Asked = { events: [], nodeClaims: false };

/** An entity in one cluster, kept up to date until it is closed. */
export class ClusterView {
  readonly cluster: WatchableCluster;
  readonly #watch: ClusterWatch;
  readonly #query: EntityQuery;
  readonly #kinds: ViewedKind[];
  readonly #view: WatchView;
  readonly #onChange: () => void;
  #asked = NOTHING;
  /** What was asked for beside, and what answers it. */
  #answers: { kinds: WatchKind[]; view: WatchView } | undefined;
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
    this.#onChange = onChange;
    this.#kinds = [...viewedKinds];
    this.#view = watch.open(
      this.#kinds.map(({ scope, part, ...kind }) => ({
        cluster: cluster.name,
        kind,
        ...(part && { part }),
        ...(scope !== 'cluster' && namespaceOf(query)),
        ...((scope === 'entity' ||
          (scope === 'namespace' && query.namespace === undefined)) && {
          labelSelector: query.labelSelector,
        }),
      })),
      onChange,
    );
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.#view.ready({ signal });
  }

  /** What the model is made of. */
  read(): ClusterReading {
    const reading = this.#readingOf(this.#view.read());
    const results = this.#answers?.view.read() ?? [];
    return {
      ...reading,
      results: [
        ...reading.results,
        ...(this.#answers?.kinds ?? []).flatMap((kind, index) =>
          results[index] ? [{ kind, result: results[index] }] : [],
        ),
      ],
    };
  }

  /**
   * Watches what says more about what is the matter, as long as something is:
   * what is asked for now goes before what was asked for last.
   */
  ask(asked: Asked): void {
    if (JSON.stringify(asked) === JSON.stringify(this.#asked)) {
      return;
    }
    const cluster = this.cluster.name;
    const queries: WatchQuery[] = [
      ...asked.events.map(namespace => {
        const { part, ...kind } = events;
        return { cluster, kind, namespace, ...(part && { part }) };
      }),
      ...(asked.nodeClaims ? [{ cluster, kind: nodeClaims }] : []),
    ];
    const before = this.#answers?.view;
    this.#asked = asked;
    this.#answers =
      queries.length === 0
        ? undefined
        : {
            kinds: queries.map(({ kind }) => kind),
            view: this.#watch.open(queries, this.#onChange),
          };
    // After the new one, which goes on with what they have in common.
    before?.close();
    if (this.#answers) {
      this.#onChange();
    }
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
    this.#answers?.view.close();
  }
}

function namespaceOf({ namespace }: EntityQuery): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}
