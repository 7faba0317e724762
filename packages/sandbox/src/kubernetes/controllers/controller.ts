import type {
  ClusterCompute,
  KubernetesObject,
  ObjectStore,
  ResourceKind,
  StoreEvent,
  WatchEventType,
} from '../types';
import { resourceName } from '../kinds';
import { StatusError } from '../errors';
import type { Addresses } from './addresses';
import type { EventRecorder } from './eventRecorder';

/** What a cluster is called, for names and texts. */
export interface ClusterFacts {
  name: string;
  arn: string;
  region: string;
  accountId: string;
  version: string;
  compute: ClusterCompute;
}

/** What every controller works with. */
export interface ControllerContext {
  store: ObjectStore;
  cluster: ClusterFacts;
  /** Milliseconds since the epoch. */
  now(): number;
  /** RFC 3339 with seconds, as Kubernetes writes times. */
  timestamp(): string;
  /**
   * Does something after so many simulated milliseconds.
   *
   * @returns a function that calls it off.
   */
  after(milliseconds: number, work: () => void): () => void;
  /** Simulated milliseconds in ours. */
  scaled(milliseconds: number): number;
  events: EventRecorder;
  addresses: Addresses;
  log(message: string): void;
}

/** Something that runs until it is stopped. */
export interface Controller {
  stop(): void;
}

/** An object, as a queue knows it. */
export interface Key {
  namespace?: string;
  name: string;
}

/** Brings the world closer to what one object asks for; called again and again. */
export type Reconcile = (namespace: string | undefined, name: string) => void;

/** A work queue: each key waits in it at most once. */
export class Queue implements Controller {
  readonly #waiting = new Set<string>();
  readonly #reconcile: Reconcile;
  readonly #context: ControllerContext;
  #scheduled: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(context: ControllerContext, reconcile: Reconcile) {
    this.#context = context;
    this.#reconcile = reconcile;
  }

  add(namespace: string | undefined, name: string) {
    if (this.#stopped) {
      return;
    }
    this.#waiting.add(`${namespace ?? ''}/${name}`);
    this.#scheduled ??= setImmediate(() => this.#work());
  }

  stop() {
    this.#stopped = true;
    clearImmediate(this.#scheduled);
  }

  #work() {
    this.#scheduled = undefined;
    const keys = [...this.#waiting];
    this.#waiting.clear();
    for (const key of keys) {
      const [namespace, name] = key.split('/');
      try {
        this.#reconcile(namespace || undefined, name);
      } catch (error) {
        this.#recover(error, namespace, name);
      }
    }
  }

  #recover(error: unknown, namespace: string, name: string) {
    const reason = error instanceof StatusError ? error.reason : undefined;
    if (reason === 'Conflict') {
      // Somebody was faster: look again.
      this.add(namespace, name);
    } else if (reason !== 'NotFound') {
      this.#context.log(`controller: ${describe(error)}`);
    }
  }
}

/** An error with where it came from. */
export const describe = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Which objects to look at after a change of another. */
export interface Trigger {
  kind: ResourceKind;
  keys(event: Pick<StoreEvent, 'type' | 'object' | 'previous'>): Key[];
}

/**
 * Looks at an object after each of its changes, or at those that `keys` names.
 */
export function on<T extends KubernetesObject>(
  kind: ResourceKind<T>,
  keys: (object: T, type: WatchEventType, previous?: T) => Key[] = object => [
    object.metadata,
  ],
): Trigger {
  return {
    kind,
    // What the store tells of a kind has its shape.
    keys: ({ object, type, previous }) =>
      keys(object as T, type, previous as T | undefined),
  };
}

/** A controller's queue, fed by changes of the kinds it cares about. */
export function runController(
  context: ControllerContext,
  options: { reconcile: Reconcile; triggers: Trigger[] },
): Queue {
  const queue = new Queue(context, options.reconcile);
  const triggers = new Map<string, Trigger[]>();
  for (const trigger of options.triggers) {
    const name = resourceName(trigger.kind);
    triggers.set(name, [...(triggers.get(name) ?? []), trigger]);
  }
  const enqueue = (
    kind: ResourceKind,
    event: Pick<StoreEvent, 'type' | 'object' | 'previous'>,
  ) => {
    for (const trigger of triggers.get(resourceName(kind)) ?? []) {
      trigger
        .keys(event)
        .forEach(({ namespace, name }) => queue.add(namespace, name));
    }
  };
  const unsubscribe = context.store.subscribe(event =>
    enqueue(event.kind, event),
  );
  // What was there before, after a restart.
  for (const { kind } of options.triggers) {
    context.store
      .list(kind)
      .forEach(object => enqueue(kind, { type: 'ADDED', object }));
  }
  const stop = queue.stop.bind(queue);
  queue.stop = () => {
    unsubscribe();
    stop();
  };
  return queue;
}

/** Keys of the controllers of a kind that own an object. */
export const owners =
  (kind: string) =>
  ({ metadata }: KubernetesObject): Key[] =>
    (metadata.ownerReferences ?? [])
      .filter(reference => reference.controller && reference.kind === kind)
      .map(({ name }) => ({ namespace: metadata.namespace, name }));
