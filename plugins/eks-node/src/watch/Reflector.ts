import type { KubeConfig } from '@kubernetes/client-node';
import type {
  Connection,
  ConnectionCause,
  ConnectionState,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { setTimeout as wait } from 'node:timers/promises';
import { KubernetesStatusError } from '../kubernetes/request';
import { explainKubernetesError } from '../kubernetes/mapKubernetesError';
import { Backoff } from './Backoff';
import {
  listAll,
  SilentError,
  TooManyObjectsError,
  type WatchEvent,
  watchFrom,
} from './listAndWatch';
import { type CacheChange, ObjectCache } from './ObjectCache';
import { Packing } from './Packing';
import type { WatchSettings } from './settings';
import type { WatchKind } from './types';

/** Thrown by `connect` when the portal does not know the cluster any more. */
export class ClusterGoneError extends Error {}

/** What a reflector needs of its surroundings. */
export interface ReflectorOptions {
  /** The cluster and the portal's role in it, for sentences. */
  describe(): { clusterName: string; roleArn?: string };
  kind: WatchKind;
  /** All namespaces when left out. */
  namespace?: string;
  settings: WatchSettings;
  /** @throws ClusterGoneError, or an error that names cause and next step */
  connect(): Promise<KubeConfig>;
  /** Whether something else serves meanwhile, so that trying again can wait. */
  replaced?(): boolean;
  /** Resolves when the cluster has come to serve the kind that it did not. */
  served?(signal: AbortSignal): Promise<void>;
  /** Called after the objects or the connection changed. */
  onChange(changes: CacheChange[] | 'connection'): void;
  /** For the counters of operators. */
  onEvent?(what: 'event' | 'list' | 'resync' | 'failure'): void;
}

/** How long a list that the cluster does not have, or nobody misses, is left alone. */
const UNNEEDED_MS = 5 * 60_000;
/** How long a kind of an add-on is left alone that the role may not read. */
const REFUSED_MS = 60_000;

function now(): string {
  return new Date().toISOString();
}

/**
 * After a failure a watch is trusted when it has lasted for so long; and one
 * that ends sooner, in good order or not, is not opened again at once.
 */
const SETTLED_MS = 1_000;

/** However long a cluster asks to be left alone, it is asked again after this. */
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/**
 * Keeps the objects of one kind of one cluster as they are: lists them once,
 * then watches. Whatever happens to the connection, it goes on by itself, and
 * `connection` tells how true the objects still are.
 */
export class Reflector {
  readonly objects: ObjectCache;
  private readonly packing = new Packing();
  private readonly stopping = new AbortController();
  private connecting = new AbortController();
  private settleTimer: NodeJS.Timeout | undefined;
  private resourceVersion = '';
  private failures = 0;
  private readonly backoff: Backoff;
  private status: Connection = { state: 'connecting', since: now() };
  private listed = false;
  private heardAt?: string;
  private denied = false;

  constructor(private readonly options: ReflectorOptions) {
    this.objects = new ObjectCache(options.kind.newest);
    this.backoff = new Backoff(options.settings.maximumBackoffMs);
    this.run().catch(() => {
      // Only stopping ends it.
    });
  }

  /** State, and when the objects were last known to be true. */
  get connection(): Connection {
    const asOf = this.status.state === 'live' ? now() : this.heardAt;
    return { ...this.status, ...(asOf && { asOf }) };
  }

  /** Whether there is something to say: objects, or why there are none. */
  get answered(): boolean {
    return this.listed || this.status.state !== 'connecting';
  }

  /** Whether the objects were known to be true at some time. */
  get hasListed(): boolean {
    return this.listed;
  }

  /** Whether the cluster allows no list of all namespaces. */
  get isForbidden(): boolean {
    return this.denied;
  }

  /** Ends the connection of now, and makes another. */
  reconnect(): void {
    this.connecting.abort();
  }

  stop(): void {
    this.stopping.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.followOnce();
      } catch (error) {
        clearTimeout(this.settleTimer);
        if (!signal.aborted) {
          this.failures += 1;
          this.judge(error);
          // Stopping ends the pause.
          await this.pause(error).catch(() => {});
        }
      }
    }
    clearTimeout(this.settleTimer);
  }

  /** Lists if it has to, and watches until the watch ends. */
  private async followOnce(): Promise<void> {
    this.connecting = new AbortController();
    const listing = {
      ...this.options,
      kubeConfig: await this.connect(),
      packing: this.packing,
      signal: AbortSignal.any([this.stopping.signal, this.connecting.signal]),
    };
    if (!this.resourceVersion) {
      const { objects, resourceVersion } = await listAll(listing);
      this.take(objects);
      this.resourceVersion = resourceVersion;
    }
    let openedAt = 0;
    await watchFrom(
      listing,
      this.resourceVersion,
      () => {
        openedAt = Date.now();
        this.opened();
      },
      event => this.handle(event),
    );
    const lasted = Date.now() - openedAt;
    await wait(Math.max(SETTLED_MS - lasted, 0), undefined, {
      signal: this.stopping.signal,
      ref: false,
    });
  }

  private opened(): void {
    if (this.failures === 0) {
      this.settled();
      return;
    }
    // It broke before: one that breaks at once must not be tried again and
    // again without a pause.
    this.settleTimer = setTimeout(() => this.settled(), SETTLED_MS);
    this.settleTimer.unref();
  }

  private settled(): void {
    this.failures = 0;
    this.backoff.reset();
    this.become('live');
  }

  private handle(event: WatchEvent): void {
    this.resourceVersion = event.resourceVersion;
    this.heardAt = now();
    if (event.type === 'bookmark') {
      return;
    }
    const { maximumObjects } = this.options.settings;
    const { namespace, name } = event.object;
    const change =
      event.type === 'put'
        ? this.objects.put(event.object)
        : this.objects.remove(namespace, name);
    this.options.onEvent?.('event');
    if (this.objects.size > maximumObjects) {
      throw new TooManyObjectsError(maximumObjects);
    }
    if (change) {
      this.options.onChange([change]);
    }
  }

  /** What a failure means for what is known, and whether it is worth a word. */
  private judge(error: unknown): void {
    if (error instanceof KubernetesStatusError && error.statusCode === 410) {
      // What was missed cannot be told any more: list again. Until then the old
      // objects stay, and what has gone leaves with the new list.
      this.resourceVersion = '';
      this.options.onEvent?.('resync');
      return;
    }
    if (this.failures > 1 || !this.isCut(error)) {
      this.fail(error);
    }
    if (
      this.denied ||
      error instanceof TooManyObjectsError ||
      error instanceof SilentError
    ) {
      // A list is a proof of life; a watch may be silent for a minute.
      this.resourceVersion = '';
    }
  }

  /** Credentials of one cluster, which may hang, too. */
  private async connect(): Promise<KubeConfig> {
    const { answerMs } = this.options.settings;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error('no credentials in time');
        error.name = 'TimeoutError';
        reject(error);
      }, answerMs);
    });
    try {
      return await Promise.race([this.options.connect(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private take(listed: ObjectCache): void {
    this.listed = true;
    this.denied = false;
    this.heardAt = now();
    this.options.onEvent?.('list');
    const changes = this.objects.replace(listed);
    if (changes.length > 0) {
      this.options.onChange(changes);
    }
  }

  /**
   * A connection that broke while all was well: API servers and load balancers
   * end them at times. It is worth a word only if the next try fails, too.
   */
  private isCut(error: unknown): boolean {
    return (
      this.status.state === 'live' &&
      !(error instanceof KubernetesStatusError) &&
      !(error instanceof TooManyObjectsError) &&
      !(error instanceof SilentError) &&
      !(error instanceof ClusterGoneError)
    );
  }

  private fail(error: unknown): void {
    this.options.onEvent?.('failure');
    const { describe, kind } = this.options;
    const { clusterName } = describe();
    if (error instanceof ClusterGoneError) {
      this.become('gone', {
        message: error.message,
        cause: { code: 'not-known', facts: {} },
      });
      return;
    }
    if (error instanceof TooManyObjectsError) {
      this.become('unreachable', {
        message: `cluster \`${clusterName}\`: ${kind.plural}: ${error.message}`,
        cause: {
          code: 'too-many-objects',
          facts: {
            kind: kind.plural,
            maximum: this.options.settings.maximumObjects,
          },
        },
      });
      return;
    }
    const status =
      error instanceof KubernetesStatusError ? error.statusCode : undefined;
    if (status === 404) {
      // The cluster has no such kind, and so none of its objects.
      this.take(new ObjectCache());
      this.become('live');
      return;
    }
    const { error: mapped, cause } = explainKubernetesError(error, {
      ...describe(),
      action: `list ${kind.plural}`,
      letInBefore: this.listed,
    });
    this.denied = status === 403;
    const otherwise = this.listed ? 'stale' : 'unreachable';
    this.become(mapped.name === 'NotAllowedError' ? 'denied' : otherwise, {
      message: mapped.message,
      ...(cause && { cause }),
      ...(status && { statusCode: status }),
    });
  }

  private become(
    state: ConnectionState,
    why: {
      message?: string;
      cause?: ConnectionCause;
      statusCode?: number;
    } = {},
  ): void {
    if (this.status.state === state && this.status.message === why.message) {
      return;
    }
    this.status = {
      state,
      // What is stale is so since it was last heard of.
      since:
        this.status.state === state
          ? this.status.since
          : ((state === 'stale' ? this.heardAt : undefined) ?? now()),
      ...why,
    };
    this.options.onChange('connection');
  }

  private async pause(error: unknown): Promise<void> {
    const { signal } = this.stopping;
    const notServed =
      error instanceof KubernetesStatusError && error.statusCode === 404;
    if (notServed) {
      await this.waitUntilServed();
      return;
    }
    if (this.denied && this.options.replaced?.()) {
      await wait(UNNEEDED_MS, undefined, { signal, ref: false });
      return;
    }
    if (this.denied && this.options.kind.optional) {
      await wait(REFUSED_MS, undefined, { signal, ref: false });
      return;
    }
    if (this.failures === 1 && this.isCut(error)) {
      return;
    }
    const asked =
      error instanceof KubernetesStatusError ? error.retryAfterMs : undefined;
    const atLeast = Math.min(asked ?? 0, LONGEST_RETRY_AFTER_MS);
    await wait(this.backoff.next(atLeast), undefined, { signal, ref: false });
  }

  /** In the end it is asked for all the same: nobody may have said that it came. */
  private async waitUntilServed(): Promise<void> {
    const enough = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, enough.signal]);
    try {
      await Promise.race([
        wait(UNNEEDED_MS, undefined, { signal, ref: false }),
        ...(this.options.served ? [this.options.served(signal)] : []),
      ]);
    } finally {
      enough.abort();
    }
  }
}
