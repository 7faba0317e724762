import type { KubernetesObject, ObjectStore } from '../types';
import { typed, type EventObject } from './objects';

const KEPT_MS = 60 * 60_000;
const MOST = 2_000;

/** Writes Events; the same one again raises its count. */
export class EventRecorder {
  readonly #store: ObjectStore;
  readonly #now: () => number;
  readonly #known = new Map<string, { name: string; namespace: string }>();
  #sequence = 0;

  constructor(options: { store: ObjectStore; now: () => number }) {
    this.#store = options.store;
    this.#now = options.now;
  }

  record(
    object: KubernetesObject,
    type: EventObject['type'],
    reason: string,
    message: string,
    component: string,
  ) {
    const namespace = object.metadata.namespace ?? 'default';
    const key = [object.metadata.uid, reason, message].join('|');
    const now = new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const known = this.#known.get(key);
    const before =
      known && this.#store.get(typed.events, known.namespace, known.name);
    if (before) {
      this.#store.update(typed.events, {
        ...before,
        count: before.count + 1,
        lastTimestamp: now,
      });
      return;
    }
    this.#expire();
    const id = (this.#now() * 1000 + this.#sequence++).toString(16);
    const name = `${object.metadata.name}.${id}`;
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
      },
      type,
      reason,
      message,
      source: { component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
  }

  #expire() {
    const events = this.#store.list(typed.events);
    const oldest = this.#now() - KEPT_MS;
    const surplus = events
      .sort((a, b) => a.lastTimestamp.localeCompare(b.lastTimestamp))
      .filter(
        (event, i) =>
          Date.parse(event.lastTimestamp) < oldest || i < events.length - MOST,
      );
    surplus.forEach(({ metadata }) =>
      this.#store.remove(typed.events, metadata.namespace, metadata.name),
    );
  }
}
