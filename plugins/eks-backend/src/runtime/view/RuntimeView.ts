import { randomUUID } from 'node:crypto';
import type { Entity } from '@backstage/catalog-model';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  diffRuntime,
  explain,
  type Runtime,
  type RuntimePatch,
  whatToAsk,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type {
  ClusterWatch,
  WatchableCluster,
} from '@slipway/backstage-plugin-eks-node';
import type { HistoryLog } from '../joins/HistoryLog';
import type { RuntimeJoins } from '../joins/Joins';
import { ClusterView } from './ClusterView';
import { PatchLog } from './PatchLog';
import { entityQuery, type EntityQuery } from './entityQuery';
import { toldBy, type BuildRuntime } from './assemble';

/** What changes is told at once; what else changes within this time after it, together. */
const COALESCE_MS = 100;
/** A state that takes long to compute is computed less often: this share of the time at most. */
const BUSY_SHARE = 0.4;
/** How often usage is read, and whether there are other clusters. */
const TICK_MS = 15_000;
/** How long the first answer waits for clusters that did not answer yet… */
const PATIENCE_MS = 3_000;
/** …and once another cluster has answered. */
const STRAGGLER_MS = 1_000;
/** How long somebody waits who asks for one thing of a cluster. */
const ANSWER_MS = 10_000;

/** A state of an entity, as it is sent. */
export interface Snapshot {
  /** Of the state, to go on from. */
  id: string;
  runtime: Runtime;
  /** The same as it is sent: it is written once for all viewers. */
  json: Buffer;
}

/** A change from one state of an entity to the next. */
export interface Change {
  /** Of the state that it leads to. */
  id: string;
  /** A {@link RuntimePatch} as text. */
  json: string;
}

/** What a view is made of. */
export interface RuntimeViewOptions {
  watch: ClusterWatch;
  entity: Entity;
  build: BuildRuntime;
  joins: RuntimeJoins;
  history: HistoryLog;
  logger: LoggerService;
  /** Milliseconds; for tests. */
  patienceMs?: number;
}

/**
 * What an entity has running, kept up to date for all who look at it. A change
 * is computed and compared once, whoever looks. While nobody looks, hardly
 * anything is computed.
 */
export class RuntimeView {
  readonly query: EntityQuery;
  readonly #options: RuntimeViewOptions;
  readonly #instance = randomUUID().slice(0, 8);
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #log = new PatchLog();
  readonly #closed = new AbortController();
  readonly #started: Promise<void>;
  #clusters: ClusterView[] = [];
  /** Names of clusters that the entity names and nobody knows. */
  #unknown: string[] = [];
  readonly #onKnown = () => this.#changed();
  #problem: Error | undefined;
  #version = 0;
  #current: { runtime: Runtime; json?: Buffer } | undefined;
  #stale = true;
  #scheduled: NodeJS.Timeout | undefined;
  /** When computing may go on, as `performance.now()` counts. */
  #restUntil = 0;
  readonly #ticks: NodeJS.Timeout;

  /** @throws NotFoundError if the entity does not say where it runs */
  constructor(options: RuntimeViewOptions) {
    this.#options = options;
    this.query = entityQuery(options.entity);
    this.#started = this.#start();
    this.#ticks = setInterval(() => void this.#tick(), TICK_MS);
    this.#ticks.unref();
  }

  /**
   * The current state. The first one waits a moment for clusters.
   *
   * @throws InputError if the entity's label selector is none
   */
  async snapshot(options?: { signal?: AbortSignal }): Promise<Snapshot> {
    await this.started(options?.signal);
    this.#refresh();
    const current = this.#current;
    if (this.#problem || !current) {
      throw (
        this.#problem ??
        new Error(`${this.query.entityRef}: its view was closed`)
      );
    }
    current.json ??= Buffer.from(JSON.stringify(current.runtime));
    return {
      id: this.#idOf(this.#version),
      runtime: current.runtime,
      json: current.json,
    };
  }

  /**
   * The changes since a state, oldest first; undefined if they are not known
   * any more, or never were.
   */
  since(id: string): Change[] | undefined {
    const [instance, version] = id.split('.');
    return instance === this.#instance
      ? this.#log.since(Number(version), this.#version)
      : undefined;
  }

  /** Tells of every change from now on. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    if (this.#stale) {
      this.#schedule();
    }
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves when clusters have answered, or had the time to. */
  async started(signal?: AbortSignal): Promise<void> {
    await this.#started;
    signal?.throwIfAborted();
  }

  /**
   * Whether a cluster has answered, after waiting for longer than the first
   * state does: only then can somebody who asks for one thing of it be told
   * that it is not there. Of a cluster that is not the entity's there is
   * nothing to wait for.
   */
  async answered(name: string, signal: AbortSignal): Promise<boolean> {
    await this.started(signal);
    const patience = AbortSignal.any([
      signal,
      this.#closed.signal,
      AbortSignal.timeout(ANSWER_MS),
    ]);
    const cluster = this.cluster(name);
    return cluster
      ? cluster.ready(patience).then(
          () => true,
          () => false,
        )
      : true;
  }

  /** The cluster of a name, with what is known of the entity in it. */
  cluster(name: string): ClusterView | undefined {
    return this.#clusters.find(({ cluster }) => cluster.name === name);
  }

  close(): void {
    this.#closed.abort();
    clearInterval(this.#ticks);
    clearTimeout(this.#scheduled);
    this.#listeners.clear();
    for (const cluster of this.#clusters) {
      cluster.close();
    }
    this.#clusters = [];
  }

  async #start(): Promise<void> {
    const patienceMs = this.#options.patienceMs ?? PATIENCE_MS;
    const patience = AbortSignal.any([
      AbortSignal.timeout(patienceMs),
      this.#closed.signal,
    ]);
    await settled(this.#look(), patience);
    const answers = this.#clusters.map(cluster =>
      settled(cluster.ready(patience), patience),
    );
    if (answers.length > 0) {
      await Promise.race(answers);
      await settled(
        Promise.all(answers),
        AbortSignal.any([
          patience,
          AbortSignal.timeout(Math.min(STRAGGLER_MS, patienceMs)),
        ]),
      );
    }
    void this.#readMetrics();
  }

  /** Which clusters the entity is in, which may change over time. */
  async #findClusters(): Promise<boolean> {
    const known = await this.#options.watch.clusters();
    if (this.#closed.signal.aborted) {
      return false;
    }
    const { clusterArns } = this.query;
    const wanted: WatchableCluster[] =
      clusterArns.length === 0
        ? known
        : clusterArns.flatMap(
            arn =>
              known.find(cluster => cluster.name === arn) ??
              known.find(cluster => cluster.arn === arn) ??
              [],
          );
    const unknown = clusterArns.filter(
      arn => !wanted.some(cluster => [cluster.name, cluster.arn].includes(arn)),
    );
    const kept = this.#clusters.filter(({ cluster }) =>
      wanted.some(({ name }) => name === cluster.name),
    );
    const added = wanted.filter(
      ({ name }) => !kept.some(({ cluster }) => cluster.name === name),
    );
    const changed =
      added.length > 0 ||
      kept.length < this.#clusters.length ||
      unknown.join() !== this.#unknown.join();
    for (const cluster of this.#clusters) {
      if (!kept.includes(cluster)) {
        cluster.close();
      }
    }
    this.#unknown = unknown;
    this.#clusters = [
      ...kept,
      ...added.map(
        cluster =>
          new ClusterView({
            watch: this.#options.watch,
            cluster,
            query: this.query,
            onChange: () => this.#changed(),
          }),
      ),
    ];
    return changed;
  }

  /** Looks for clusters, and remembers why there are none to be found. */
  async #look(): Promise<void> {
    try {
      if (await this.#findClusters()) {
        this.#changed();
      }
      this.#problem = undefined;
    } catch (error) {
      this.#problem = toError(error);
      this.#options.logger.warn(
        `${this.query.entityRef}: could not look into its clusters: ${this.#problem.message}`,
      );
    }
  }

  async #tick(): Promise<void> {
    await this.#look();
    if (this.#listeners.size > 0) {
      await this.#readMetrics();
    } else {
      // Nobody looks now, but the history shall have no gap.
      this.#refresh();
    }
  }

  async #readMetrics(): Promise<void> {
    await Promise.all(
      this.#clusters.map(async cluster => {
        try {
          await cluster.readMetrics();
          this.#changed();
        } catch (error) {
          this.#options.logger.debug(
            `${this.query.entityRef}: no usage of ${cluster.cluster.title}: ${
              toError(error).message
            }`,
          );
        }
      }),
    );
  }

  /** Something is different; those who look are told in a moment. */
  #changed(): void {
    this.#stale = true;
    if (this.#listeners.size > 0) {
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed.signal.aborted) {
      return;
    }
    this.#scheduled = setTimeout(
      () => {
        this.#scheduled = undefined;
        this.#refresh();
      },
      Math.max(0, this.#restUntil - performance.now()),
    );
    this.#scheduled.unref();
  }

  /** Computes the state anew, if something is different, and tells of it. */
  #refresh(): void {
    if (!this.#stale || this.#closed.signal.aborted) {
      return;
    }
    this.#stale = false;
    const startedAt = performance.now();
    const runtime = this.#build(new Date());
    const patch = this.#current && diffRuntime(this.#current.runtime, runtime);
    const endedAt = performance.now();
    this.#restUntil =
      endedAt + Math.max(COALESCE_MS, (endedAt - startedAt) / BUSY_SHARE);
    if (!this.#current) {
      this.#current = { runtime };
    } else if (patch && !isOnlyTime(patch)) {
      this.#current = { runtime };
      this.#version += 1;
      const change = {
        id: this.#idOf(this.#version),
        json: JSON.stringify(patch),
      };
      this.#log.add(change);
      for (const listener of this.#listeners) {
        listener(change);
      }
    }
  }

  #build(now: Date): Runtime {
    const { build, entity, history, joins } = this.#options;
    const clusters = this.#clusters.map(cluster => cluster.read());
    const joined = joins.join(build({ entity, clusters }), this.#onKnown);
    const explained = explain(history.add(joined, now), now, toldBy(clusters));
    for (const part of explained.clusters) {
      this.cluster(part.name)?.ask(whatToAsk(part));
    }
    return { ...explained, asOf: now.toISOString() };
  }

  #idOf(version: number): string {
    return `${this.#instance}.${version}`;
  }
}

/** A state that was computed later and is the same otherwise. */
function isOnlyTime(patch: RuntimePatch): boolean {
  return (
    'fields' in patch &&
    !patch.without &&
    Object.keys(patch.fields ?? {}).every(field => field === 'asOf')
  );
}

/** Waits for work however it ends, and no longer than the signal says. */
async function settled(
  work: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const aborted = new Promise<void>(resolve => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
  await Promise.race([work.then(ignore, ignore), aborted]);
}

function ignore(): void {}
