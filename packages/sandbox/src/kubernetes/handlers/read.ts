import type { HttpAnswer } from '../../core';
import { json } from '../answers';
import {
  filterOf,
  isTrue,
  numberOf,
  type ApiServerOptions,
  type Call,
} from '../call';
import { toVersion } from '../conversion';
import { badRequest, expired, invalid, notFound, tooNew } from '../errors';
import { asJson } from '../json';
import { apiVersionOf, storedKind } from '../kinds';
import type { Route } from '../route';
import { readScale } from '../scale';
import { requireFieldSelector, selectorFilter } from '../selectors';
import { toTable } from '../table';
import type {
  JsonObject,
  KubernetesObject,
  ListFilter,
  ObjectStore,
  ResourceKind,
  StoreEvent,
} from '../types';
import { watch } from '../watch';

const WATCH_SECONDS = 3_600;
/** How often a watch tells how far it has got. */
const BOOKMARK_INTERVAL_MS = 10_000;

const wantsTable = ({ request }: Call) =>
  /;as=Table/.test(request.headers.accept ?? '');

/** An object in the form that the caller asks for. */
export function presented(
  options: ApiServerOptions,
  call: Call,
  { kind, subresource }: Route,
  object: KubernetesObject,
): JsonObject {
  if (subresource === 'scale') {
    return asJson(object);
  }
  return wantsTable(call)
    ? toTable(kind, [object], {
        now: options.context.now(),
        includeObject: call.query.get('includeObject') ?? 'Metadata',
        metadata: { resourceVersion: object.metadata.resourceVersion },
      })
    : asJson(toVersion(kind, object));
}

export function getObject(
  options: ApiServerOptions,
  call: Call,
  route: Route,
): HttpAnswer {
  const { kind, namespace, name = '', subresource } = route;
  const object = options.store.get(storedKind(kind), namespace, name);
  if (!object) {
    throw notFound(kind, name);
  }
  return json(
    200,
    presented(
      options,
      call,
      route,
      subresource === 'scale' ? readScale(object) : object,
    ),
  );
}

/** A list of objects, as it is before paging. */
export const listOf = (
  kind: ResourceKind,
  objects: KubernetesObject[],
  metadata: JsonObject,
): JsonObject => ({
  kind: `${kind.kind}List`,
  apiVersion: apiVersionOf(kind),
  metadata,
  items: objects.map(object => itemOf(kind, toVersion(kind, object))),
});

/** The items of a list say no type, but those of custom resources. */
function itemOf(kind: ResourceKind, object: KubernetesObject): JsonObject {
  const { apiVersion: _, kind: __, ...item } = asJson(object);
  return kind.custom ? asJson(object) : item;
}

const keyOf = ({ metadata }: KubernetesObject) =>
  `${metadata.namespace ?? ''}/${metadata.name}`;

/** Where a list that is cut into pages goes on. */
interface Continue {
  /** The version of the first page. */
  version: number;
  /** The last object of the page before. */
  after: string;
}

/** The objects as they were before some events, so that pages do not shift. */
function objectsBefore(
  store: ObjectStore,
  kind: ResourceKind,
  filter: ListFilter,
  events: StoreEvent[],
): KubernetesObject[] {
  if (!events.length) {
    return store.list(kind, filter);
  }
  const known = new Map(
    store.list(kind).map(object => [keyOf(object), object]),
  );
  const own = events.filter(
    event =>
      event.kind.group === kind.group && event.kind.plural === kind.plural,
  );
  for (const { type, object, previous } of own.reverse()) {
    if (type === 'ADDED' || !previous) {
      known.delete(keyOf(object));
    } else {
      known.set(keyOf(object), previous);
    }
  }
  const matches = selectorFilter(filter);
  return [...known.values()]
    .filter(
      object =>
        (!filter.namespace || object.metadata.namespace === filter.namespace) &&
        matches(object),
    )
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

export function listObjects(
  options: ApiServerOptions,
  call: Call,
  route: Route,
): HttpAnswer {
  const { store } = options;
  const { kind } = route;
  const filter = filterOf(call, route);
  requireFieldSelector(kind, filter.fieldSelector);
  refuseFuture(call, store.resourceVersion);
  const limit = numberOf(call, 'limit') ?? 0;
  const token = call.query.get('continue');
  const from: Continue = token
    ? readContinue(token)
    : { version: store.resourceVersion, after: '' };
  const since = store.eventsSince(from.version);
  if (!since) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
    );
  }
  const rest = objectsBefore(store, storedKind(kind), filter, since).filter(
    object => keyOf(object) > from.after,
  );
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const remaining = rest.length - page.length;
  const metadata: JsonObject = {
    resourceVersion: String(from.version),
    ...(remaining > 0 && {
      continue: Buffer.from(
        JSON.stringify({
          version: from.version,
          after: keyOf(page[page.length - 1]),
        }),
      ).toString('base64url'),
    }),
    // With a selector the real one does not know it either.
    ...(remaining > 0 &&
      !filter.labelSelector &&
      !filter.fieldSelector && { remainingItemCount: remaining }),
  };
  return json(
    200,
    wantsTable(call)
      ? toTable(kind, page, {
          now: options.context.now(),
          includeObject: call.query.get('includeObject') ?? 'Metadata',
          metadata,
        })
      : listOf(kind, page, metadata),
  );
}

function readContinue(token: string): Continue {
  try {
    const { version, after } = JSON.parse(
      Buffer.from(token, 'base64url').toString('utf8'),
    );
    if (Number.isInteger(version) && typeof after === 'string') {
      return { version, after };
    }
  } catch {
    // Not one of ours.
  }
  throw badRequest('continue key is not valid');
}

/** A version that is yet to come: of this cluster before it was restarted. */
function refuseFuture(call: Call, current: number) {
  const asked = numberOf(call, 'resourceVersion') ?? 0;
  if (asked > current) {
    throw tooNew(asked, current);
  }
}

/**
 * Streams changes; answers by itself.
 *
 * @throws StatusError for what cannot be watched
 */
export function watchObjects(
  options: ApiServerOptions,
  call: Call,
  route: Route,
): void {
  const { kind } = route;
  const filter = filterOf(call, route);
  requireFieldSelector(kind, filter.fieldSelector);
  refuseFuture(call, options.store.resourceVersion);
  const sendInitialEvents = isTrue(call, 'sendInitialEvents');
  if (
    sendInitialEvents &&
    call.query.get('resourceVersionMatch') !== 'NotOlderThan'
  ) {
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
      {
        field: 'resourceVersionMatch',
        reason: 'FieldValueForbidden',
        message:
          'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      },
    ]);
  }
  watch({
    store: options.store,
    kind: storedKind(kind),
    apiVersion: apiVersionOf(kind),
    filter,
    resourceVersion: numberOf(call, 'resourceVersion') ?? 0,
    bookmarks: isTrue(call, 'allowWatchBookmarks'),
    bookmarkIntervalMs: BOOKMARK_INTERVAL_MS / options.timeScale,
    sendInitialEvents,
    timeoutSeconds: numberOf(call, 'timeoutSeconds') || WATCH_SECONDS,
    response: call.response,
    present: object => presented(options, call, route, object),
  });
}
