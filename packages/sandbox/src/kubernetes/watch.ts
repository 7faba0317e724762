import type { ServerResponse } from 'node:http';
import { expired } from './errors';
import { selectorFilter } from './selectors';
import type {
  Json,
  JsonObject,
  KubernetesObject,
  ListFilter,
  ObjectStore,
  ResourceKind,
  StoreEvent,
  WatchEventType,
} from './types';

export interface WatchOptions {
  store: ObjectStore;
  kind: ResourceKind;
  /** Of the version that is asked for. */
  apiVersion: string;
  filter: ListFilter;
  /** 0 starts with all that is there. */
  resourceVersion: number;
  /** Whether, and how often, to tell how far the watch has got. */
  bookmarks: boolean;
  bookmarkIntervalMs: number;
  /** Start with all that is there, then a bookmark that says so. */
  sendInitialEvents: boolean;
  timeoutSeconds: number;
  response: ServerResponse;
  /** What is sent for an object: itself, or a table. */
  present(object: KubernetesObject): JsonObject;
}

/** Streams changes until the client leaves or the time is up. */
export function watch(options: WatchOptions): void {
  const { store, kind, filter, response, present } = options;
  const selected = selectorFilter(filter);
  const matches = (object: KubernetesObject | undefined) =>
    object !== undefined &&
    (!filter.namespace || object.metadata.namespace === filter.namespace) &&
    selected(object);

  const send = (type: string, object: Json) =>
    response.write(`${JSON.stringify({ type, object })}\n`);
  const sendEvent = (event: StoreEvent) => {
    if (event.kind.group !== kind.group || event.kind.plural !== kind.plural) {
      return;
    }
    const type = seenAs(event, matches);
    if (type) {
      send(type, present(event.object));
    }
  };
  const sendBookmark = (annotations?: Record<string, string>) =>
    send('BOOKMARK', {
      apiVersion: options.apiVersion,
      kind: kind.kind,
      metadata: {
        resourceVersion: String(store.resourceVersion),
        ...(annotations && { annotations }),
      },
    });

  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
  });
  response.flushHeaders();

  const from = options.resourceVersion;
  if (from === 0 || options.sendInitialEvents) {
    store.list(kind, filter).forEach(object => send('ADDED', present(object)));
    if (options.sendInitialEvents) {
      sendBookmark({ 'k8s.io/initial-events-end': 'true' });
    }
  } else {
    const missed = store.eventsSince(from);
    if (!missed) {
      send(
        'ERROR',
        expired(
          `too old resource version: ${from} (${store.resourceVersion})`,
        ).toStatus(),
      );
      response.end();
      return;
    }
    missed.forEach(sendEvent);
  }

  const unsubscribe = store.subscribe(sendEvent);
  const bookmark = options.bookmarks
    ? setInterval(() => sendBookmark(), options.bookmarkIntervalMs)
    : undefined;
  const stop = () => {
    unsubscribe();
    clearInterval(bookmark);
  };
  const timeout = setTimeout(() => {
    stop();
    response.end();
  }, options.timeoutSeconds * 1000);
  response.once('close', () => {
    stop();
    clearTimeout(timeout);
  });
}

/** An object that comes to match, or ceases to, is added or deleted. */
function seenAs(
  event: StoreEvent,
  matches: (object: KubernetesObject | undefined) => boolean,
): WatchEventType | undefined {
  const now = event.type !== 'DELETED' && matches(event.object);
  const before = event.type !== 'ADDED' && matches(event.previous);
  if (now && before) {
    return 'MODIFIED';
  }
  if (now) {
    return 'ADDED';
  }
  return before ? 'DELETED' : undefined;
}
