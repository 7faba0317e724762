import { createObjects } from '../../seed';
import type { KubernetesObject } from '../types';
import {
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { gatewayKinds, type Gateway, type HttpRoute } from './gateways';
import { findCondition } from './objects';

let cluster: SimulatedCluster;

/** What a cluster with the Gateway API has beside its own. */
const installed = createObjects('staging-us', true).filter(
  ({ kind, metadata }) =>
    (kind === 'CustomResourceDefinition' &&
      /gateway\.(networking\.k8s\.io|k8s\.aws)$/.test(metadata.name)) ||
    kind === 'GatewayClass',
);

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster({ seed: installed });
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const gateway = (gatewayClassName = 'alb'): Gateway => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'orders', namespace },
  spec: {
    gatewayClassName,
    infrastructure: {
      parametersRef: {
        group: 'gateway.k8s.aws',
        kind: 'LoadBalancerConfiguration',
        name: 'orders',
      },
    },
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
  },
});
const configuration = (scheme: string): KubernetesObject =>
  ({
    apiVersion: 'gateway.k8s.aws/v1beta1',
    kind: 'LoadBalancerConfiguration',
    metadata: { name: 'orders', namespace },
    spec: { scheme },
  }) as KubernetesObject;
const route = (sectionName = 'http'): HttpRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'orders', namespace },
  spec: {
    parentRefs: [{ name: 'orders', sectionName }],
    rules: [{ backendRefs: [{ name: 'orders', port: 80 }] }],
  },
});
const service = () =>
  cluster.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'orders', namespace },
    spec: { ports: [{ name: 'http', port: 80 }] },
  } as KubernetesObject);

const addressOf = () =>
  cluster.store.get(gatewayKinds.gateways, namespace, 'orders')?.status
    ?.addresses?.[0]?.value;
const gatewaySays = (type: string) =>
  findCondition(
    cluster.store.get(gatewayKinds.gateways, namespace, 'orders')?.status
      ?.conditions,
    type,
  );
const routeSays = (type: string) =>
  findCondition(
    cluster.store.get(gatewayKinds.routes, namespace, 'orders')?.status
      ?.parents[0]?.conditions,
    type,
  );

describe('a Gateway', () => {
  it('gets the address of a load balancer once a route leads somewhere', () => {
    service();
    cluster.create(configuration('internet-facing'));
    cluster.create(gateway());
    cluster.pass(10);
    expect(addressOf()).toBeUndefined();
    expect(gatewaySays('Programmed')).toMatchObject({ status: 'Unknown' });

    cluster.create(route());
    cluster.pass(10);
    expect(addressOf()).toMatch(
      /^k8s-shop-orders-\w+-\d+\.eu-west-1\.elb\.amazonaws\.com$/,
    );
    expect(gatewaySays('Programmed')).toMatchObject({ status: 'True' });
    expect(
      cluster.store.get(gatewayKinds.gateways, namespace, 'orders')?.status
        ?.listeners,
    ).toMatchObject([{ name: 'http', attachedRoutes: 1 }]);
  });

  it('is internal where its configuration says so', () => {
    service();
    cluster.create(configuration('internal'));
    cluster.create(gateway());
    cluster.create(route());
    cluster.pass(10);
    expect(addressOf()).toMatch(/^internal-k8s-/);
  });

  it('is left alone where its class is not there', () => {
    service();
    cluster.create(gateway('someone-elses'));
    cluster.create(route());
    cluster.pass(10);
    expect(gatewaySays('Accepted')).toBeUndefined();
  });
});

describe('an HTTPRoute', () => {
  it('says which Service it leads to in vain, until that comes', () => {
    cluster.create(gateway());
    cluster.create(route());
    cluster.pass(1);
    expect(routeSays('ResolvedRefs')).toMatchObject({
      status: 'False',
      reason: 'BackendNotFound',
      message: 'Service backend ref not found: orders',
    });

    service();
    cluster.pass(1);
    expect(routeSays('ResolvedRefs')).toMatchObject({ status: 'True' });
  });

  it('is not accepted by a Gateway without its listener', () => {
    service();
    cluster.create(gateway());
    cluster.create(route('https'));
    cluster.pass(1);
    expect(routeSays('Accepted')).toMatchObject({
      status: 'False',
      reason: 'NoMatchingParent',
    });
  });
});
