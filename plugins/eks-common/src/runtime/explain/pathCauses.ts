import type { ClusterRuntime, Explanation, Hop } from '../types';
import { explanation } from './explanation';
import type { Tidings } from './told';

type HopOf<K extends Hop['kind']> = Extract<Hop, { kind: K }>;

/** Why requests reach nothing. */
export function explainPaths(
  { requestPaths, workloads }: ClusterRuntime,
  tidings: Tidings,
): Explanation[] {
  const shouldRun = workloads.some(({ desired }) => desired > 0);
  return requestPaths.flatMap(({ id, hops }) => {
    // A path's id begins with its namespace.
    const [namespace] = id.split('/');
    const find = <K extends Hop['kind']>(kind: K) =>
      hops.find((hop): hop is HopOf<K> => hop.kind === kind);
    const service = find('service');
    const ingress = find('ingress');
    const gateway = find('gateway');
    const route = find('route');
    const balancer = find('load-balancer');
    const front: Explanation['subject'] = {
      ...(gateway
        ? { kind: 'Gateway', namespace: gateway.namespace, name: gateway.name }
        : {
            kind: ingress ? 'Ingress' : 'Service',
            namespace,
            name: ingress?.name ?? service?.name ?? '',
          }),
    };
    return [
      ...(service ? serviceCauses(service, namespace, ingress, shouldRun) : []),
      ...(gateway ? gatewayCauses(gateway, front, route) : []),
      ...(route?.objection ? [routeCause(route, namespace, gateway)] : []),
      ...(balancer && !gatewayFails(gateway)
        ? balancerCauses(balancer, front, service, tidings)
        : []),
    ];
  });
}

/** What the controllers of load balancers call what they could not do. */
const BALANCER_FAILURE = /^Failed(?!Scheduling)\w+|^BackendNotFound$/;

function balancerCauses(
  balancer: HopOf<'load-balancer'>,
  subject: Explanation['subject'],
  service: HopOf<'service'> | undefined,
  tidings: Tidings,
): Explanation[] {
  const waits = balancer.state === 'waiting';
  if (!waits && (!service || service.ready > 0 || service.total === 0)) {
    return [];
  }
  const { kind, namespace, name } = subject;
  // What it said last counts: it tries again and again.
  const [last] = tidings.about(kind, namespace, name);
  if (last?.type === 'warning' && BALANCER_FAILURE.test(last.reason ?? '')) {
    return [
      explanation({
        code: 'load-balancer-failed',
        severity: 'bad',
        subject,
        facts: { scheme: balancer.scheme, reason: last.reason },
        evidence: [last.message],
      }),
    ];
  }
  return waits
    ? [
        explanation({
          code: 'load-balancer-pending',
          severity: 'waiting',
          subject,
          facts: { scheme: balancer.scheme },
        }),
      ]
    : [];
}

const gatewayFails = (gateway: HopOf<'gateway'> | undefined) =>
  gateway?.state === 'bad';

function gatewayCauses(
  gateway: HopOf<'gateway'>,
  subject: Explanation['subject'],
  route: HopOf<'route'> | undefined,
): Explanation[] {
  if (!gatewayFails(gateway)) {
    return [];
  }
  return [
    explanation({
      code: gateway.missing ? 'gateway-missing' : 'gateway-failed',
      severity: 'bad',
      subject,
      facts: {
        route: route?.name,
        className: gateway.className,
        reason: gateway.reason,
      },
      evidence: [gateway.reason, gateway.message],
    }),
  ];
}

function routeCause(
  route: HopOf<'route'>,
  namespace: string,
  gateway: HopOf<'gateway'> | undefined,
): Explanation {
  return explanation({
    code:
      route.objection === 'unresolved'
        ? 'route-unresolved'
        : 'route-not-accepted',
    severity: 'bad',
    subject: { kind: 'HTTPRoute', namespace, name: route.name },
    facts: { gateway: gateway?.name, reason: route.reason },
    evidence: [route.reason, route.message],
  });
}

function serviceCauses(
  service: HopOf<'service'>,
  namespace: string,
  ingress: HopOf<'ingress'> | undefined,
  shouldRun: boolean,
): Explanation[] {
  const subject = { kind: 'Service', namespace, name: service.name };
  const facts = { ingress: ingress?.name, total: service.total };
  if (service.missing) {
    return [
      explanation({
        code: 'service-missing',
        severity: 'bad',
        subject,
        facts: { ingress: ingress?.name },
      }),
    ];
  }
  if (service.total > 0 && service.ready === 0) {
    return [
      explanation({
        code: 'no-ready-targets',
        severity: 'bad',
        subject,
        facts,
      }),
    ];
  }
  return service.total === 0 && shouldRun
    ? [
        explanation({
          code: 'service-without-pods',
          severity: 'bad',
          subject,
          facts,
        }),
      ]
    : [];
}
