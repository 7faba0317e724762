import type { ClusterRuntime, Explanation, Hop } from '../types';
import { explanation } from './explanation';

type HopOf<K extends Hop['kind']> = Extract<Hop, { kind: K }>;

/** Why requests reach nothing. */
export function explainPaths({
  requestPaths,
  workloads,
}: ClusterRuntime): Explanation[] {
  const shouldRun = workloads.some(({ desired }) => desired > 0);
  return requestPaths.flatMap(({ id, hops }) => {
    // A path's id begins with its namespace.
    const [namespace] = id.split('/');
    const find = <K extends Hop['kind']>(kind: K) =>
      hops.find((hop): hop is HopOf<K> => hop.kind === kind);
    const service = find('service');
    const ingress = find('ingress');
    const balancer = find('load-balancer');
    return [
      ...(service ? serviceCauses(service, namespace, ingress, shouldRun) : []),
      ...(balancer?.state === 'waiting'
        ? [
            explanation({
              code: 'load-balancer-pending',
              severity: 'waiting',
              subject: ingress
                ? { kind: 'Ingress', namespace, name: ingress.name }
                : { kind: 'Service', namespace, name: service?.name ?? '' },
              facts: { scheme: balancer.scheme },
            }),
          ]
        : []),
    ];
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
