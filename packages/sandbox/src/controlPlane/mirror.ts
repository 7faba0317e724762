import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { apiVersionOf, resourceName } from '../kubernetes/kinds';
import { selectorFilter } from '../kubernetes/selectors';
import type {
  KubernetesObject,
  ListFilter,
  ObjectStore,
  ResourceKind,
  StoreEvent,
  WatchEventType,
} from '../kubernetes/types';
import { type ApiAccess, call, open } from './client';

const LOOK_AGAIN_MS = 200;

interface WatchLine {
  type: WatchEventType | 'ERROR' | 'BOOKMARK';
  object: KubernetesObject;
}

const pathOf = (
  { group, version, plural }: ResourceKind,
  namespace?: string,
  parts: string[] = [],
) =>
  [
    group ? `/apis/${group}` : '/api',
    version,
    ...(namespace ? ['namespaces', namespace] : []),
    plural,
    ...parts,
  ].join('/');

const keyOf = ({ metadata }: KubernetesObject) =>
  `${metadata.namespace ?? ''}/${metadata.name}`;

/** What a real cluster holds, as far as its watches have told. */
export interface Mirror extends ObjectStore {
  /** Follows some more kinds; resolves when each was listed once. */
  follow(kinds: ResourceKind[]): Promise<void>;
  stop(): void;
}

/**
 * Follows some kinds of a cluster, so that what reads and writes the objects of
 * a simulated one does so with a real one's too. What is written goes to the
 * API server, as any client's, and is read when the watch has told of it.
 *
 * @param refused - told what the API server did not take
 */
export function startMirror(
  access: ApiAccess,
  refused: (message: string) => void,
): Mirror {
  const collections = new Map<string, Map<string, KubernetesObject>>();
  const listeners = new Set<(event: StoreEvent) => void>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let latest = 0;

  const collection = <T extends KubernetesObject>(kind: ResourceKind<T>) =>
    // What is kept under a kind has its shape.
    (collections.get(resourceName(kind)) ?? new Map()) as Map<string, T>;

  function tell(
    type: WatchEventType,
    kind: ResourceKind,
    object: KubernetesObject,
  ) {
    const known = collection(kind);
    const previous = known.get(keyOf(object));
    latest = Math.max(latest, Number(object.metadata.resourceVersion ?? 0));
    if (type === 'DELETED') {
      known.delete(keyOf(object));
    } else {
      known.set(keyOf(object), object);
    }
    const event: StoreEvent = {
      type: type === 'ADDED' && previous ? 'MODIFIED' : type,
      kind,
      object,
      previous,
      resourceVersion: latest,
    };
    listeners.forEach(listener => listener(event));
  }

  async function list(kind: ResourceKind): Promise<string> {
    const answer = await call(access, 'GET', pathOf(kind), { signal });
    if (answer.status !== 200) {
      throw new Error(`GET ${pathOf(kind)}: ${answer.status} ${answer.text}`);
    }
    const { items, metadata } = JSON.parse(answer.text);
    const there = new Set<string>();
    for (const item of items) {
      const object = {
        ...item,
        apiVersion: apiVersionOf(kind),
        kind: kind.kind,
      };
      there.add(keyOf(object));
      tell('ADDED', kind, object);
    }
    for (const [key, object] of [...collection(kind)]) {
      if (!there.has(key)) {
        tell('DELETED', kind, object);
      }
    }
    return metadata.resourceVersion;
  }

  async function watch(kind: ResourceKind, from: string): Promise<void> {
    const response = await open(
      access,
      'GET',
      `${pathOf(kind)}?watch=true&resourceVersion=${from}`,
      { signal },
    );
    for await (const line of createInterface({ input: response })) {
      const { type, object }: WatchLine = JSON.parse(line);
      if (type === 'ERROR') {
        return;
      }
      if (type !== 'BOOKMARK') {
        tell(type, kind, object);
      }
    }
  }

  async function follow(kind: ResourceKind, listed: () => void) {
    while (!signal.aborted) {
      try {
        const from = await list(kind);
        listed();
        await watch(kind, from);
      } catch {
        // Refused, cut or ended: it is listed again.
        await pause(LOOK_AGAIN_MS);
      }
    }
  }

  /** Sends a change; who made it goes on, as a controller does. */
  function change(
    kind: ResourceKind,
    { metadata }: KubernetesObject,
    request: { method: string; object?: boolean; subresource?: string },
    body?: object,
  ) {
    const { method, subresource } = request;
    const path = pathOf(kind, metadata.namespace, [
      ...(request.object === false ? [] : [metadata.name]),
      ...(subresource ? [subresource] : []),
    ]);
    call(access, method, path, {
      body,
      ...(method === 'PATCH' && {
        headers: { 'content-type': 'application/merge-patch+json' },
      }),
    }).then(
      ({ status, text }) => {
        // What is gone, or there already, is what it is.
        if (status >= 400 && status !== 404 && status !== 409) {
          refused(`${method} ${path}: ${status} ${text}`);
        }
      },
      error => {
        if (!signal.aborted) {
          refused(`${method} ${path}: ${error.message}`);
        }
      },
    );
  }

  return {
    async follow(kinds) {
      await Promise.all(
        kinds.map(kind => {
          collections.set(resourceName(kind), new Map());
          return new Promise<void>(listed => follow(kind, listed));
        }),
      );
    },
    get resourceVersion() {
      return latest;
    },
    get: (kind, namespace, name) => {
      const found = collection(kind).get(
        `${kind.namespaced ? (namespace ?? '') : ''}/${name}`,
      );
      return found && structuredClone(found);
    },
    list: (kind, filter: ListFilter = {}) => {
      const matches = selectorFilter(filter);
      return [...collection(kind).values()]
        .filter(
          object =>
            (!filter.namespace ||
              object.metadata.namespace === filter.namespace) &&
            matches(object),
        )
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
        .map(object => structuredClone(object));
    },
    create(kind, object) {
      change(kind, object, { method: 'POST', object: false }, object);
      return object;
    },
    update(kind, object) {
      const { managedFields: _, ...metadata } = object.metadata;
      change(kind, object, { method: 'PATCH' }, { ...object, metadata });
      return object;
    },
    updateStatus(kind, object) {
      const status = 'status' in object ? object.status : undefined;
      change(
        kind,
        object,
        { method: 'PATCH', subresource: 'status' },
        { status },
      );
      return object;
    },
    remove(kind, namespace, name) {
      const object = {
        apiVersion: apiVersionOf(kind),
        kind: kind.kind,
        metadata: { name, namespace },
      };
      change(kind, object, { method: 'DELETE' });
      return object;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    eventsSince: () => undefined,
    stop: () => stopping.abort(),
  };
}
