import type {
  ClusterCompute,
  KubernetesObject,
  ObjectStore,
  ResourceKind,
} from '../types';
import { StatusError } from '../errors';
import { EventRecorder } from './eventRecorder';

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
  /** Does something after so many simulated milliseconds. */
  after(milliseconds: number, work: () => void): () => void;
  /** Simulated milliseconds in ours. */
  scaled(milliseconds: number): number;
  events: EventRecorder;
  log(message: string): void;
}

/** Brings the world closer to what one object asks for; called again and again. */
export type Reconcile = (namespace: string | undefined, name: string) => void;

/** A work queue: each key waits in it at most once. */
export class Queue {
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
        // Somebody was faster: look again.
        if (error instanceof StatusError && error.reason === 'Conflict') {
          this.add(namespace, name);
        } else if (!(error instanceof StatusError)) {
          this.#context.log(`controller: ${(error as Error).stack}`);
        }
      }
    }
  }
}

/** A controller's queue, fed by changes of the kinds it cares about. */
export function runController(
  context: ControllerContext,
  options: {
    reconcile: Reconcile;
    /** Which object to look at after a change of another, if any. */
    triggers: {
      kind: ResourceKind;
      key?(object: KubernetesObject): { namespace?: string; name: string }[];
    }[];
  },
): Queue {
  const queue = new Queue(context, options.reconcile);
  const enqueue = (kind: ResourceKind, object: KubernetesObject) => {
    for (const trigger of options.triggers) {
      if (
        trigger.kind.plural === kind.plural &&
        trigger.kind.group === kind.group
      ) {
        const keys = trigger.key?.(object) ?? [object.metadata];
        keys.forEach(({ namespace, name }) => queue.add(namespace, name));
      }
    }
  };
  context.store.subscribe(({ kind, object }) => enqueue(kind, object));
  // What was there before, after a restart.
  for (const { kind } of options.triggers) {
    context.store.list(kind).forEach(object => enqueue(kind, object));
  }
  return queue;
}

/** Keys of the controllers that own an object. */
export const owners =
  (kind: string) =>
  ({ metadata }: KubernetesObject) =>
    (metadata.ownerReferences ?? [])
      .filter(reference => reference.controller && reference.kind === kind)
      .map(({ name }) => ({ namespace: metadata.namespace, name }));
