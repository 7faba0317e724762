import { NOW, secondsAgo } from './objects';
import { PROD_EU } from './scenarios';

// What clusters tell beside what the official plugin asks for.

/**
 * A cluster that is live, with these objects by the plural names of their
 * kinds.
 *
 * @public
 */
export function knownCluster(kinds: Record<string, object[]>, name = PROD_EU) {
  const since = secondsAgo(600).toISOString();
  // JSON has no dates: it is read as an API server writes it.
  const written: Record<string, object[]> = JSON.parse(JSON.stringify(kinds));
  return {
    name,
    title: name.split('/')[1],
    arn: name,
    kinds: Object.fromEntries(
      Object.entries(written).map(([plural, objects]) => [
        plural,
        { objects, connection: { state: 'live' as const, since } },
      ]),
    ),
  };
}

/**
 * A slice of the endpoints of the Service `orders`: of pods by their names.
 *
 * @public
 */
export const endpointSlice = (
  pods: Record<string, 'ready' | 'not-ready' | 'draining'>,
  options: { service?: string; addressType?: 'IPv4' | 'IPv6' } = {},
) => {
  const { service = 'orders', addressType = 'IPv4' } = options;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-${addressType.toLowerCase()}`,
      namespace: 'orders',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType,
    endpoints: Object.entries(pods).map(([name, state], index) => ({
      addresses: [
        addressType === 'IPv4' ? `10.0.1.${index + 1}` : `fd00::${index + 1}`,
      ],
      conditions: {
        ready: state === 'ready',
        serving: state !== 'not-ready',
        terminating: state === 'draining',
      },
      targetRef: { kind: 'Pod', name, namespace: 'orders' },
    })),
  };
};

/**
 * What a controller of the Gateway API says.
 *
 * @public
 */
export interface GatewayCondition {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message?: string;
}

const conditionsOf = (conditions: Record<string, GatewayCondition>) =>
  Object.entries(conditions).map(([type, condition]) => ({
    type,
    ...condition,
  }));

/**
 * A Gateway that a load balancer serves, unless told else.
 *
 * @public
 */
export const gateway = (
  options: {
    address?: string;
    conditions?: Record<string, GatewayCondition>;
  } = {
    address: 'k8s-edge-shared-2b1f6c-1834567890.eu-west-1.elb.amazonaws.com',
  },
) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'shared', namespace: 'edge' },
  spec: {
    gatewayClassName: 'aws-alb',
    listeners: [
      { name: 'http', port: 80, protocol: 'HTTP' },
      {
        name: 'https',
        port: 443,
        protocol: 'HTTPS',
        hostname: '*.example.com',
      },
    ],
  },
  status: {
    ...(options.address && {
      addresses: [{ type: 'Hostname', value: options.address }],
    }),
    conditions: conditionsOf({
      Accepted: { status: 'True', reason: 'Accepted' },
      Programmed: options.address
        ? { status: 'True', reason: 'Programmed' }
        : { status: 'Unknown', reason: 'Pending' },
      ...options.conditions,
    }),
  },
});

/**
 * A route through {@link gateway} to the Service `orders`, unless told else.
 *
 * @public
 */
export const httpRoute = (
  options: {
    backends?: { name: string; port?: number; weight?: number }[];
    conditions?: Record<string, GatewayCondition>;
    hostnames?: string[];
  } = {},
) => {
  const parentRef = { name: 'shared', namespace: 'edge', sectionName: 'https' };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'orders', namespace: 'orders' },
    spec: {
      parentRefs: [parentRef],
      hostnames: options.hostnames ?? ['orders.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: options.backends ?? [{ name: 'orders', port: 80 }],
        },
      ],
    },
    status: {
      parents: [
        {
          parentRef,
          controllerName: 'gateway.k8s.aws/alb',
          conditions: conditionsOf({
            Accepted: { status: 'True', reason: 'Accepted' },
            ResolvedRefs: { status: 'True', reason: 'ResolvedRefs' },
            ...options.conditions,
          }),
        },
      ],
    },
  };
};

/**
 * A budget for the pods of the service.
 *
 * @public
 */
export const disruptionBudget = (
  status: {
    allowed: number;
    healthy: number;
    needed: number;
    expected: number;
  },
  spec: object = { maxUnavailable: 1 },
) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'orders', namespace: 'orders' },
  spec: {
    selector: { matchLabels: { 'app.kubernetes.io/name': 'orders' } },
    ...spec,
  },
  status: {
    disruptionsAllowed: status.allowed,
    currentHealthy: status.healthy,
    desiredHealthy: status.needed,
    expectedPods: status.expected,
  },
});

/**
 * What was told of an object of the namespace `orders`.
 *
 * @public
 */
export const event = (
  about: { kind: string; name: string; namespace?: string },
  reason: string,
  message: string,
  options: { from?: string; type?: 'Normal' | 'Warning'; at?: Date } = {},
) => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: {
    name: `${about.name}.${reason.toLowerCase()}`,
    namespace: about.namespace ?? 'orders',
  },
  involvedObject: { namespace: 'orders', ...about },
  type: options.type ?? 'Warning',
  reason,
  message,
  source: { component: options.from ?? 'kubelet' },
  firstTimestamp: options.at ?? secondsAgo(60),
  lastTimestamp: options.at ?? secondsAgo(30),
  count: 2,
});

/**
 * A node that Karpenter makes.
 *
 * @public
 */
export const nodeClaim = (
  name: string,
  conditions: Record<string, GatewayCondition & { since?: Date }>,
) => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodeClaim',
  metadata: { name, labels: { 'karpenter.sh/nodepool': 'default' } },
  status: {
    conditions: Object.entries(conditions).map(
      ([type, { since = NOW, ...condition }]) => ({
        type,
        ...condition,
        lastTransitionTime: since,
      }),
    ),
  },
});

/**
 * A node as EC2, Karpenter, Auto Mode or Fargate has it registered.
 *
 * @public
 */
export const node = (
  name: string,
  labels: Record<string, string>,
  spec: object = {},
) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec });
