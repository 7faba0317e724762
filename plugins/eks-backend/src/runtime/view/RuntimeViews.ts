import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import { ECR_ARN_ANNOTATION } from '@slipway/backstage-plugin-eks-common';
import type { ClusterWatch } from '@slipway/backstage-plugin-eks-node';
import { HistoryLog } from '../joins/HistoryLog';
import type { RuntimeJoins } from '../joins/Joins';
import type { BuildRuntime } from './assemble';
import { entityQuery } from './entityQuery';
import { RuntimeView } from './RuntimeView';

/** How long a view is kept after the last one who looked. */
const LINGER_MS = 5 * 60_000;
/** How many views that nobody looks at are kept. */
const MAXIMUM_IDLE = 200;

/** Of how many entities the last hour is remembered. */
const MAXIMUM_HISTORIES = 1_000;

/** A view that is kept until it is released. */
export interface ViewLease {
  view: RuntimeView;
  release(): void;
}

/** What the views are made of. */
export interface RuntimeViewsOptions {
  watch: ClusterWatch;
  build: BuildRuntime;
  joins: RuntimeJoins;
  logger: LoggerService;
  /** Milliseconds; for tests, as the next. */
  lingerMs?: number;
  patienceMs?: number;
}

interface Kept {
  view: RuntimeView;
  leases: number;
  closing?: NodeJS.Timeout;
}

/** The views of all entities that somebody looks at: one for each of them. */
export class RuntimeViews {
  readonly #options: RuntimeViewsOptions;
  /** The view that was used last is the last. */
  readonly #views = new Map<string, Kept>();
  readonly #histories = new Map<string, HistoryLog>();
  #stopped = false;

  constructor(options: RuntimeViewsOptions) {
    this.#options = options;
  }

  /**
   * The view of an entity.
   *
   * @throws NotFoundError if the entity does not say where it runs
   */
  acquire(entity: Entity): ViewLease {
    if (this.#stopped) {
      throw new ServiceUnavailableError(
        'The portal is stopping; try again in a moment',
      );
    }
    const key = keyOf(entity);
    const kept = this.#views.get(key) ?? {
      view: new RuntimeView({
        ...this.#options,
        entity,
        history: this.#historyOf(stringifyEntityRef(entity)),
      }),
      leases: 0,
    };
    clearTimeout(kept.closing);
    kept.leases += 1;
    this.#views.delete(key);
    this.#views.set(key, kept);
    this.#dropIdle();

    let released = false;
    return {
      view: kept.view,
      release: () => {
        if (released) {
          return;
        }
        released = true;
        kept.leases -= 1;
        if (kept.leases === 0) {
          kept.closing = setTimeout(
            () => this.#close(key, kept),
            this.#options.lingerMs ?? LINGER_MS,
          );
          kept.closing.unref();
        }
      },
    };
  }

  /**
   * Holds the view of an entity while it is used.
   *
   * @throws NotFoundError if the entity does not say where it runs
   */
  async use<T>(
    entity: Entity,
    work: (view: RuntimeView) => Promise<T>,
  ): Promise<T> {
    const { view, release } = this.acquire(entity);
    try {
      return await work(view);
    } finally {
      release();
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const [key, kept] of this.#views) {
      this.#close(key, kept);
    }
  }

  /** It outlives the view: who looks again within the hour sees what was. */
  #historyOf(entityRef: string): HistoryLog {
    const history = this.#histories.get(entityRef) ?? new HistoryLog();
    this.#histories.delete(entityRef);
    this.#histories.set(entityRef, history);
    const [oldest] = this.#histories.keys();
    if (this.#histories.size > MAXIMUM_HISTORIES && oldest) {
      this.#histories.delete(oldest);
    }
    return history;
  }

  #close(key: string, kept: Kept): void {
    clearTimeout(kept.closing);
    kept.view.close();
    if (this.#views.get(key) === kept) {
      this.#views.delete(key);
    }
  }

  #dropIdle(): void {
    const idle = [...this.#views].filter(([, { leases }]) => leases === 0);
    for (const [key, kept] of idle.slice(0, -MAXIMUM_IDLE)) {
      this.#close(key, kept);
    }
  }
}

/** An entity whose annotations change is looked at anew. */
function keyOf(entity: Entity): string {
  return JSON.stringify([
    entityQuery(entity),
    entity.metadata.annotations?.[ECR_ARN_ANNOTATION],
  ]);
}
