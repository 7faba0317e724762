import { createHash } from 'node:crypto';
import { kinds, servedKinds } from '../kinds';
import { asJson, at } from '../json';
import type { KubernetesObject } from '../types';
import {
  on,
  runController,
  type ControllerContext,
  type Trigger,
} from './controller';
import {
  typed,
  type Ingress,
  type IngressBackend,
  type IngressClass,
  type Service,
} from './objects';

const PROVISIONING_MS = 4_000;
const ANNOTATION = 'alb.ingress.kubernetes.io';

/** Who makes a load balancer, by the controller of the IngressClass. */
const CONTROLLERS: Record<string, { component: string } | undefined> = {
  'eks.amazonaws.com/alb': { component: 'eks-auto-mode/load-balancing' },
  'ingress.k8s.aws/alb': { component: 'ingress' },
};

/** Ingress → the host name of an Application Load Balancer. */
export function runIngresses(context: ControllerContext) {
  const { store, events } = context;
  const provision = provisioning(context);
  return runController(context, {
    triggers: [
      on(typed.ingresses),
      // What was missing may have come.
      ...[typed.ingressClasses, typed.services].map((kind): Trigger => ({
        kind,
        keys: ({ object }) =>
          store
            .list(typed.ingresses, { namespace: object.metadata.namespace })
            .map(({ metadata }) => metadata),
      })),
    ],
    reconcile(namespace, name) {
      const ingress = store.get(typed.ingresses, namespace, name);
      const ingressClass = ingress && classOf(context, ingress);
      const controller = CONTROLLERS[ingressClass?.spec.controller ?? ''];
      if (
        !ingress ||
        !ingressClass ||
        !controller ||
        ingress.metadata.deletionTimestamp
      ) {
        return;
      }
      const { component } = controller;
      const problem = findProblem(context, ingress, ingressClass);
      if (problem) {
        events.record(
          ingress,
          'Warning',
          'FailedBuildModel',
          `Failed build model due to ingress: ${namespace}/${name}: ${problem}`,
          component,
        );
        return;
      }
      provision(ingress, () => {
        const current = store.get(typed.ingresses, namespace, name);
        if (current) {
          const hostname = balancerAddress(
            context,
            current,
            schemeOf(context, current, ingressClass) === 'internal',
          );
          store.updateStatus(typed.ingresses, {
            ...current,
            status: { loadBalancer: { ingress: [{ hostname }] } },
          });
          events.record(
            current,
            'Normal',
            'SuccessfullyReconciled',
            'Successfully reconciled',
            component,
          );
        }
      });
    },
  });
}

/** Service of type LoadBalancer → the host name of a Network Load Balancer. */
export function runLoadBalancers(context: ControllerContext) {
  const { store, events, cluster } = context;
  const provision = provisioning(context);
  return runController(context, {
    triggers: [on(typed.services)],
    reconcile(namespace, name) {
      const service = store.get(typed.services, namespace, name);
      if (service?.spec.type !== 'LoadBalancer') {
        return;
      }
      provision(service, () => {
        const current = store.get(typed.services, namespace, name);
        if (!current) {
          return;
        }
        const id = identityOf(current);
        const hostname = `${balancerName(namespace, name, id)}-${id.slice(
          10,
          26,
        )}.elb.${cluster.region}.amazonaws.com`;
        store.updateStatus(typed.services, {
          ...current,
          status: { loadBalancer: { ingress: [{ hostname }] } },
        });
        events.record(
          current,
          'Normal',
          'SuccessfullyReconciled',
          'Successfully reconciled',
          'service',
        );
      });
    },
  });
}

/** Has a load balancer made for what has none, once at a time. */
function provisioning({ after, store }: ControllerContext) {
  const started = new Set<string>();
  return (object: Ingress | Service, made: () => void) => {
    const { uid = '', namespace, name } = object.metadata;
    if (object.status?.loadBalancer?.ingress?.length || started.has(uid)) {
      return;
    }
    started.add(uid);
    const kind = object.kind === 'Ingress' ? kinds.ingresses : kinds.services;
    after(PROVISIONING_MS, () => {
      started.delete(uid);
      if (store.get(kind, namespace, name)?.metadata.uid === uid) {
        made();
      }
    });
  };
}

function classOf(
  { store }: ControllerContext,
  { spec, metadata }: Ingress,
): IngressClass | undefined {
  const named =
    spec.ingressClassName ??
    metadata.annotations?.['kubernetes.io/ingress.class'];
  return named
    ? store.get(typed.ingressClasses, undefined, named)
    : store
        .list(typed.ingressClasses)
        .find(
          candidate =>
            candidate.metadata.annotations?.[
              'ingressclass.kubernetes.io/is-default-class'
            ] === 'true',
        );
}

function backendsOf({ spec }: Ingress): IngressBackend[] {
  return [
    ...(spec.defaultBackend ? [spec.defaultBackend] : []),
    ...(spec.rules ?? []).flatMap(({ http }) =>
      (http?.paths ?? []).map(({ backend }) => backend),
    ),
  ];
}

/** Why no load balancer can be made of an Ingress, as the controller says it. */
function findProblem(
  { store }: ControllerContext,
  ingress: Ingress,
  ingressClass: IngressClass,
): string | undefined {
  const { namespace, annotations = {} } = ingress.metadata;
  // Auto Mode's own default is left to it.
  const targetType =
    annotations[`${ANNOTATION}/target-type`] ??
    (ingressClass.spec.controller === 'ingress.k8s.aws/alb'
      ? 'instance'
      : 'ip');
  for (const { service: named } of backendsOf(ingress)) {
    const service = named && store.get(typed.services, namespace, named.name);
    if (named && !service) {
      return `Service "${named.name}" not found`;
    }
    if (service && targetType === 'instance' && !hasNodePort(service)) {
      return "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'";
    }
  }
  return undefined;
}

const hasNodePort = ({ spec }: Service) =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer';

const identityOf = ({ metadata }: KubernetesObject) =>
  createHash('sha256')
    .update(metadata.uid ?? '')
    .digest('hex');

/** As AWS lets it be called: letters and digits, shortened. */
function balancerName(namespace = '', name: string, id: string): string {
  const short = (text: string) => text.replace(/[^a-zA-Z0-9]/g, '').slice(0, 8);
  return `k8s-${short(namespace)}-${short(name)}-${id.slice(0, 10)}`;
}

/** The host name of the Application Load Balancer that an object is made into. */
export function balancerAddress(
  { cluster }: ControllerContext,
  object: KubernetesObject,
  internal: boolean,
): string {
  const { namespace, name } = object.metadata;
  const id = identityOf(object);
  return `${internal ? 'internal-' : ''}${balancerName(
    namespace,
    name,
    id,
  )}-${parseInt(id.slice(10, 18), 16)}.${cluster.region}.elb.amazonaws.com`;
}

/** What the class says goes before what the Ingress says. */
function schemeOf(
  { store }: ControllerContext,
  ingress: Ingress,
  { spec }: IngressClass,
): string {
  const kind = servedKinds(store, false).find(
    candidate => candidate.kind === spec.parameters?.kind,
  );
  const parameters =
    kind && store.get(kind, undefined, spec.parameters?.name ?? '');
  return String(
    at(asJson(parameters), 'spec.scheme') ??
      ingress.metadata.annotations?.[`${ANNOTATION}/scheme`] ??
      'internal',
  );
}
