import { toEndpoints, type EndpointSlice, type Endpoints } from './endpoints';
import { toGatewayWays, type Gateway, type HttpRoute } from './gateways';
import {
  keyOf,
  listOf,
  numberOf,
  textOf,
  type KubernetesIngress,
  type KubernetesService,
} from './kubernetes';
import { isFailing, isLive, type ShownPod } from './pods';
import type { Hop, HopState, RequestPath } from './types';

type IngressSpec = NonNullable<KubernetesIngress['spec']>;

const SCHEME_ANNOTATION = 'alb.ingress.kubernetes.io/scheme';
const CERTIFICATE_ANNOTATION = 'alb.ingress.kubernetes.io/certificate-arn';
const LISTEN_ANNOTATION = 'alb.ingress.kubernetes.io/listen-ports';
const SERVICE_SCHEME_ANNOTATION =
  'service.beta.kubernetes.io/aws-load-balancer-scheme';

/** What may be on a way to pods, as one cluster has it. */
export interface Reachables {
  ingresses: KubernetesIngress[];
  services: KubernetesService[];
  httpRoutes?: readonly HttpRoute[];
  /** Undefined where they could not be read, as the next. */
  gateways?: readonly Gateway[];
  endpointSlices?: readonly EndpointSlice[];
  pods: ShownPod[];
}

/** What the last stations are made of. */
interface Ends extends Reachables {
  /** Of each Service; undefined where they could not be read. */
  endpoints?: Map<string, Endpoints>;
}

/**
 * The ways of a request to the pods: one for each Ingress or Gateway route and
 * Service behind it, and one for each Service that none of them names.
 */
export function toRequestPaths(reachables: Reachables): RequestPath[] {
  const { endpointSlices, gateways, httpRoutes } = reachables;
  const objects: Ends = {
    ...reachables,
    ...(endpointSlices && { endpoints: toEndpoints(endpointSlices) }),
  };
  const ways = toGatewayWays(httpRoutes ?? [], gateways);
  const paths = [
    ...objects.ingresses.flatMap(ingress =>
      serviceNamesOf(ingress).map(service =>
        fromIngress(ingress, service, objects),
      ),
    ),
    ...ways.map(({ id, hops, namespace, service }) => ({
      id,
      hops: [
        ...hops,
        ...(service === undefined
          ? []
          : serviceAndPods(
              service,
              findService(objects.services, namespace, service),
              objects,
            )),
      ],
    })),
  ];
  const behind = new Set([
    ...objects.ingresses.flatMap(ingress =>
      serviceNamesOf(ingress).map(name =>
        keyOf({ metadata: { namespace: ingress.metadata?.namespace, name } }),
      ),
    ),
    ...ways.map(({ namespace, service }) =>
      keyOf({ metadata: { namespace, name: service } }),
    ),
  ]);
  const others = objects.services.filter(
    ({ metadata, spec }) =>
      !behind.has(keyOf({ metadata })) && spec?.selector !== undefined,
  );
  return [...paths, ...others.map(service => fromService(service, objects))];
}

const findService = (
  services: KubernetesService[],
  namespace: string | undefined,
  name: string,
) =>
  services.find(
    ({ metadata }) =>
      textOf(metadata?.name) === name && metadata?.namespace === namespace,
  );

function serviceNamesOf({ spec }: KubernetesIngress): string[] {
  const names = [spec?.defaultBackend, ...backendsOf(spec)].map(backend =>
    textOf(backend?.service?.name),
  );
  return [...new Set(names)].filter(name => name !== undefined);
}

const backendsOf = (spec: IngressSpec | undefined) =>
  listOf(spec?.rules)
    .flatMap(rule => listOf(rule.http?.paths))
    .map(path => path.backend);

function fromIngress(
  ingress: KubernetesIngress,
  serviceName: string,
  objects: Ends,
): RequestPath {
  const { metadata, spec, status } = ingress;
  const name = textOf(metadata?.name) ?? '';
  const address = listOf(status?.loadBalancer?.ingress)[0];
  const hosts = [
    ...listOf(spec?.rules).map(({ host }) => textOf(host)),
    ...listOf(spec?.tls).flatMap(tls => listOf(tls.hosts).map(textOf)),
  ].filter(host => host !== undefined);
  const rules = rulesOf(spec, serviceName);
  const service = findService(
    objects.services,
    metadata?.namespace,
    serviceName,
  );

  return {
    id: `${keyOf(ingress)}/${serviceName}`,
    hops: [
      ...(hosts.length > 0
        ? [
            {
              kind: 'host' as const,
              state: 'unknown' as const,
              hosts: [...new Set(hosts)],
              tls: hasTls(ingress),
            },
          ]
        : []),
      loadBalancerHop(
        address,
        schemeOf(metadata?.annotations?.[SCHEME_ANNOTATION]),
      ),
      { kind: 'ingress', state: service ? 'good' : 'bad', name, rules },
      ...serviceAndPods(serviceName, service, objects),
    ],
  };
}

function rulesOf(spec: IngressSpec | undefined, service: string): string[] {
  const rules = listOf(spec?.rules).flatMap(rule =>
    listOf(rule.http?.paths)
      .filter(({ backend }) => backend?.service?.name === service)
      .map(({ path, backend }) => {
        const port = backend.service?.port;
        return textOf(
          `${textOf(path) ?? '/'} → ${service}:${textOf(port?.name) ?? numberOf(port?.number) ?? '?'}`,
        );
      }),
  );
  return rules.filter(rule => rule !== undefined);
}

function hasTls({ metadata, spec }: KubernetesIngress): boolean {
  const annotations = metadata?.annotations ?? {};
  return (
    listOf(spec?.tls).length > 0 ||
    annotations[CERTIFICATE_ANNOTATION] !== undefined ||
    (textOf(annotations[LISTEN_ANNOTATION])?.includes('HTTPS') ?? false)
  );
}

function fromService(service: KubernetesService, objects: Ends): RequestPath {
  const { metadata, spec, status } = service;
  const name = textOf(metadata?.name) ?? '';
  return {
    id: keyOf(service),
    hops: [
      ...(spec?.type === 'LoadBalancer'
        ? [
            loadBalancerHop(
              listOf(status?.loadBalancer?.ingress)[0],
              schemeOf(metadata?.annotations?.[SERVICE_SCHEME_ANNOTATION]),
            ),
          ]
        : []),
      ...serviceAndPods(name, service, objects),
    ],
  };
}

function loadBalancerHop(
  address: { hostname?: string; ip?: string } | undefined,
  scheme: 'internet-facing' | 'internal' | undefined,
): Hop {
  const name = textOf(address?.hostname) ?? textOf(address?.ip);
  return {
    kind: 'load-balancer',
    state: name ? 'good' : 'waiting',
    ...(name && { address: name }),
    ...(scheme && { scheme }),
  };
}

const schemeOf = (value: unknown) =>
  value === 'internet-facing' || value === 'internal' ? value : undefined;

function serviceAndPods(
  name: string,
  service: KubernetesService | undefined,
  { pods, endpoints }: Ends,
): Hop[] {
  const selector = Object.entries(service?.spec?.selector ?? {});
  const chosen = pods
    .filter(
      ({ object }) =>
        selector.length > 0 &&
        object.metadata?.namespace === service?.metadata?.namespace &&
        selector.every(
          ([key, value]) => object.metadata?.labels?.[key] === value,
        ),
    )
    .map(({ pod }) => pod);
  const live = chosen.filter(isLive);
  const ready = live.filter(({ state }) => state === 'ready');
  const failing = live.filter(isFailing).length;
  const places = ready.map(({ runsOn }) => runsOn);
  const draining = chosen.filter(({ state }) => state === 'draining').length;
  // Without endpoints the pods tell what they would be; a pod that has no
  // address yet is none, and is waited for.
  const known = endpoints
    ? (endpoints.get(keyOf(service ?? {})) ?? { ready: 0, total: 0, draining })
    : { ready: ready.length, total: live.length, draining };
  const total = Math.max(known.total, live.length);

  return [
    {
      kind: 'service',
      state: service ? stateOf(known.ready, total) : 'bad',
      name,
      missing: !service,
      ready: known.ready,
      total,
      draining: known.draining,
    },
    {
      kind: 'pods',
      state: failing > 0 ? 'bad' : stateOf(ready.length, live.length),
      ready: ready.length,
      failing,
      nodes: new Set(
        places
          .filter(place => place?.kind === 'node')
          .map(place => place?.name),
      ).size,
      fargate: places.filter(place => place?.kind === 'fargate').length,
    },
  ];
}

function stateOf(ready: number, total: number): HopState {
  if (total === 0) {
    return 'unknown';
  }
  if (ready === 0) {
    return 'bad';
  }
  return ready === total ? 'good' : 'waiting';
}
