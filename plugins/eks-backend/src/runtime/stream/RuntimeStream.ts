import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  StreamEnd,
  StreamEndReason,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { Access } from '../RuntimeAccess';
import { responseParts } from '../responseParts';
import type { Change, Snapshot } from '../view/RuntimeView';
import type { RuntimeViews, ViewLease } from '../view/RuntimeViews';
import type { EventChannel } from './EventChannel';

/** How often something is written, in milliseconds, so that nobody thinks the stream is dead. */
const HEARTBEAT_MS = 15_000;
/** How often it is checked that the viewer may still look. */
const RECHECK_MS = 30_000;
/** How often in a row that check may fail for reasons that are not the viewer's. */
const MAXIMUM_FAILED_CHECKS = 4;
/** For how many heartbeats a reader may take nothing. */
const MAXIMUM_SILENT_BEATS = 3;
/** The longest that a timer can wait. */
const MAXIMUM_TIMER_MS = 2 ** 31 - 1;

/** What a stream is made of. */
export interface RuntimeStreamOptions {
  channel: EventChannel;
  /** The entity's view; the stream releases it. */
  lease: ViewLease;
  views: RuntimeViews;
  /** What the viewer may do now. */
  access: Access;
  /** The same, asked again. */
  look: () => Promise<Access>;
  /** When the viewer's token ends. */
  expiresAt?: Date;
  /** The state that the viewer has already. */
  lastEventId?: string;
  /** Fires when the backend stops. */
  shutdown: AbortSignal;
  logger: LoggerService;
  /** Milliseconds; for tests. */
  heartbeatMs?: number;
  recheckMs?: number;
}

/**
 * Tells one viewer what an entity has running, until the viewer leaves, may no
 * longer look, or the backend stops.
 */
export class RuntimeStream {
  readonly #options: RuntimeStreamOptions;
  readonly #channel: EventChannel;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #ended: Promise<void>;
  #access: Access;
  #lease: ViewLease;
  #unsubscribe = () => {};
  /** The state that the viewer has; undefined before the first. */
  #lastId: string | undefined;
  #failedChecks = 0;
  #silentBeats = 0;
  #done = false;

  constructor(options: RuntimeStreamOptions) {
    this.#options = options;
    this.#channel = options.channel;
    this.#lease = options.lease;
    this.#access = options.access;
    this.#ended = new Promise(resolve => {
      this.#channel.onClose(() => {
        this.#stop();
        resolve();
      });
    });
  }

  /** Resolves when the viewer is gone. */
  async run(): Promise<void> {
    const { expiresAt, shutdown, lastEventId } = this.#options;
    const onShutdown = () => this.#end('shutdown');
    shutdown.addEventListener('abort', onShutdown, { once: true });
    try {
      this.#channel.onDrain(() => {
        this.#silentBeats = 0;
        this.#catchUp();
      });
      this.#every(this.#options.heartbeatMs ?? HEARTBEAT_MS, () =>
        this.#beat(),
      );
      this.#every(
        this.#options.recheckMs ?? RECHECK_MS,
        () => void this.#recheck(),
      );
      if (expiresAt) {
        const left = expiresAt.getTime() - Date.now();
        this.#timers.push(
          setTimeout(
            () => this.#end('token-expired'),
            Math.min(Math.max(left, 0), MAXIMUM_TIMER_MS),
          ),
        );
      }
      await this.#follow(lastEventId);
      if (shutdown.aborted) {
        onShutdown();
      }
      // Who left before this began is not told to have left any more.
      if (this.#channel.open) {
        await this.#ended;
      }
    } catch (error) {
      this.#options.logger.warn(
        `A stream of what runs broke off: ${toError(error).message}`,
      );
      this.#channel.abandon();
    } finally {
      this.#stop();
      shutdown.removeEventListener('abort', onShutdown);
    }
  }

  /** Begins with the current state, or with what came after the viewer's. */
  async #follow(knownId?: string): Promise<void> {
    const { view } = this.#lease;
    const known = knownId === undefined ? undefined : view.since(knownId);
    if (known) {
      this.#lastId = knownId;
      this.#send(known);
    } else {
      const snapshot = await view.snapshot();
      if (this.#done || this.#lease.view !== view) {
        return;
      }
      this.#sendSnapshot(snapshot);
    }
    // Whatever the viewer lacks, and not this change alone: there may have been
    // another one on the way here.
    this.#unsubscribe = view.subscribe(() => {
      if (!this.#channel.full) {
        this.#catchUp();
      }
    });
    this.#catchUp();
  }

  #send(changes: Change[]): void {
    for (const { id, json } of changes) {
      this.#channel.send({ event: 'patch', data: [json], id });
      this.#lastId = id;
    }
  }

  #sendSnapshot(snapshot: Snapshot): void {
    this.#channel.send({
      event: 'snapshot',
      data: responseParts(snapshot, this.#access.abilities),
      id: snapshot.id,
    });
    this.#lastId = snapshot.id;
  }

  /** Sends what the viewer lacks, or the whole if that is not known any more. */
  #catchUp(): void {
    if (this.#done || this.#lastId === undefined) {
      return;
    }
    const missed = this.#lease.view.since(this.#lastId);
    if (missed) {
      this.#send(missed);
    } else {
      void this.#resend();
    }
  }

  async #resend(): Promise<void> {
    const { view } = this.#lease;
    try {
      const snapshot = await view.snapshot();
      if (!this.#done && this.#lease.view === view) {
        this.#sendSnapshot(snapshot);
      }
    } catch {
      // The view is gone; the viewer asks again.
      this.#channel.abandon();
    }
  }

  #beat(): void {
    if (!this.#channel.full) {
      this.#silentBeats = 0;
      this.#channel.beat();
      return;
    }
    this.#silentBeats += 1;
    if (this.#silentBeats >= MAXIMUM_SILENT_BEATS) {
      this.#channel.abandon();
    }
  }

  async #recheck(): Promise<void> {
    try {
      const access = await this.#options.look();
      this.#failedChecks = 0;
      if (!this.#done) {
        await this.#apply(access);
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (reason) {
        this.#end(reason);
        return;
      }
      this.#failedChecks += 1;
      this.#options.logger.warn(
        `Could not check that a viewer may still look: ${toError(error).message}`,
      );
      // The viewer asks again, and learns then what is wrong.
      if (this.#failedChecks >= MAXIMUM_FAILED_CHECKS) {
        this.#end('shutdown');
      }
    }
  }

  /** The viewer may do something else, or the entity runs somewhere else. */
  async #apply(access: Access): Promise<void> {
    const lease = this.#options.views.acquire(access.entity);
    const moved = lease.view !== this.#lease.view;
    const same = access.abilities.join() === this.#access.abilities.join();
    this.#access = access;
    if (!moved && same) {
      lease.release();
      return;
    }
    const before = this.#lease;
    this.#unsubscribe();
    this.#lease = lease;
    before.release();
    await this.#follow();
  }

  #end(reason: StreamEndReason): void {
    if (this.#done) {
      return;
    }
    const data: StreamEnd = { reason };
    this.#channel.send({ event: 'end', data: [JSON.stringify(data)] });
    this.#stop();
    this.#channel.end();
  }

  #stop(): void {
    if (this.#done) {
      return;
    }
    this.#done = true;
    this.#timers.forEach(timer => clearTimeout(timer));
    this.#unsubscribe();
    this.#lease.release();
  }

  #every(milliseconds: number, work: () => void): void {
    const timer = setInterval(work, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }
}

/** Why the viewer may no longer look; undefined if that is not known. */
function reasonOf(error: unknown): StreamEndReason | undefined {
  switch (toError(error).name) {
    case 'NotAllowedError':
      return 'permission';
    case 'NotFoundError':
      return 'entity-gone';
    case 'AuthenticationError':
      return 'token-expired';
    default:
      return undefined;
  }
}
