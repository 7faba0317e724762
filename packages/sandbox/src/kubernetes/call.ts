import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerCertificate } from '../core';
import type { RequestInfo, StandInContext } from '../types';
import type { Attributes } from './authorization';
import { badRequest, invalid } from './errors';
import { resourceName, servedKinds } from './kinds';
import { parseRoute, type Route } from './route';
import type { MemoryStore } from './store';
import type {
  ClusterIdentity,
  ListFilter,
  LogProvider,
  MetricsProvider,
  ObjectStore,
} from './types';
import { unsupported } from './validation/causes';

/** What the API server of a cluster needs. */
export interface ApiServerOptions {
  context: StandInContext;
  arn: string;
  accountId: string;
  region: string;
  version: string;
  tls: ServerCertificate;
  store: MemoryStore;
  metrics: MetricsProvider;
  logs: LogProvider;
  /** Simulated time runs this much faster than ours. */
  timeScale: number;
  authenticate(token: string): Promise<ClusterIdentity | undefined>;
}

/** One request on its way through the server. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  path: string;
  query: URLSearchParams;
  /** Undefined for paths that are not about objects. */
  route?: Route;
  /** As RBAC names it: `get`, `list`, `watch`, `create`, … */
  verb: string;
  startedAt: number;
  info: RequestInfo;
}

/** What it takes to understand a request. */
export type Understanding = Pick<
  ApiServerOptions,
  'context' | 'arn' | 'accountId' | 'region'
> & {
  store: ObjectStore;
  metrics: Pick<MetricsProvider, 'available'>;
};

/** The kinds that the cluster serves now. */
export const kindsOf = ({
  store,
  metrics,
}: Pick<Understanding, 'store' | 'metrics'>) =>
  servedKinds(store, metrics.available);

/** Reads a request line; a path that is none is about nothing. */
export function understand(
  options: Understanding,
  request: IncomingMessage,
  response: ServerResponse,
): Call {
  const method = request.method ?? 'GET';
  const [path, search] = splitOnce(request.url ?? '/');
  const query = new URLSearchParams(search);
  let route: Route | undefined;
  try {
    route = parseRoute(path, kindsOf(options));
  } catch {
    // Not percent-encoded as it should be: answered as not found.
  }
  const verb = route ? verbOf(method, route, query) : method.toLowerCase();
  const what = route
    ? resourceName(route.kind) +
      (route.subresource ? `/${route.subresource}` : '')
    : path;
  return {
    request,
    response,
    method,
    path,
    query,
    route,
    verb,
    startedAt: options.context.now(),
    info: {
      service: 'kubernetes',
      operation: `${verb} ${what}`,
      target: options.arn,
      ...(route?.name !== undefined && {
        object: [route.namespace, route.name].filter(Boolean).join('/'),
      }),
      accountId: options.accountId,
      region: options.region,
    },
  };
}

function splitOnce(url: string): [path: string, search: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

const isYes = (value: string | null) => value === 'true' || value === '1';

export const isTrue = ({ query }: Pick<Call, 'query'>, name: string) =>
  isYes(query.get(name));

/** What the options of a verb are called. */
const optionsOf: Partial<Record<string, string>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
};

/**
 * Whether nothing is to be changed, only tried.
 *
 * @throws StatusError Invalid for what is neither
 */
export function isDryRun({ query, verb }: Call): boolean {
  const value = query.get('dryRun');
  if (value && value !== 'All') {
    throw invalid(
      { group: 'meta.k8s.io', kind: optionsOf[verb] ?? 'DeleteOptions' },
      '',
      [unsupported('dryRun', value, ['All'])],
    );
  }
  return value === 'All';
}

/**
 * A number of the query.
 *
 * @throws StatusError BadRequest
 */
export function numberOf(
  { query }: Pick<Call, 'query'>,
  name: string,
): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') {
    return undefined;
  }
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw badRequest(
      `invalid value for query parameter ${name}: ${JSON.stringify(text)}`,
    );
  }
  return value;
}

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
      if (isYes(query.get('watch')) && !route.subresource) {
        return 'watch';
      }
      return route.name ? 'get' : 'list';
  }
}

/** What a call is about, as authorization sees it. */
export function attributesOf(
  { verb, query }: Call,
  { kind, namespace, name, subresource }: Route,
): Attributes {
  const [, selectedName] =
    /^metadata\.name=([^,]+)$/.exec(query.get('fieldSelector') ?? '') ?? [];
  return {
    verb,
    group: kind.group,
    resource: kind.plural,
    subresource,
    namespace: namespace ?? (kind.kind === 'Namespace' ? name : undefined),
    name: name ?? selectedName,
  };
}

/** Which objects a list, watch or collection is about. */
export function filterOf(
  { query }: Call,
  { namespace, name }: Route,
): ListFilter {
  return {
    namespace,
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: name
      ? `metadata.name=${name}`
      : (query.get('fieldSelector') ?? undefined),
  };
}

/** What form the body has; JSON where it is not said. */
export const contentTypeOf = ({ headers }: IncomingMessage) =>
  headers['content-type'] ?? 'application/json';
