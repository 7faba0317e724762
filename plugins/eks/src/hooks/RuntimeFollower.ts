import type { CompoundEntityRef } from '@backstage/catalog-model';
import { ResponseError, toError } from '@backstage/errors';
import {
  applyRuntimePatch,
  type Ability,
  type Runtime,
  type StreamEndReason,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { EksApi } from '../api/EksApi';

/** Nothing for this long: the backend sends a sign of life every 15 s. */
const SILENCE_MS = 40_000;
/** A stream that a proxy holds back says nothing, not even what there is. */
const FIRST_EVENT_MS = 12_000;
/** How often is asked where no stream gets through. */
const POLL_MS = 5_000;
/** How long asking goes on before a stream is tried again. */
const POLLS_BEFORE_STREAM = 24;
const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** How what is shown is kept true. */
export type Following = 'connecting' | 'live' | 'polling' | 'lost' | 'ended';

/** How far following has come. */
export interface Followed {
  following: Following;
  /** The last that is known; undefined until the first answer. */
  runtime?: Runtime;
  abilities: Ability[];
  /** When it was last known to be true. */
  updatedAt?: Date;
  /** Why it may not be true any more, or why there is nothing. */
  error?: Error;
  /** Whether the Kubernetes backend is asked, since there is no EKS backend. */
  withoutBackend?: boolean;
  /** Why nothing more comes. */
  ended?: StreamEndReason;
}

/** There is no EKS backend here that could say what runs. */
export class NoBackendError extends Error {}

/**
 * Follows what an entity has running: over a stream, which it takes up again
 * where it broke off, and by asking every few seconds where a proxy lets none
 * through. Whatever happens, the last that was known stays.
 */
export class RuntimeFollower {
  private readonly stopping = new AbortController();
  private state: Followed = { following: 'connecting', abilities: [] };
  private lastEventId: string | undefined;

  constructor(
    private readonly options: {
      api: Pick<EksApi, 'getRuntime' | 'followRuntime'>;
      entityRef: CompoundEntityRef;
      /** Where it goes on from. */
      from?: Followed;
      onChange(state: Followed): void;
    },
  ) {
    if (options.from) {
      this.state = { ...options.from, following: 'connecting' };
    }
  }

  stop(): void {
    this.stopping.abort();
  }

  /**
   * Goes on until it is stopped, or until there is nothing to follow.
   *
   * @throws NoBackendError
   */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted && this.state.following !== 'ended') {
      try {
        if ((await this.stream()) === 'held-back') {
          await this.poll();
        }
        failures = 0;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (isNoBackend(error)) {
          throw new NoBackendError('the EKS backend is not installed');
        }
        if (isFinal(error)) {
          this.change({ following: 'ended', error: toError(error) });
          return;
        }
        failures += 1;
        // A connection that ends is common, and usually there again at once.
        if (failures > 1 || !this.state.runtime) {
          this.change({ following: 'lost', error: toError(error) });
        }
      }
      await this.pause(waitAfter(failures));
    }
  }

  private async stream(): Promise<'ended' | 'held-back'> {
    const { api, entityRef } = this.options;
    const silence = new AbortController();
    let heldBack = false;
    let timer = setTimeout(() => {
      heldBack = true;
      silence.abort();
    }, FIRST_EVENT_MS);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      if (this.state.runtime) {
        this.change({
          following: 'live',
          error: undefined,
          updatedAt: new Date(),
        });
      }
    };
    try {
      const events = api.followRuntime(entityRef, {
        signal: AbortSignal.any([this.stopping.signal, silence.signal]),
        lastEventId: this.lastEventId,
        onAlive: alive,
      });
      for await (const event of events) {
        if (event.type === 'end') {
          this.end(event.data.reason);
          return 'ended';
        }
        const { runtime } = this.state;
        const next =
          event.type === 'snapshot'
            ? event.data
            : runtime && { runtime: applyRuntimePatch(runtime, event.data) };
        if (!next) {
          throw new Error('a change arrived of something that is not known');
        }
        this.lastEventId = event.id;
        this.change({
          ...next,
          following: 'live',
          error: undefined,
          updatedAt: new Date(),
        });
      }
      throw new Error('the connection ended');
    } catch (error) {
      if (heldBack) {
        return 'held-back';
      }
      if (error instanceof Error && error.name === 'ConflictError') {
        // The patch is of another state: begin with all of it.
        this.lastEventId = undefined;
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks for a while instead of listening. */
  private async poll(): Promise<void> {
    const { api, entityRef } = this.options;
    const { signal } = this.stopping;
    this.lastEventId = undefined;
    for (let polls = 0; polls < POLLS_BEFORE_STREAM; polls += 1) {
      const answer = await api.getRuntime(entityRef, { signal });
      this.change({
        ...answer,
        following: 'polling',
        error: undefined,
        updatedAt: new Date(),
      });
      await this.pause(POLL_MS);
      if (signal.aborted) {
        return;
      }
    }
  }

  private end(reason: StreamEndReason): void {
    if (reason === 'permission' || reason === 'entity-gone') {
      this.change({ following: 'ended', ended: reason });
    }
    // A new request takes a new token, or finds another backend.
  }

  private change(change: Partial<Followed>): void {
    if (!this.stopping.signal.aborted) {
      this.state = { ...this.state, ...change };
      this.options.onChange(this.state);
    }
  }

  private pause(milliseconds: number): Promise<void> {
    const { signal } = this.stopping;
    return new Promise(resolve => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}

/** Twice as long each time, with some chance in it: many pages wait at once. */
function waitAfter(failures: number): number {
  const longest = Math.min(SHORTEST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
  return longest * (0.5 + Math.random() / 2);
}

/** A path that nobody serves is refused with no reason of its own. */
function isNoBackend(error: unknown): boolean {
  return (
    error instanceof ResponseError &&
    error.response.status === 404 &&
    error.body.request?.url === undefined
  );
}

/** What no later try would change: who asks may not, or there is no such entity. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof ResponseError && [403, 404].includes(error.response.status)
  );
}
