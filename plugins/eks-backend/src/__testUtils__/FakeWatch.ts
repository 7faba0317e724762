import type {
  ClusterWatch,
  WatchableCluster,
  WatchCounts,
  WatchQuery,
  WatchResult,
  WatchStatus,
  WatchView,
} from '@slipway/backstage-plugin-eks-node';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { Connection } from '@slipway/backstage-plugin-eks-common/runtime';

interface FakeCluster {
  objects: Map<string, KubernetesObject[]>;
  connection: Connection;
  answered: boolean;
}

/** A watch whose clusters say what a test puts into them. */
export class FakeWatch implements ClusterWatch {
  readonly opened: WatchQuery[] = [];
  closed = 0;
  metricsReads = 0;
  readonly #clusters = new Map<string, FakeCluster>();
  readonly #views = new Set<{
    queries: WatchQuery[];
    onChange?: () => void;
    wake: () => void;
  }>();

  addCluster(name: string, state: Connection['state'] = 'live'): void {
    this.#clusters.set(name, {
      objects: new Map(),
      connection: { state, since: '2026-11-23T14:00:00.000Z' },
      answered: state !== 'connecting',
    });
  }

  removeCluster(name: string): void {
    this.#clusters.delete(name);
  }

  /** Replaces all objects of a kind, and tells of it. */
  set(cluster: string, plural: string, objects: KubernetesObject[]): void {
    this.#clusters.get(cluster)?.objects.set(plural, objects);
    this.#tell(cluster);
  }

  connect(cluster: string, connection: Connection): void {
    const fake = this.#clusters.get(cluster);
    if (fake) {
      fake.connection = connection;
      fake.answered = connection.state !== 'connecting';
    }
    this.#tell(cluster);
  }

  addSource(): void {}

  async clusters(): Promise<WatchableCluster[]> {
    return [...this.#clusters.keys()].map(name => ({
      name,
      title: name.split('/').at(-1) ?? name,
      arn: name,
      connect: async () => {
        throw new Error(`${name} is not there`);
      },
    }));
  }

  open(queries: WatchQuery[], onChange?: () => void): WatchView {
    this.opened.push(...queries);
    let wakeAll: (() => void)[] = [];
    const entry = {
      queries,
      onChange,
      wake: () => {
        if (this.#answered(queries)) {
          wakeAll.forEach(wake => wake());
          wakeAll = [];
        }
      },
    };
    this.#views.add(entry);
    return {
      read: ({ whole } = {}) =>
        queries.map(query =>
          this.#read(whole ? { ...query, part: undefined } : query),
        ),
      ready: async () => {
        if (!this.#answered(queries)) {
          await new Promise<void>(resolve => wakeAll.push(resolve));
        }
      },
      close: () => {
        this.closed += this.#views.delete(entry) ? 1 : 0;
      },
    };
  }

  async podMetrics(): Promise<WatchResult> {
    this.metricsReads += 1;
    return {
      objects: [],
      connection: { state: 'live', since: '2026-11-23T14:00:00.000Z' },
    };
  }

  status(): WatchStatus[] {
    return [];
  }

  counts(): WatchCounts {
    return { events: 0, lists: 0, resyncs: 0, failures: 0 };
  }

  get openViews(): number {
    return this.#views.size;
  }

  #answered(queries: WatchQuery[]): boolean {
    return queries.every(
      ({ cluster }) => this.#clusters.get(cluster)?.answered ?? true,
    );
  }

  #read({ cluster, kind, part }: WatchQuery): WatchResult {
    const fake = this.#clusters.get(cluster);
    const objects = fake?.objects.get(kind.plural) ?? [];
    return {
      objects: part ? objects.map(part) : objects,
      connection: fake?.connection ?? {
        state: 'gone',
        since: '2026-11-23T14:00:00.000Z',
      },
    };
  }

  #tell(cluster: string): void {
    for (const { queries, onChange, wake } of this.#views) {
      if (queries.some(query => query.cluster === cluster)) {
        wake();
        onChange?.();
      }
    }
  }
}
