import { keyOf, listOf, numberOf, textOf } from './kubernetes';
import type { Hop } from './types';

/** A condition of the Gateway API. */
interface Condition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
}

interface ParentRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name?: string;
  sectionName?: string;
}

/** A Gateway as far as it is looked at. */
export interface Gateway {
  metadata?: { namespace?: string; name?: string };
  spec?: {
    gatewayClassName?: string;
    listeners?: { name?: string; hostname?: string; protocol?: string }[];
  };
  status?: {
    addresses?: { value?: string }[];
    conditions?: Condition[];
  };
}

/** An HTTPRoute as far as it is looked at. */
export interface HttpRoute {
  metadata?: { namespace?: string; name?: string };
  spec?: {
    parentRefs?: ParentRef[];
    hostnames?: string[];
    rules?: {
      matches?: { path?: { value?: string } }[];
      backendRefs?: {
        kind?: string;
        namespace?: string;
        name?: string;
        port?: number;
        weight?: number;
      }[];
    }[];
  };
  status?: {
    parents?: { parentRef?: ParentRef; conditions?: Condition[] }[];
  };
}

/** A way through a Gateway as far as the Service behind it. */
export interface GatewayWay {
  id: string;
  hops: Hop[];
  namespace: string;
  /** Undefined for a route that leads to no Service of its namespace. */
  service: string | undefined;
}

type HopOf<K extends Hop['kind']> = Extract<Hop, { kind: K }>;

/**
 * The ways that routes make: one for each Gateway that a route hangs on and
 * each Service behind it.
 *
 * @param gateways - undefined where they could not be read
 */
export function toGatewayWays(
  routes: readonly HttpRoute[],
  gateways: readonly Gateway[] | undefined,
): GatewayWay[] {
  const known = new Map(
    listOf(gateways).map(gateway => [keyOf(gateway), gateway]),
  );
  return listOf(routes).flatMap(route => {
    const namespace = textOf(route.metadata?.namespace) ?? '';
    const services = serviceNamesOf(route);
    return parentsOf(route).flatMap(parent => {
      const key = keyOf({
        metadata: { namespace: parent.namespace, name: parent.name },
      });
      const gateway = known.get(key);
      const first: Hop[] = [
        ...hostHop(route, gateway, parent),
        ...(gateway ? [loadBalancerHop(gateway)] : []),
        gatewayHop(parent, gateway, gateways !== undefined),
      ];
      return (services.length > 0 ? services : [undefined]).map(service => ({
        id: [keyOf(route), key, parent.sectionName, service]
          .filter(part => part !== undefined)
          .join('/'),
        namespace,
        service,
        hops: [...first, routeHop(route, parent, service)],
      }));
    });
  });
}

interface Parent {
  namespace: string;
  name: string;
  sectionName?: string;
}

/** The Gateways that a route hangs on; a mesh's Services are none. */
function parentsOf({ metadata, spec }: HttpRoute): Parent[] {
  return listOf(spec?.parentRefs)
    .filter(({ kind }) => (kind ?? 'Gateway') === 'Gateway')
    .map(parent => toParent(parent, metadata?.namespace));
}

function toParent(
  { namespace, name, sectionName }: ParentRef,
  own: string | undefined,
): Parent {
  const section = textOf(sectionName);
  return {
    namespace: textOf(namespace) ?? textOf(own) ?? '',
    name: textOf(name) ?? '',
    ...(section && { sectionName: section }),
  };
}

type BackendRef = NonNullable<
  NonNullable<NonNullable<HttpRoute['spec']>['rules']>[number]['backendRefs']
>[number];

/** Services of another namespace are somebody else's. */
const isOwn = (backend: BackendRef, { metadata }: HttpRoute) =>
  (backend.kind ?? 'Service') === 'Service' &&
  (backend.namespace ?? metadata?.namespace) === metadata?.namespace;

function serviceNamesOf(route: HttpRoute): string[] {
  const names = listOf(route.spec?.rules)
    .flatMap(rule => listOf(rule.backendRefs))
    .filter(backend => isOwn(backend, route))
    .map(({ name }) => textOf(name));
  return [...new Set(names)].filter(name => name !== undefined);
}

function listenersOf(gateway: Gateway | undefined, { sectionName }: Parent) {
  return listOf(gateway?.spec?.listeners).filter(
    ({ name }) => sectionName === undefined || name === sectionName,
  );
}

function hostHop(
  { spec }: HttpRoute,
  gateway: Gateway | undefined,
  parent: Parent,
): HopOf<'host'>[] {
  const listeners = listenersOf(gateway, parent);
  const own = listOf(spec?.hostnames).map(textOf);
  // A route without names takes those of what it hangs on.
  const names =
    own.length > 0 ? own : listeners.map(({ hostname }) => textOf(hostname));
  const hosts = [...new Set(names)].filter(host => host !== undefined);
  return hosts.length > 0
    ? [
        {
          kind: 'host',
          state: 'unknown',
          hosts,
          tls: listeners.some(({ protocol }) =>
            ['HTTPS', 'TLS'].includes(textOf(protocol) ?? ''),
          ),
        },
      ]
    : [];
}

function loadBalancerHop(gateway: Gateway): HopOf<'load-balancer'> {
  const address = textOf(listOf(gateway.status?.addresses)[0]?.value);
  const state = stateOf(gateway);
  return {
    kind: 'load-balancer',
    state: state === 'good' && !address ? 'waiting' : state,
    ...(address && { address }),
    // So are the internal ones of AWS called.
    ...(address?.startsWith('internal-') && { scheme: 'internal' }),
  };
}

const conditionOf = (
  conditions: Condition[] | null | undefined,
  wanted: string,
): Condition | undefined =>
  listOf(conditions).find(({ type }) => type === wanted);

function stateOf({ status }: Gateway): Hop['state'] {
  const accepted = conditionOf(status?.conditions, 'Accepted');
  const programmed = conditionOf(status?.conditions, 'Programmed');
  if (accepted?.status === 'False') {
    return 'bad';
  }
  if (programmed?.status === 'True') {
    return 'good';
  }
  return programmed?.status === 'False' && programmed.reason !== 'Pending'
    ? 'bad'
    : 'waiting';
}

/** What is wrong, in the cluster's words. */
function wordsOf(
  conditions: Condition[] | null | undefined,
  types: string[],
): { type?: string; reason?: string; message?: string } {
  const wrong = types
    .map(type => conditionOf(conditions, type))
    .find(condition => condition?.status === 'False');
  const reason = textOf(wrong?.reason);
  const message = textOf(wrong?.message);
  return {
    ...(wrong && { type: wrong.type }),
    ...(reason && { reason }),
    ...(message && { message }),
  };
}

function gatewayHop(
  { name, namespace }: Parent,
  gateway: Gateway | undefined,
  readable: boolean,
): HopOf<'gateway'> {
  const identity = { kind: 'gateway' as const, name, namespace };
  if (!gateway) {
    return {
      ...identity,
      state: readable ? 'bad' : 'unknown',
      missing: readable,
    };
  }
  const className = textOf(gateway.spec?.gatewayClassName);
  const { type: _, ...words } = wordsOf(gateway.status?.conditions, [
    'Accepted',
    'Programmed',
  ]);
  return {
    ...identity,
    state: stateOf(gateway),
    missing: false,
    ...(className && { className }),
    ...words,
  };
}

function routeHop(
  route: HttpRoute,
  parent: Parent,
  service: string | undefined,
): HopOf<'route'> {
  const said = listOf(route.status?.parents).find(({ parentRef }) => {
    const other = toParent(parentRef ?? {}, route.metadata?.namespace);
    return (
      other.name === parent.name &&
      other.namespace === parent.namespace &&
      other.sectionName === parent.sectionName
    );
  });
  const { type, ...words } = wordsOf(said?.conditions, [
    'Accepted',
    'ResolvedRefs',
  ]);
  const untroubled =
    conditionOf(said?.conditions, 'Accepted')?.status === 'True'
      ? 'good'
      : 'waiting';
  return {
    kind: 'route',
    state: type ? 'bad' : untroubled,
    name: textOf(route.metadata?.name) ?? '',
    rules: rulesOf(route, service),
    ...(type && {
      objection: type === 'Accepted' ? 'not-accepted' : 'unresolved',
    }),
    ...words,
  };
}

/** What is sent to a Service, and how much of it where others get some too. */
function rulesOf(route: HttpRoute, service: string | undefined): string[] {
  return listOf(route.spec?.rules).flatMap(({ matches, backendRefs }) => {
    const backends = listOf(backendRefs);
    const weights = backends.map(({ weight }) => numberOf(weight) ?? 1);
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    const paths = listOf(matches).map(({ path }) => textOf(path?.value) ?? '/');
    return backends.flatMap((backend, index) => {
      if (!isOwn(backend, route) || textOf(backend.name) !== service) {
        return [];
      }
      const share =
        backends.length > 1 && all > 0
          ? ` (${Math.round((100 * weights[index]) / all)} %)`
          : '';
      const port = numberOf(backend.port);
      return (paths.length > 0 ? paths : ['/']).map(
        path =>
          `${path} → ${service}${port === undefined ? '' : `:${port}`}${share}`,
      );
    });
  });
}
