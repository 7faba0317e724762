import { kinds, servedKinds } from '../kinds';
import { asJson, at, isSame } from '../json';
import type { KubernetesObject, ResourceKind } from '../types';
import { runController, type ControllerContext, type Key } from './controller';
import { balancerAddress } from './loadBalancers';
import { typed, withCondition, type Condition } from './objects';

const PROVISIONING_MS = 4_000;

/** Who makes Application Load Balancers of Gateways. */
const CONTROLLER = 'gateway.k8s.aws/alb';

interface ParametersRef {
  group?: string;
  kind: string;
  name: string;
  namespace?: string;
}

export interface GatewayClass extends KubernetesObject {
  spec: { controllerName: string; parametersRef?: ParametersRef };
  status?: { conditions?: Condition[] };
}

export interface Gateway extends KubernetesObject {
  spec: {
    gatewayClassName: string;
    infrastructure?: { parametersRef?: ParametersRef };
    listeners: { name: string; port: number; protocol: string }[];
  };
  status?: {
    addresses?: { type: string; value: string }[];
    conditions?: Condition[];
    listeners?: {
      name: string;
      attachedRoutes: number;
      supportedKinds: { group: string; kind: string }[];
      conditions: Condition[];
    }[];
  };
}

interface ParentRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
}

export interface HttpRoute extends KubernetesObject {
  spec: {
    parentRefs?: ParentRef[];
    hostnames?: string[];
    rules?: { backendRefs?: { name: string; port?: number }[] }[];
  };
  status?: {
    parents: {
      parentRef: ParentRef;
      controllerName: string;
      conditions: Condition[];
    }[];
  };
}

function gatewayKind<T extends KubernetesObject>(
  kind: string,
  plural: string,
  namespaced: boolean,
): ResourceKind<T> {
  return {
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    kind,
    plural,
    singular: kind.toLocaleLowerCase('en-US'),
    namespaced,
    custom: true,
  };
}

/** Kinds of the Gateway API, where a cluster has their definitions. */
export const gatewayKinds = {
  classes: gatewayKind<GatewayClass>('GatewayClass', 'gatewayclasses', false),
  gateways: gatewayKind<Gateway>('Gateway', 'gateways', true),
  routes: gatewayKind<HttpRoute>('HTTPRoute', 'httproutes', true),
};

/** GatewayClass, Gateway and HTTPRoute → the address of an Application Load Balancer, and what is said of them. */
export function runGateways(context: ControllerContext) {
  const { store } = context;
  const allGateways = (): Key[] =>
    store.list(gatewayKinds.gateways).map(({ metadata }) => metadata);
  return runController(context, {
    triggers: [
      ...[
        gatewayKinds.classes,
        gatewayKinds.routes,
        kinds.customResourceDefinitions,
      ].map(kind => ({ kind, keys: allGateways })),
      {
        kind: gatewayKinds.gateways,
        keys: ({ object }) => [object.metadata],
      },
      // What a route leads to may have come.
      { kind: typed.services, keys: allGateways },
    ],
    reconcile(namespace, name) {
      const gateway = store.get(gatewayKinds.gateways, namespace, name);
      const gatewayClass =
        gateway &&
        store.get(
          gatewayKinds.classes,
          undefined,
          gateway.spec.gatewayClassName,
        );
      if (
        !gateway ||
        !gatewayClass ||
        gatewayClass.spec.controllerName !== CONTROLLER ||
        gateway.metadata.deletionTimestamp
      ) {
        return;
      }
      acceptClass(context, gatewayClass);
      const routes = store
        .list(gatewayKinds.routes, { namespace })
        .filter(route => parentsIn(route, gateway).length > 0);
      for (const route of routes) {
        acceptRoute(context, route, gateway, gatewayClass);
      }
      acceptGateway(context, gateway, gatewayClass, routes);
    },
  });
}

/** The references of a route to a Gateway. */
const parentsIn = (route: HttpRoute, gateway: Gateway): ParentRef[] =>
  (route.spec.parentRefs ?? []).filter(
    ({ kind = 'Gateway', name, namespace = route.metadata.namespace }) =>
      kind === 'Gateway' &&
      name === gateway.metadata.name &&
      namespace === gateway.metadata.namespace,
  );

function acceptClass(
  { store, timestamp }: ControllerContext,
  gatewayClass: GatewayClass,
) {
  setStatus(
    gatewayClass.status,
    {
      conditions: withCondition(
        gatewayClass.status?.conditions,
        {
          type: 'Accepted',
          status: 'True',
          reason: 'Accepted',
          message: 'Accepted',
        },
        timestamp(),
      ),
    },
    status =>
      store.updateStatus(gatewayKinds.classes, { ...gatewayClass, status }),
  );
}

function acceptRoute(
  { store, timestamp }: ControllerContext,
  route: HttpRoute,
  gateway: Gateway,
  { spec: { controllerName } }: GatewayClass,
) {
  const backends = (route.spec.rules ?? []).flatMap(
    ({ backendRefs = [] }) => backendRefs,
  );
  const missing = backends.find(
    ({ name }) => !store.get(typed.services, route.metadata.namespace, name),
  );
  const now = timestamp();
  const others = (route.status?.parents ?? []).filter(
    ({ parentRef }) => parentRef.name !== gateway.metadata.name,
  );
  const own = parentsIn(route, gateway).map(parentRef => {
    const before = route.status?.parents.find(
      parent =>
        parent.parentRef.name === parentRef.name &&
        parent.parentRef.sectionName === parentRef.sectionName,
    );
    const known =
      !parentRef.sectionName ||
      gateway.spec.listeners.some(({ name }) => name === parentRef.sectionName);
    const accepted = withCondition(
      before?.conditions,
      known
        ? { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' }
        : {
            type: 'Accepted',
            status: 'False',
            reason: 'NoMatchingParent',
            message: `Gateway has no listener ${parentRef.sectionName}`,
          },
      now,
    );
    return {
      parentRef,
      controllerName,
      conditions: withCondition(
        accepted,
        missing
          ? {
              type: 'ResolvedRefs',
              status: 'False',
              reason: 'BackendNotFound',
              message: `Service backend ref not found: ${missing.name}`,
            }
          : {
              type: 'ResolvedRefs',
              status: 'True',
              reason: 'ResolvedRefs',
              message: '',
            },
        now,
      ),
    };
  });
  setStatus(route.status, { parents: [...others, ...own] }, status =>
    store.updateStatus(gatewayKinds.routes, { ...route, status }),
  );
}

/** A load balancer is there only when a route leads somewhere. */
function acceptGateway(
  context: ControllerContext,
  gateway: Gateway,
  gatewayClass: GatewayClass,
  routes: HttpRoute[],
) {
  const { store, timestamp, events, after } = context;
  const { namespace, name, uid } = gateway.metadata;
  const addresses = gateway.status?.addresses ?? [];
  const write = (current: Gateway, made: { value: string } | undefined) => {
    const now = timestamp();
    const conditions = withCondition(
      current.status?.conditions,
      { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' },
      now,
    );
    const status: Gateway['status'] = {
      ...(made && { addresses: [{ type: 'Hostname', value: made.value }] }),
      conditions: withCondition(
        conditions,
        made
          ? {
              type: 'Programmed',
              status: 'True',
              reason: 'Programmed',
              message: '',
            }
          : {
              type: 'Programmed',
              status: 'Unknown',
              reason: 'Pending',
              message: 'Waiting for the load balancer',
            },
        now,
      ),
      listeners: current.spec.listeners.map(listener => {
        const before = current.status?.listeners?.find(
          other => other.name === listener.name,
        );
        return {
          name: listener.name,
          attachedRoutes: routes.filter(route =>
            parentsIn(route, current).some(
              ({ sectionName }) =>
                sectionName === undefined || sectionName === listener.name,
            ),
          ).length,
          supportedKinds: [
            { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
          ],
          conditions: withCondition(
            before?.conditions,
            {
              type: 'Accepted',
              status: 'True',
              reason: 'Accepted',
              message: '',
            },
            now,
          ),
        };
      }),
    };
    setStatus(current.status, status, next =>
      store.updateStatus(gatewayKinds.gateways, { ...current, status: next }),
    );
  };
  write(gateway, addresses[0]);
  if (addresses.length > 0 || routes.length === 0) {
    return;
  }
  after(PROVISIONING_MS, () => {
    const current = store.get(gatewayKinds.gateways, namespace, name);
    if (
      !current ||
      current.metadata.uid !== uid ||
      current.status?.addresses?.length
    ) {
      return;
    }
    write(current, {
      value: balancerAddress(
        context,
        current,
        schemeOf(context, current, gatewayClass) === 'internal',
      ),
    });
    events.record(
      current,
      'Normal',
      'SuccessfullyReconciled',
      'Successfully reconciled',
      CONTROLLER,
    );
  });
}

/** What the class's LoadBalancerConfiguration says goes before the Gateway's own, unless it says otherwise. */
function schemeOf(
  { store }: ControllerContext,
  gateway: Gateway,
  gatewayClass: GatewayClass,
): string {
  const specOf = (reference: ParametersRef | undefined, namespace?: string) => {
    const kind =
      reference &&
      servedKinds(store, false).find(
        candidate =>
          candidate.kind === reference.kind &&
          candidate.group === reference.group,
      );
    return asJson(
      kind &&
        store.get(
          kind,
          kind.namespaced ? namespace : undefined,
          reference.name,
        ),
    );
  };
  const ofClass = specOf(
    gatewayClass.spec.parametersRef,
    gatewayClass.spec.parametersRef?.namespace,
  );
  const ofGateway = specOf(
    gateway.spec.infrastructure?.parametersRef,
    gateway.metadata.namespace,
  );
  const [first, second] =
    at(ofClass, 'spec.mergingMode') === 'prefer-gateway'
      ? [ofGateway, ofClass]
      : [ofClass, ofGateway];
  return String(
    at(first, 'spec.scheme') ?? at(second, 'spec.scheme') ?? 'internal',
  );
}

/** Writes only what is new: each write has everybody look again. */
function setStatus<T>(
  before: T | undefined,
  next: T,
  write: (next: T) => void,
) {
  if (!isSame(before, next)) {
    write(next);
  }
}
