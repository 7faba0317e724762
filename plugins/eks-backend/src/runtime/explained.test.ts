import {
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type {
  ClusterRuntime,
  Explanation,
  RuntimeResponse,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  onClusters,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { kinds, type KubernetesObject } from '@slipway/sandbox';
import request from 'supertest';
import { runOrders } from '../__testUtils__/ordersInSandbox';
import { schemaProblems } from '../__testUtils__/schemaProblems';
import { useSandbox } from '../__testUtils__/useSandbox';
import eksPlugin from '../index';

// What the cluster is asked for beside the objects of a service, over real
// connections and with the permissions that are documented.

const PATH = '/api/eks/runtime/component/default/orders';
const STAGING_US = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';
const use = useSandbox();
let backend: TestBackend | undefined;

beforeAll(async () => {
  await Promise.all(
    ['prod-eu', 'staging-us'].map(cluster =>
      runOrders(use.sandbox, cluster, { namespace: 'orders' }),
    ),
  );
}, 60_000);

async function start(...clusters: string[]) {
  backend = await startTestBackend({
    features: [
      eksPlugin,
      catalogServiceMock.factory({ entities: [onClusters(...clusters)] }),
      mockServices.rootConfig.factory({ data: use.sandbox.config }),
    ],
  });
}

afterEach(async () => {
  use.sandbox.faults.clear();
  await backend?.stop();
  backend = undefined;
});

/** Looks again and again, as a viewer does, until it is so. */
async function until(
  holds: (cluster: ClusterRuntime) => boolean,
): Promise<ClusterRuntime> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { body } = await request(backend?.server ?? '').get(PATH);
    const { runtime }: RuntimeResponse = body;
    expect(schemaProblems('RuntimeResponse', body)).toEqual([]);
    const [cluster] = runtime.clusters;
    if (holds(cluster)) {
      return cluster;
    }
    if (Date.now() > deadline) {
      throw new Error(`it never came to be: ${JSON.stringify(cluster)}`);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

const codesOf = ({ explanations = [] }: ClusterRuntime) =>
  explanations.map(({ code }) => code);
const says = (code: Explanation['code']) => (cluster: ClusterRuntime) =>
  codesOf(cluster).includes(code);

const callsTo = (target: string, what: RegExp) =>
  use.sandbox.journal
    .list({ service: 'kubernetes', target })
    .map(({ operation }) => operation)
    .filter(operation => what.test(operation));

const labels = { 'backstage.io/kubernetes-id': 'orders' };

/** A Deployment of one pod that asks for so much. */
const asking = (cpu: string): KubernetesObject & { spec: object } => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'hungry', namespace: 'orders', labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'hungry' } },
    template: {
      metadata: { labels: { ...labels, app: 'hungry' } },
      spec: {
        containers: [
          {
            name: 'hungry',
            image: 'registry.example.com/hungry:v1',
            resources: { requests: { cpu, memory: '128Mi' } },
          },
        ],
      },
    },
  },
});

describe('a pod that finds no place', () => {
  afterEach(() =>
    use.sandbox
      .cluster('prod-eu')
      .store.remove(kinds.deployments, 'orders', 'hungry'),
  );

  it('is explained by what Auto Mode says of it, which is read while it waits', async () => {
    await start(PROD_EU);
    await until(({ connection }) => connection?.state === 'live');
    expect(callsTo(PROD_EU, /events|nodeclaims/)).toEqual([]);

    use.sandbox.cluster('prod-eu').seed([asking('500')]);
    const cluster = await until(says('no-node-will-come'));
    expect(cluster.explanations?.[0]).toMatchObject({
      severity: 'bad',
      subject: { kind: 'Deployment', name: 'hungry' },
      facts: { by: 'EKS Auto Mode', because: 'size', lacks: 'cpu' },
      evidence: [
        expect.stringMatching(/^Failed to schedule pod.*no instance type/),
        expect.stringMatching(/Insufficient cpu/),
      ],
    });
    // However often somebody looks, it is one list and one watch.
    await until(says('no-node-will-come'));
    expect(callsTo(PROD_EU, /events|nodeclaims/).sort()).toEqual([
      'list events',
      'list nodeclaims.karpenter.sh',
      'watch events',
      'watch nodeclaims.karpenter.sh',
    ]);
  }, 60_000);
});

describe('a kind of an add-on', () => {
  it('that may not be read is named, and everything else is as it was', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'kubernetes',
      target: STAGING_US,
      operation: 'list gateways.gateway.networking.k8s.io',
    });
    await start(STAGING_US);
    const cluster = await until(
      ({ gaps, connection }) =>
        gaps !== undefined && connection?.state === 'live',
    );
    expect(cluster).toMatchObject({
      state: 'readable',
      connection: { state: 'live' },
      problems: [],
      gaps: [{ code: 'forbidden', path: 'gateways.gateway.networking.k8s.io' }],
    });
    expect(cluster.pods).toHaveLength(2);
  }, 60_000);

  it('that the cluster does not have is nothing to speak of', async () => {
    await start(PROD_EU);
    const cluster = await until(
      ({ connection }) => connection?.state === 'live',
    );
    expect(cluster.gaps).toBeUndefined();
    expect(cluster.state).toBe('readable');
  }, 60_000);

  it('shows the way through a Gateway to the endpoints that are ready', async () => {
    use.sandbox.cluster('staging-us').seed(
      through([
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'orders', namespace: 'orders', labels },
          spec: {
            type: 'ClusterIP',
            selector: { app: 'orders' },
            ports: [{ name: 'http', port: 80, targetPort: 8080 }],
          },
        },
        {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'Gateway',
          metadata: { name: 'shared', namespace: 'orders' },
          spec: {
            gatewayClassName: 'alb',
            listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
          },
        },
        {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: { name: 'orders', namespace: 'orders', labels },
          spec: {
            parentRefs: [{ name: 'shared', sectionName: 'http' }],
            hostnames: ['orders.example.com'],
            rules: [{ backendRefs: [{ name: 'orders', port: 80 }] }],
          },
        },
      ]),
    );
    await start(STAGING_US);
    const { requestPaths } = await until(({ requestPaths: [path] }) =>
      Boolean(
        path?.hops.some(
          hop => hop.kind === 'load-balancer' && hop.state === 'good',
        ),
      ),
    );
    expect(requestPaths[0].hops).toMatchObject([
      { kind: 'host', hosts: ['orders.example.com'], tls: false },
      {
        kind: 'load-balancer',
        address: expect.stringMatching(/elb\.amazonaws/),
      },
      { kind: 'gateway', state: 'good', name: 'shared', className: 'alb' },
      { kind: 'route', state: 'good', rules: ['/ → orders:80'] },
      { kind: 'service', state: 'good', ready: 2, total: 2 },
      { kind: 'pods', ready: 2 },
    ]);
  }, 60_000);
});

/** Objects as they are written, whatever their kinds have beside. */
function through(objects: object[]): KubernetesObject[] {
  return JSON.parse(JSON.stringify(objects));
}
