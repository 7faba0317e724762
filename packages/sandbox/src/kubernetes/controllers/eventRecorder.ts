import type { KubernetesObject, ObjectStore } from '../types';
import { typed, type EventObject } from './objects';

/** How long a cluster keeps its events. */
const KEPT_MS = 60 * 60_000;
const MOST = 2_000;
const SWEEP_MS = 60_000;

/** Who tells, and of which part of the object. */
export interface EventSource {
  /** Such as `kubelet` or `deployment-controller`. */
  component: string;
  /** The node it runs on. */
  host?: string;
  /** Such as `spec.containers{app}`. */
  fieldPath?: string;
}

/** Writes Events; the same one again raises its count. */
export class EventRecorder {
  readonly #store: ObjectStore;
  readonly #now: () => number;
  /** What was told, oldest first, with where the Event is. */
  readonly #known = new Map<string, { namespace: string; name: string }>();
  readonly #sweeping: NodeJS.Timeout;
  #sequence = 0;

  constructor(options: { store: ObjectStore; now: () => number }) {
    this.#store = options.store;
    this.#now = options.now;
    const events = this.#store
      .list(typed.events)
      .sort((a, b) => a.lastTimestamp.localeCompare(b.lastTimestamp));
    for (const event of events) {
      this.#known.set(keyOf(event.involvedObject.uid, event), {
        namespace: event.metadata.namespace ?? '',
        name: event.metadata.name,
      });
    }
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeping.unref();
  }

  stop() {
    clearInterval(this.#sweeping);
  }

  record(
    object: KubernetesObject,
    type: EventObject['type'],
    reason: string,
    message: string,
    from: string | EventSource,
  ) {
    const source = typeof from === 'string' ? { component: from } : from;
    const namespace = object.metadata.namespace ?? 'default';
    if (!this.#takesEvents(namespace)) {
      return;
    }
    const key = keyOf(object.metadata.uid, { type, reason, message });
    const now = new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const known = this.#known.get(key);
    const before =
      known && this.#store.get(typed.events, known.namespace, known.name);
    this.#known.delete(key);
    if (known && before) {
      this.#known.set(key, known);
      this.#store.update(typed.events, {
        ...before,
        count: before.count + 1,
        lastTimestamp: now,
      });
      return;
    }
    const id = (this.#now() * 1000 + this.#sequence++).toString(16);
    const name = `${object.metadata.name}.${id.padStart(16, '1')}`;
    this.#known.set(key, { namespace, name });
    this.#store.create<EventObject>(typed.events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name: object.metadata.name,
        ...(object.metadata.namespace && {
          namespace: object.metadata.namespace,
        }),
        uid: object.metadata.uid,
        resourceVersion: object.metadata.resourceVersion,
        ...(source.fieldPath && { fieldPath: source.fieldPath }),
      },
      type,
      reason,
      message,
      source: {
        component: source.component,
        ...(source.host && { host: source.host }),
      },
      reportingComponent: source.component,
      reportingInstance: source.host ?? '',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
    if (this.#known.size > MOST) {
      this.#forgetOldest();
    }
  }

  /** Nothing new is made in a namespace that goes. */
  #takesEvents(name: string): boolean {
    const namespace = this.#store.get(typed.namespaces, undefined, name);
    return !!namespace && !namespace.metadata.deletionTimestamp;
  }

  #sweep() {
    const oldest = this.#now() - KEPT_MS;
    for (const { namespace, name } of this.#known.values()) {
      const event = this.#store.get(typed.events, namespace, name);
      if (event && Date.parse(event.lastTimestamp) >= oldest) {
        return;
      }
      this.#forgetOldest();
    }
  }

  #forgetOldest() {
    const [oldest] = this.#known;
    if (oldest) {
      const [key, { namespace, name }] = oldest;
      this.#known.delete(key);
      if (this.#store.get(typed.events, namespace, name)) {
        this.#store.remove(typed.events, namespace, name);
      }
    }
  }
}

const keyOf = (
  uid: string | undefined,
  { type, reason, message }: Pick<EventObject, 'type' | 'reason' | 'message'>,
) => [uid, type, reason, message].join('|');
