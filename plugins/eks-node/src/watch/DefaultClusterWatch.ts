import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createDeferred } from '@backstage/types';
import type { KubeConfig } from '@kubernetes/client-node';
import { parseClusterArn } from '@slipway/backstage-plugin-eks-common';
import { type Interest, KindWatch } from './KindWatch';
import { labelMatcher } from './labelSelector';
import { PodMetricsReader } from './PodMetricsReader';
import { ClusterGoneError } from './Reflector';
import { ServedKinds } from './ServedKinds';
import type { WatchSettings } from './settings';
import { Sources } from './Sources';
import type {
  ClusterWatch,
  WatchableCluster,
  WatchCounts,
  WatchQuery,
  WatchResult,
  WatchSource,
  WatchStatus,
  WatchView,
} from './types';

/** Changes within this time are told at once. */
const COALESCE_MS = 20;

/** How often it is looked whether a watched cluster is gone. */
const LOOK_MS = 30_000;

/** Too sensitive, or too many, to be kept in memory for everybody. */
const NEVER_WATCHED = new Set(['secrets', 'configmaps']);

/** A query and what answers it; none, where there are too many already. */
interface Joined {
  interest: Interest;
  watch?: KindWatch;
  leave(): void;
}

/**
 * Keeps what it watches in memory, one list-and-watch for each cluster and
 * kind.
 *
 * @public
 */
export class DefaultClusterWatch implements ClusterWatch {
  private readonly sources: Sources;
  private readonly watches = new Map<string, KindWatch>();
  /** By the name of a cluster. */
  private readonly roles = new Map<string, string | undefined>();
  private readonly podMetricsReader: PodMetricsReader;
  private readonly servedKinds: ServedKinds;
  private readonly counted: WatchCounts = {
    events: 0,
    lists: 0,
    resyncs: 0,
    failures: 0,
  };
  private readonly settings: WatchSettings;
  private readonly timer: NodeJS.Timeout;
  private stopped = false;

  constructor(options: {
    settings: WatchSettings;
    logger: LoggerService;
    /** Milliseconds, for tests: see `ServedKinds`. */
    lookForKindsMs?: number;
  }) {
    this.settings = options.settings;
    this.sources = new Sources(options.logger);
    this.podMetricsReader = new PodMetricsReader(
      options.settings,
      cluster => this.connect(cluster),
      cluster => this.describe(cluster),
    );
    this.servedKinds = new ServedKinds({
      connect: cluster => this.connect(cluster),
      answerMs: options.settings.answerMs,
      ...(options.lookForKindsMs && { everyMs: options.lookForKindsMs }),
    });
    this.timer = setInterval(() => this.tidy(), LOOK_MS);
    this.timer.unref();
  }

  addSource(source: WatchSource): void {
    this.sources.add(source);
  }

  clusters(): Promise<WatchableCluster[]> {
    return this.sources.clusters();
  }

  open(queries: WatchQuery[], onChange?: () => void): WatchView {
    let timer: NodeJS.Timeout | undefined;
    const waiting = new Set<() => unknown>();
    const changed = () => {
      waiting.forEach(look => look());
      timer ??= setTimeout(() => {
        timer = undefined;
        onChange?.();
      }, COALESCE_MS);
      timer.unref();
    };
    const joined = queries.map(query => this.join(query, changed));
    const answered = () =>
      joined.every(
        ({ watch, interest }) => watch?.hasAnswered(interest) ?? true,
      );
    return {
      read: ({ whole } = {}) =>
        joined.map(
          ({ watch, interest }) =>
            watch?.read({ ...interest, ...(whole && { part: undefined }) }) ??
            this.tooMany(),
        ),
      async ready({ signal } = {}) {
        const waiter = createDeferred();
        const look = () => answered() && waiter.resolve();
        const give = () => waiter.reject(signal?.reason);
        waiting.add(look);
        signal?.addEventListener('abort', give, { once: true });
        try {
          if (signal?.aborted) {
            give();
          }
          look();
          await waiter;
        } finally {
          waiting.delete(look);
          signal?.removeEventListener('abort', give);
        }
      },
      close() {
        clearTimeout(timer);
        joined.forEach(({ leave }) => leave());
      },
    };
  }

  podMetrics(query: Omit<WatchQuery, 'kind'>): Promise<WatchResult> {
    return this.podMetricsReader.read(query);
  }

  status(): WatchStatus[] {
    return [...this.watches.values()].flatMap(watch => watch.status());
  }

  counts(): WatchCounts {
    return { ...this.counted };
  }

  /** Ends every connection. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    this.watches.forEach(watch => watch.stop());
    this.watches.clear();
  }

  private join(query: WatchQuery, onChange: () => void): Joined {
    const { kind, namespace, labelSelector, part } = query;
    if (kind.group === '' && NEVER_WATCHED.has(kind.plural)) {
      throw new InputError(
        `${kind.plural} are never watched: they are read for those who may see them`,
      );
    }
    if (kind.byNamespace && namespace === undefined) {
      throw new InputError(
        `${kind.plural} are watched in single namespaces: name one`,
      );
    }
    const interest: Interest = {
      ...(namespace !== undefined && { namespace }),
      matches: labelMatcher(labelSelector),
      ...(part && { part }),
      onChange,
    };
    const watch = this.watchOf(query);
    return { interest, watch, leave: watch?.join(interest) ?? (() => {}) };
  }

  private watchOf(query: WatchQuery): KindWatch | undefined {
    const { cluster, kind } = query;
    const namespace = kind.byNamespace ? query.namespace : undefined;
    const key = [
      cluster,
      kind.group,
      kind.version,
      kind.plural,
      kind.fieldSelector,
      namespace,
    ].join('\n');
    const existing = this.watches.get(key);
    if (existing) {
      return existing;
    }
    if (!this.mayAdd()) {
      return undefined;
    }
    const counters = {
      event: 'events',
      list: 'lists',
      resync: 'resyncs',
      failure: 'failures',
    } as const;
    const watch = new KindWatch({
      cluster,
      describe: () => this.describe(cluster),
      kind,
      ...(namespace !== undefined && { namespace }),
      settings: this.settings,
      connect: () => this.connect(cluster),
      served: signal => this.servedKinds.come(cluster, kind, signal),
      onEvent: what => {
        this.counted[counters[what]] += 1;
      },
      mayAdd: () => this.mayAdd(),
      tooMany: () => this.tooMany(),
      onUnused: () => this.drop(key),
    });
    this.watches.set(key, watch);
    return watch;
  }

  /** The cluster and the portal's role in it, for sentences. */
  private describe(name: string) {
    return { clusterName: titleOf(name), roleArn: this.roles.get(name) };
  }

  private async connect(name: string): Promise<KubeConfig> {
    const cluster = await this.sources.find(name);
    if (!cluster) {
      throw new ClusterGoneError(
        `cluster \`${titleOf(
          name,
        )}\`: the portal does not know it; it may have been removed, or its account and region are not in eks.discovery.accounts`,
      );
    }
    this.roles.set(name, cluster.roleArn);
    return await cluster.connect();
  }

  /** Whether there may be one more, if need be in place of an unused one. */
  private mayAdd(): boolean {
    const isFull = () =>
      [...this.watches.values()].reduce((sum, { size }) => sum + size, 0) >=
      this.settings.maximumWatches;
    if (isFull()) {
      this.dropUnused();
    }
    return !this.stopped && !isFull();
  }

  private tooMany(): WatchResult {
    return {
      objects: [],
      connection: {
        state: 'unreachable',
        since: new Date().toISOString(),
        message: `not watched: ${this.settings.maximumWatches} watches are in use; raise eks.watch.maximumWatches if the portal has the memory`,
        cause: {
          code: 'too-many-watches',
          facts: { maximum: this.settings.maximumWatches },
        },
      },
    };
  }

  private drop(key: string): void {
    this.watches.get(key)?.stop();
    this.watches.delete(key);
  }

  private dropUnused(): void {
    for (const [key, watch] of this.watches) {
      if (watch.isUnused) {
        this.drop(key);
      }
    }
  }

  private async tidy(): Promise<void> {
    const looked = new Set(this.status().map(({ cluster }) => cluster));
    this.podMetricsReader.keepOnly(looked);
    if (looked.size === 0) {
      return;
    }
    const known = new Set((await this.clusters()).map(({ name }) => name));
    for (const watch of this.watches.values()) {
      watch.reconsider(known);
    }
  }
}

/** The short name of a cluster that is named by its ARN. */
function titleOf(name: string): string {
  try {
    return parseClusterArn(name).name;
  } catch {
    return name;
  }
}
