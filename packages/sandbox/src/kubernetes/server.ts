import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import {
  cutConnection,
  interrupt,
  journalRequest,
  readBody,
  type HttpAnswer,
} from '../core';
import type { Fault, RequestInfo, StandInContext } from '../types';
import { forbiddenMessage, isAllowed, type Attributes } from './authorization';
import { discoveryDocument } from './discovery';
import { badRequest, expired, notFound, StatusError } from './errors';
import { apiVersionOf, resourceName, servedKinds } from './kinds';
import { asJson } from './patch/managedFields';
import { isObject } from './patch/listKeys';
import { parseRoute, type Route } from './route';
import { MemoryStore } from './store';
import { toTable } from './table';
import type {
  ClusterIdentity,
  Json,
  JsonObject,
  KubernetesObject,
  ListFilter,
  LogProvider,
  MetricsProvider,
  RemoveOptions,
  ResourceKind,
} from './types';
import { metricsObject, metricsObjects } from './metrics';
import { watch } from './watch';
import {
  create,
  patch,
  readScale,
  replace,
  writeScale,
  type WriteRequest,
  type WriteResult,
} from './write';

const WATCH_SECONDS = 3_600;

export interface ApiServerOptions {
  context: StandInContext;
  arn: string;
  accountId: string;
  region: string;
  version: string;
  tls: { certificate: string; key: string };
  store: MemoryStore;
  metrics: MetricsProvider;
  logs: LogProvider;
  authenticate(token: string): Promise<ClusterIdentity | undefined>;
}

/** One request on its way through the server. */
interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  path: string;
  query: URLSearchParams;
  route?: Route;
  verb: string;
  startedAt: number;
  info: RequestInfo;
}

/** A Kubernetes API server over TLS. */
export function createApiServer(options: ApiServerOptions): Server {
  const server = createServer(
    { cert: options.tls.certificate, key: options.tls.key },
    (request, response) => {
      serve(options, request, response).catch(error => {
        options.context.log(`kubernetes: ${error?.stack ?? error}`);
        response.destroy();
      });
    },
  );
  return server;
}

async function serve(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { context } = options;
  const call = understand(options, request, response);
  const interruption = await interrupt({
    context,
    info: call.info,
    request,
    response,
    failure: faultAnswer,
  });
  if (interruption === 'taken') {
    return;
  }
  try {
    const identity = await identify(options, call);
    call.info.caller = identity.username;
    if (call.verb === 'watch') {
      authorize(options, identity, call);
      journalRequest(context, call.info, call.startedAt, { status: 200 });
      startWatch(options, call);
      return;
    }
    if (call.route?.subresource === 'log' && isTrue(call, 'follow')) {
      authorize(options, identity, call);
      journalRequest(context, call.info, call.startedAt, { status: 200 });
      followLog(options, call);
      return;
    }
    const answer = await handle(options, identity, call);
    if (interruption === 'cut-after') {
      journalRequest(context, call.info, call.startedAt, {
        status: 0,
        error: 'reset',
      });
      cutConnection(request);
      return;
    }
    finish(options, call, answer);
  } catch (error) {
    if (!(error instanceof StatusError)) {
      throw error;
    }
    finish(options, call, statusAnswer(error));
  }
}

function understand(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Call {
  const url = new URL(request.url ?? '/', 'https://cluster');
  const method = request.method ?? 'GET';
  const route = parseRoute(url.pathname, kindsOf(options));
  const query = url.searchParams;
  const verb = route ? verbOf(method, route, query) : method.toLowerCase();
  const what = route
    ? resourceName(route.kind) +
      (route.subresource ? `/${route.subresource}` : '')
    : url.pathname;
  return {
    request,
    response,
    method,
    path: url.pathname,
    query,
    route,
    verb,
    startedAt: options.context.now(),
    info: {
      service: 'kubernetes',
      operation: `${verb} ${what}`,
      target: options.arn,
      accountId: options.accountId,
      region: options.region,
    },
  };
}

const kindsOf = ({ store, metrics }: ApiServerOptions) =>
  servedKinds(store, metrics.available);

const isTrue = ({ query }: Call, name: string) =>
  ['true', '1'].includes(query.get(name) ?? '');

function verbOf(method: string, route: Route, query: URLSearchParams): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return route.name ? 'delete' : 'deletecollection';
    default:
      if (['true', '1'].includes(query.get('watch') ?? '')) {
        return 'watch';
      }
      return route.name ? 'get' : 'list';
  }
}

async function identify(
  options: ApiServerOptions,
  { request, path }: Call,
): Promise<ClusterIdentity> {
  if (['/healthz', '/livez', '/readyz', '/version'].includes(path)) {
    return { username: 'system:anonymous', groups: [], accessPolicies: [] };
  }
  const [, token] =
    /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const identity = token ? await options.authenticate(token) : undefined;
  if (!identity) {
    throw new StatusError({
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
  }
  return identity;
}

function attributesOf({ route, verb, query }: Call): Attributes | undefined {
  return (
    route && {
      verb,
      group: route.kind.group,
      resource: route.kind.plural,
      subresource: route.subresource,
      namespace:
        route.namespace ??
        (route.kind.kind === 'Namespace' ? route.name : undefined),
      name:
        route.name ??
        /^metadata\.name=([^,]+)$/.exec(query.get('fieldSelector') ?? '')?.[1],
    }
  );
}

function authorize(
  options: ApiServerOptions,
  identity: ClusterIdentity,
  call: Call,
): void {
  const attributes = attributesOf(call);
  if (attributes && !isAllowed(options.store, identity, attributes)) {
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: forbiddenMessage(identity, attributes),
      details: {
        name: attributes.name ?? '',
        group: attributes.group,
        kind: attributes.resource,
      },
    });
  }
}

async function handle(
  options: ApiServerOptions,
  identity: ClusterIdentity,
  call: Call,
): Promise<HttpAnswer> {
  if (!call.route) {
    if (['/healthz', '/livez', '/readyz'].includes(call.path)) {
      return {
        status: 200,
        headers: { 'content-type': 'text/plain' },
        body: 'ok',
      };
    }
    const document = discoveryDocument(
      call.path,
      kindsOf(options),
      options.version,
    );
    if (!document) {
      throw new StatusError({
        code: 404,
        reason: 'NotFound',
        message: 'the server could not find the requested resource',
        details: {},
      });
    }
    return json(200, document);
  }
  authorize(options, identity, call);
  const body = (await readBody(call.request)) ?? Buffer.alloc(0);
  return call.route.kind.virtual
    ? computed(options, identity, call, body)
    : stored(options, call, call.route, body);
}

/** Kinds that are only computed: metrics and reviews. */
function computed(
  options: ApiServerOptions,
  identity: ClusterIdentity,
  { route, method, query }: Call,
  body: Buffer,
): HttpAnswer {
  const { kind, namespace, name } = route ?? {};
  if (!kind) {
    throw badRequest('no kind');
  }
  if (kind.group === 'metrics.k8s.io') {
    return json(
      200,
      name
        ? metricsObject(options.metrics, kind, namespace, name)
        : metricsObjects(options.metrics, kind, {
            namespace,
            labelSelector: query.get('labelSelector') ?? undefined,
          }),
    );
  }
  if (method !== 'POST') {
    throw notFound(kind, name ?? '');
  }
  const userInfo = { username: identity.username, groups: identity.groups };
  if (kind.kind === 'SelfSubjectReview') {
    return json(201, {
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: {},
      status: { userInfo },
    });
  }
  const review: Json = JSON.parse(body.toString('utf8'));
  const spec = isObject(review) && isObject(review.spec) ? review.spec : {};
  const wanted = isObject(spec.resourceAttributes)
    ? spec.resourceAttributes
    : {};
  const text = (value: Json | undefined) =>
    typeof value === 'string' && value !== '' ? value : undefined;
  return json(201, {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {},
    spec,
    status: {
      allowed: isAllowed(options.store, identity, {
        verb: text(wanted.verb) ?? '*',
        group: text(wanted.group) ?? '',
        resource: text(wanted.resource) ?? '*',
        subresource: text(wanted.subresource),
        namespace: text(wanted.namespace),
        name: text(wanted.name),
      }),
    },
  });
}

function stored(
  options: ApiServerOptions,
  call: Call,
  route: Route,
  body: Buffer,
): HttpAnswer {
  const { kind, namespace, name, subresource } = route;
  if (subresource && !kind.subresources?.includes(subresource)) {
    throw new StatusError({
      code: 404,
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    });
  }
  switch (call.verb) {
    case 'list':
      return list(options, call, route);
    case 'get': {
      const object = options.store.get(kind, namespace, name ?? '');
      if (!object) {
        throw notFound(kind, name ?? '');
      }
      if (subresource === 'log') {
        return readLog(options, call, object);
      }
      return present(
        options,
        call,
        subresource === 'scale' ? readScale(object) : object,
      );
    }
    case 'delete':
      return remove(options, call, route, body);
    case 'deletecollection': {
      const removed = options.store.list(kind, filterOf(call, route));
      const target = dryRun(call)
        ? fork(options, kind, removed)
        : options.store;
      removed.forEach(object =>
        target.remove(
          kind,
          object.metadata.namespace,
          object.metadata.name,
          removeOptions(call, body),
        ),
      );
      return json(200, listOf(kind, removed, options.store.resourceVersion));
    }
    default:
      return write(options, call, route, body);
  }
}

const dryRun = ({ query }: Call) => query.get('dryRun') === 'All';

/** A copy in which a change can be tried. */
function fork(
  options: ApiServerOptions,
  kind: ResourceKind,
  objects: KubernetesObject[],
): MemoryStore {
  const store = new MemoryStore({ now: options.context.now });
  const { resourceVersion, objects: all } = options.store.snapshot();
  const namespaces = all.filter(object => object.kind === 'Namespace');
  const others = kind.kind === 'Namespace' ? [] : objects;
  store.restore(
    { resourceVersion, objects: [...namespaces, ...structuredClone(others)] },
    () => kindsOf(options),
  );
  return store;
}

function write(
  options: ApiServerOptions,
  call: Call,
  route: Route,
  body: Buffer,
): HttpAnswer {
  const { kind, namespace, name, subresource } = route;
  const current = name ? options.store.get(kind, namespace, name) : undefined;
  const store = dryRun(call)
    ? fork(options, kind, current ? [current] : [])
    : options.store;
  const request: WriteRequest = {
    kind,
    namespace,
    name,
    subresource,
    body,
    contentType: call.request.headers['content-type'] ?? 'application/json',
    fieldManager:
      call.query.get('fieldManager') ??
      (call.request.headers['user-agent'] ?? 'unknown').split('/')[0],
    force: isTrue(call, 'force'),
    now: options.context.now(),
  };
  if (
    request.contentType.startsWith('application/apply-patch') &&
    !call.query.get('fieldManager')
  ) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  if (subresource === 'eviction') {
    store.remove(kind, namespace, name ?? '');
    return json(201, success());
  }
  let result: WriteResult;
  if (subresource === 'scale') {
    result = writeScale(store, request, call.method);
  } else if (call.method === 'POST') {
    result = create(store, request);
  } else if (call.method === 'PUT') {
    result = replace(store, request);
  } else {
    result = patch(store, request);
  }
  const answer = present(options, call, result.object);
  return {
    ...answer,
    status: result.created ? 201 : 200,
    headers: {
      ...answer.headers,
      ...(result.warnings.length > 0 && {
        warning: result.warnings
          .map(text => `299 - ${JSON.stringify(text)}`)
          .join(', '),
      }),
    },
  };
}

function remove(
  options: ApiServerOptions,
  call: Call,
  { kind, namespace, name = '' }: Route,
  body: Buffer,
): HttpAnswer {
  const current = options.store.get(kind, namespace, name);
  const store = dryRun(call)
    ? fork(options, kind, current ? [current] : [])
    : options.store;
  const removed = store.remove(
    kind,
    namespace,
    name,
    removeOptions(call, body),
  );
  // What lingers is returned; what is gone is a Status.
  return store.get(kind, namespace, name)
    ? json(200, asJson(removed))
    : json(200, success(kind, removed));
}

function removeOptions({ query }: Call, body: Buffer): RemoveOptions {
  const sent: Json = body.length > 0 ? JSON.parse(body.toString('utf8')) : {};
  const options = isObject(sent) ? sent : {};
  const grace = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds');
  const policy = options.propagationPolicy ?? query.get('propagationPolicy');
  return {
    ...(grace !== undefined &&
      grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(policy === 'Orphan' && { propagationPolicy: 'Orphan' }),
  };
}

const success = (
  kind?: ResourceKind,
  object?: KubernetesObject,
): JsonObject => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  ...(kind &&
    object && {
      details: {
        name: object.metadata.name,
        kind: kind.plural,
        ...(kind.group && { group: kind.group }),
        uid: object.metadata.uid,
      },
    }),
});

const filterOf = ({ query }: Call, { namespace }: Route): ListFilter => ({
  namespace,
  labelSelector: query.get('labelSelector') ?? undefined,
  fieldSelector: query.get('fieldSelector') ?? undefined,
});

/** Where a list that is cut into pages goes on. */
interface Continue {
  /** The version of the first page. */
  version: number;
  start: number;
}

function list(options: ApiServerOptions, call: Call, route: Route): HttpAnswer {
  const { store } = options;
  const objects = store.list(
    route.kind,
    route.name
      ? {
          ...filterOf(call, route),
          fieldSelector: `metadata.name=${route.name}`,
        }
      : filterOf(call, route),
  );
  const limit = Number(call.query.get('limit') ?? 0);
  const token = call.query.get('continue');
  const from: Continue = token
    ? readContinue(token)
    : { version: store.resourceVersion, start: 0 };
  if (token && !store.eventsSince(from.version)) {
    throw expired(from.version, store.resourceVersion);
  }
  const page =
    limit > 0
      ? objects.slice(from.start, from.start + limit)
      : objects.slice(from.start);
  const next = from.start + page.length;
  const remaining = objects.length - next;
  const metadata: JsonObject = {
    resourceVersion: String(from.version),
    ...(remaining > 0 && {
      continue: Buffer.from(
        JSON.stringify({ version: from.version, start: next }),
      ).toString('base64url'),
      remainingItemCount: remaining,
    }),
  };
  if (wantsTable(call)) {
    return json(
      200,
      toTable(route.kind, page, {
        now: options.context.now(),
        includeObject: call.query.get('includeObject') ?? 'Metadata',
        metadata,
      }),
    );
  }
  return json(200, { ...listOf(route.kind, page, from.version), metadata });
}

function readContinue(token: string): Continue {
  try {
    const { version, start } = JSON.parse(
      Buffer.from(token, 'base64url').toString('utf8'),
    );
    if (Number.isInteger(version) && Number.isInteger(start)) {
      return { version, start };
    }
  } catch {
    // Not one of ours.
  }
  throw badRequest('continue key is not valid');
}

const listOf = (
  kind: ResourceKind,
  objects: KubernetesObject[],
  version: number,
): JsonObject => ({
  kind: `${kind.kind}List`,
  apiVersion: apiVersionOf(kind),
  metadata: { resourceVersion: String(version) },
  items: objects.map(asJson),
});

const wantsTable = ({ request }: Call) =>
  /as=Table/.test(request.headers.accept ?? '');

function present(
  options: ApiServerOptions,
  call: Call,
  object: KubernetesObject,
): HttpAnswer {
  return json(200, presented(options, call, object));
}

function presented(
  options: ApiServerOptions,
  call: Call,
  object: KubernetesObject,
): JsonObject {
  return wantsTable(call) && call.route
    ? toTable(call.route.kind, [object], {
        now: options.context.now(),
        includeObject: call.query.get('includeObject') ?? 'Metadata',
        metadata: { resourceVersion: object.metadata.resourceVersion },
      })
    : asJson(object);
}

function startWatch(options: ApiServerOptions, call: Call): void {
  const { route, query, response } = call;
  if (!route) {
    throw badRequest('nothing to watch');
  }
  const filter = filterOf(call, route);
  watch({
    store: options.store,
    kind: route.kind,
    filter: route.name
      ? { ...filter, fieldSelector: `metadata.name=${route.name}` }
      : filter,
    resourceVersion: query.get('resourceVersion') ?? '',
    bookmarks: isTrue(call, 'allowWatchBookmarks'),
    sendInitialEvents: isTrue(call, 'sendInitialEvents'),
    timeoutSeconds: Number(query.get('timeoutSeconds') ?? WATCH_SECONDS),
    response,
    present: object => presented(options, call, object),
  });
}

function containerOf(call: Call, pod: KubernetesObject): string {
  const { spec } = asJson(pod);
  const containers =
    isObject(spec) && Array.isArray(spec.containers)
      ? spec.containers.filter(isObject)
      : [];
  const names = containers.map(container => String(container.name));
  const asked = call.query.get('container');
  if (asked ? !names.includes(asked) : names.length > 1) {
    throw badRequest(
      asked
        ? `container ${asked} is not valid for pod ${pod.metadata.name}`
        : `a container name must be specified for pod ${
            pod.metadata.name
          }, choose one of: [${names.join(' ')}]`,
    );
  }
  return asked ?? names[0] ?? '';
}

function readLog(
  options: ApiServerOptions,
  call: Call,
  pod: KubernetesObject,
): HttpAnswer {
  const { query } = call;
  const optional = (name: string) =>
    query.has(name) ? Number(query.get(name)) : undefined;
  const lines = options.logs.read(
    { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name },
    containerOf(call, pod),
    {
      previous: isTrue(call, 'previous'),
      timestamps: isTrue(call, 'timestamps'),
      tailLines: optional('tailLines'),
      sinceSeconds: optional('sinceSeconds'),
    },
  );
  return {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: lines.map(line => `${line}\n`).join(''),
  };
}

function followLog(options: ApiServerOptions, call: Call): void {
  const { route, response } = call;
  const pod =
    route && options.store.get(route.kind, route.namespace, route.name ?? '');
  if (!route || !pod) {
    throw notFound({ group: '', plural: 'pods' }, route?.name ?? '');
  }
  const container = containerOf(call, pod);
  const where = { namespace: route.namespace ?? '', name: pod.metadata.name };
  response.writeHead(200, { 'content-type': 'text/plain' });
  const tail = call.query.get('tailLines');
  for (const line of options.logs.read(where, container, {
    ...(tail !== null && { tailLines: Number(tail) }),
  })) {
    response.write(`${line}\n`);
  }
  const stop = options.logs.follow(where, container, line =>
    response.write(`${line}\n`),
  );
  response.once('close', stop);
}

function finish(
  { context }: ApiServerOptions,
  { info, request, response, startedAt }: Call,
  answer: HttpAnswer,
): void {
  journalRequest(context, info, startedAt, answer);
  if (response.headersSent || response.destroyed) {
    response.end();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

const json = (status: number, body: JsonObject): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const statusAnswer = (error: StatusError): HttpAnswer => ({
  ...json(error.code, error.toStatus()),
  error: error.reason,
});

/** Each fault as an API server would say it. */
function faultAnswer(fault: Fault): HttpAnswer {
  switch (fault.kind) {
    case 'throttle':
      return {
        ...statusAnswer(
          new StatusError({
            code: 429,
            reason: 'TooManyRequests',
            message:
              'the server has received too many requests and has asked us to try again later',
            details: { retryAfterSeconds: 1 },
          }),
        ),
        headers: { 'content-type': 'application/json', 'retry-after': '1' },
      };
    case 'access-denied':
      return statusAnswer(
        new StatusError({
          code: 403,
          reason: 'Forbidden',
          message: 'forbidden by a fault of the sandbox',
        }),
      );
    case 'expired-token':
      return statusAnswer(
        new StatusError({
          code: 401,
          reason: 'Unauthorized',
          message: 'Unauthorized',
        }),
      );
    case 'timeout':
      return statusAnswer(
        new StatusError({
          code: 504,
          reason: 'Timeout',
          message:
            'Timeout: request did not complete within the allotted timeout',
        }),
      );
    default:
      return statusAnswer(
        new StatusError({
          code: 500,
          reason: 'InternalError',
          message:
            'an error on the server has prevented the request from succeeding',
        }),
      );
  }
}
