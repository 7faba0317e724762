import { setDefaults } from '../defaults';
import { kinds } from '../kinds';
import type { KubernetesObject } from '../types';
import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { isReady, typed, type Ingress, type Service } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const service = (spec: Service['spec'] = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'orders', namespace },
  spec: {
    selector: { app: 'orders' },
    ports: [{ name: 'http', port: 80, targetPort: 'http' }],
    ...spec,
  },
});
const ingress = (
  annotations: Record<string, string> = {},
  backend = 'orders',
): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'orders-web', namespace, annotations },
  spec: {
    ingressClassName: 'alb',
    rules: [
      {
        http: {
          paths: [
            { path: '/', backend: { service: { name: backend, port: {} } } },
          ],
        },
      },
    ],
  },
});
const ingressClass = (controller: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller },
});
const ip = { 'alb.ingress.kubernetes.io/target-type': 'ip' };

const slices = () => cluster.store.list(typed.endpointSlices, { namespace });
const ready = (count: number) => () =>
  cluster.pods().filter(isReady).length === count;
const hostname = () =>
  cluster.store.get(typed.ingresses, namespace, 'orders-web')?.status
    ?.loadBalancer?.ingress?.[0]?.hostname;

describe('a Service', () => {
  it('has the addresses of its pods, ready or not', () => {
    cluster.create(service());
    cluster.create(
      deployment({
        replicas: 2,
        container: { readinessProbe: { initialDelaySeconds: 20 } },
      }),
    );
    cluster.pass(10);
    const [slice] = slices();
    expect(slices()).toHaveLength(1);
    expect(slice).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^orders-\w{5}$/),
        labels: { 'kubernetes.io/service-name': 'orders' },
        ownerReferences: [{ kind: 'Service', name: 'orders' }],
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    });
    const [pod] = cluster.pods();
    expect(
      slice.endpoints.find(
        ({ targetRef }) => targetRef.uid === pod.metadata.uid,
      ),
    ).toMatchObject({
      addresses: [pod.status?.podIP],
      conditions: { ready: false, serving: false, terminating: false },
      nodeName: pod.spec.nodeName,
      zone: expect.stringMatching(/^eu-west-1[abc]$/),
    });
    expect(
      cluster.store.get(typed.endpoints, namespace, 'orders')?.subsets?.[0]
        .notReadyAddresses,
    ).toHaveLength(2);

    cluster.passUntil(ready(2));
    cluster.pass(0.1);
    expect(
      slices()[0].endpoints.map(({ conditions }) => conditions.ready),
    ).toEqual([true, true]);
    expect(
      cluster.store.get(typed.endpoints, namespace, 'orders')?.subsets,
    ).toMatchObject([{ addresses: [{}, {}] }]);
  });

  it('loses pods that are no longer selected, and those that are gone', () => {
    cluster.create(service());
    cluster.create(deployment({ replicas: 2 }));
    cluster.passUntil(ready(2));
    const [pod] = cluster.pods();
    cluster.change(typed.pods, pod.metadata.name, ({ metadata }) => {
      metadata.labels = { debug: 'yes' };
    });
    cluster.pass(0.1);
    expect(slices()[0].endpoints).toHaveLength(1);
    cluster.store.remove(typed.deployments, namespace, 'orders');
    cluster.pass(10);
    expect(slices()[0].endpoints).toEqual([]);
    cluster.store.remove(typed.services, namespace, 'orders');
    cluster.pass(0.1);
    expect(slices()).toEqual([]);
  });

  it('has its addresses in slices of a hundred', () => {
    cluster.create(service());
    cluster.create(deployment({ replicas: 1 }));
    cluster.passUntil(ready(1));
    const [first] = cluster.pods();
    const names = Array.from({ length: 149 }, (_, index) => `more-${index}`);
    for (const name of names) {
      cluster.store.create(typed.pods, {
        ...first,
        metadata: { name, namespace, labels: first.metadata.labels },
      });
    }
    cluster.pass(1);
    // Their names are random, and so is their order.
    const sizes = slices().map(({ endpoints }) => endpoints.length);
    expect(sizes.sort()).toEqual([100, 50]);

    for (const name of names.slice(0, 100)) {
      cluster.store.remove(typed.pods, namespace, name, {
        gracePeriodSeconds: 0,
      });
    }
    cluster.pass(1);
    expect(slices().map(({ endpoints }) => endpoints.length)).toEqual([50]);
  });

  it('of type LoadBalancer gets a host name', () => {
    cluster.create(service({ type: 'LoadBalancer' }));
    cluster.pass(10);
    expect(
      cluster.store.get(typed.services, namespace, 'orders')?.status
        ?.loadBalancer?.ingress?.[0].hostname,
    ).toMatch(
      /^k8s-shop-orders-[0-9a-f]{10}-[0-9a-f]{16}\.elb\.eu-west-1\.amazonaws\.com$/,
    );
  });
});

describe('an Ingress', () => {
  it.each([
    ['eks.amazonaws.com/alb', 'eks-auto-mode/load-balancing'],
    ['ingress.k8s.aws/alb', 'ingress'],
  ])('gets a host name from %s', (controller, component) => {
    cluster.create(ingressClass(controller));
    cluster.create(service());
    cluster.create(
      ingress({
        ...ip,
        'alb.ingress.kubernetes.io/scheme': 'internet-facing',
      }),
    );
    cluster.pass(1);
    expect(hostname()).toBeUndefined();
    cluster.pass(10);
    expect(hostname()).toMatch(
      /^k8s-shop-orderswe-[0-9a-f]{10}-\d+\.eu-west-1\.elb\.amazonaws\.com$/,
    );
    const events = cluster.store
      .list(typed.events, { namespace })
      .filter(({ involvedObject }) => involvedObject.kind === 'Ingress');
    expect(events).toMatchObject([
      {
        type: 'Normal',
        reason: 'SuccessfullyReconciled',
        message: 'Successfully reconciled',
        source: { component },
        count: 1,
      },
    ]);
  });

  it('is internal unless it says otherwise', () => {
    cluster.create(ingressClass('ingress.k8s.aws/alb'));
    cluster.create(service());
    cluster.create(ingress(ip));
    cluster.pass(10);
    expect(hostname()).toMatch(/^internal-k8s-shop-orderswe-/);
  });

  it('takes the scheme of its class first', () => {
    const group = 'eks.amazonaws.com';
    cluster.store.create(
      kinds.customResourceDefinitions,
      setDefaults({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `ingressclassparams.${group}` },
        spec: {
          group,
          scope: 'Cluster',
          names: { kind: 'IngressClassParams', plural: 'ingressclassparams' },
          versions: [{ name: 'v1', served: true, storage: true }],
        },
      } as KubernetesObject),
    );
    cluster.create({
      apiVersion: `${group}/v1`,
      kind: 'IngressClassParams',
      metadata: { name: 'alb' },
      spec: { scheme: 'internet-facing' },
    } as KubernetesObject);
    cluster.create({
      ...ingressClass('eks.amazonaws.com/alb'),
      spec: {
        controller: 'eks.amazonaws.com/alb',
        parameters: {
          apiGroup: group,
          kind: 'IngressClassParams',
          name: 'alb',
        },
      },
    });
    cluster.create(service());
    cluster.create(ingress({ 'alb.ingress.kubernetes.io/scheme': 'internal' }));
    cluster.pass(10);
    expect(hostname()).toMatch(/^k8s-/);
  });

  it('waits for a class, and for one that somebody serves', () => {
    cluster.create(service());
    cluster.create(ingress(ip));
    cluster.pass(60);
    expect(hostname()).toBeUndefined();
    cluster.create(ingressClass('example.com/other'));
    cluster.pass(60);
    expect(hostname()).toBeUndefined();
    cluster.change(typed.ingressClasses, 'alb', ({ spec }) => {
      spec.controller = 'ingress.k8s.aws/alb';
    });
    cluster.pass(10);
    expect(hostname()).toBeDefined();
  });

  it('says what its load balancer cannot be built of', () => {
    cluster.create(ingressClass('ingress.k8s.aws/alb'));
    cluster.create(ingress());
    cluster.pass(10);
    cluster.create(service());
    cluster.pass(10);
    expect(hostname()).toBeUndefined();
    const prefix =
      'FailedBuildModel: Failed build model due to ingress: shop/orders-web:';
    expect(cluster.told('orders-web')).toEqual([
      `${prefix} Service "orders" not found`,
      `${prefix} TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'`,
    ]);
  });
});
