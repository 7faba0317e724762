import {
  endpointSlice,
  gateway,
  httpRoute,
  ingress,
  knownCluster,
  orders,
  pod,
  service,
} from '../testUtils';
import { buildRuntime } from './buildRuntime';

const threePods = ['one', 'two', 'three'].map(name => pod(name));

const pathsOf = (kinds: Record<string, object[]>) =>
  buildRuntime({
    entity: orders,
    clusters: [
      knownCluster({ pods: threePods, services: [service()], ...kinds }),
    ],
  }).clusters[0].requestPaths;
const hopOf = (kinds: Record<string, object[]>, kind: string) =>
  pathsOf(kinds)[0].hops.find(hop => hop.kind === kind);

describe('the endpoints of a Service', () => {
  it('are counted as they are ready, whatever the pods say of themselves', () => {
    expect(
      hopOf(
        {
          endpointslices: [
            endpointSlice({
              one: 'ready',
              two: 'not-ready',
              three: 'draining',
            }),
          ],
        },
        'service',
      ),
    ).toMatchObject({ state: 'waiting', ready: 1, total: 3, draining: 1 });
  });

  it('are one for each pod, of however many slices and addresses', () => {
    expect(
      hopOf(
        {
          endpointslices: [
            endpointSlice({ one: 'ready', two: 'ready' }),
            endpointSlice(
              { one: 'ready', two: 'ready' },
              { addressType: 'IPv6' },
            ),
            endpointSlice({ three: 'ready' }),
            endpointSlice({ other: 'ready' }, { service: 'other' }),
          ],
        },
        'service',
      ),
    ).toMatchObject({ state: 'good', ready: 3, total: 3, draining: 0 });
  });

  it('may be outside of the cluster', () => {
    const slice = endpointSlice({ outside: 'ready' });
    const [{ targetRef: _, conditions: __, ...address }] = slice.endpoints;
    const { selector: ___, ...spec } = service().spec ?? {};
    expect(
      hopOf(
        {
          pods: [],
          services: [{ ...service(), spec }],
          ingresses: [ingress()],
          endpointslices: [{ ...slice, endpoints: [address] }],
        },
        'service',
      ),
    ).toMatchObject({ state: 'good', ready: 1, total: 1 });
  });

  it('are missing where there is no slice, and no pod is ready for them', () => {
    expect(hopOf({ endpointslices: [] }, 'service')).toMatchObject({
      state: 'bad',
      ready: 0,
      total: 3,
    });
  });

  it('are what the pods say where slices cannot be read', () => {
    expect(hopOf({}, 'service')).toMatchObject({
      state: 'good',
      ready: 3,
      total: 3,
    });
  });
});

describe('a way through a Gateway', () => {
  const whole = {
    httproutes: [httpRoute()],
    gateways: [gateway()],
    endpointslices: [
      endpointSlice({ one: 'ready', two: 'ready', three: 'ready' }),
    ],
  };

  it('leads from the host name to the pods', () => {
    expect(pathsOf(whole)).toEqual([
      {
        id: 'orders/orders/edge/shared/https/orders',
        hops: [
          {
            kind: 'host',
            state: 'unknown',
            hosts: ['orders.example.com'],
            tls: true,
          },
          {
            kind: 'load-balancer',
            state: 'good',
            address:
              'k8s-edge-shared-2b1f6c-1834567890.eu-west-1.elb.amazonaws.com',
          },
          {
            kind: 'gateway',
            state: 'good',
            name: 'shared',
            namespace: 'edge',
            missing: false,
            className: 'aws-alb',
          },
          {
            kind: 'route',
            state: 'good',
            name: 'orders',
            rules: ['/ → orders:80'],
          },
          expect.objectContaining({ kind: 'service', ready: 3, total: 3 }),
          expect.objectContaining({ kind: 'pods', ready: 3 }),
        ],
      },
    ]);
  });

  it('takes the host name of the listener where the route has none', () => {
    expect(
      hopOf({ ...whole, httproutes: [httpRoute({ hostnames: [] })] }, 'host'),
    ).toMatchObject({ hosts: ['*.example.com'] });
  });

  it('tells how much of the requests each Service gets', () => {
    const backends = [
      { name: 'orders', port: 80, weight: 9 },
      { name: 'orders-next', port: 80, weight: 1 },
    ];
    const paths = pathsOf({
      ...whole,
      httproutes: [httpRoute({ backends })],
      services: [service(), service('orders-next')],
    });
    expect(
      paths.map(({ hops }) => hops.find(({ kind }) => kind === 'route')),
    ).toMatchObject([
      { rules: ['/ → orders:80 (90 %)'] },
      { rules: ['/ → orders-next:80 (10 %)'] },
    ]);
  });

  it.each([
    [
      'good',
      'internal',
      gateway({ address: 'internal-k8s-edge.elb.amazonaws.com' }),
    ],
    ['waiting', undefined, gateway({})],
    [
      'bad',
      undefined,
      gateway({
        conditions: {
          Programmed: {
            status: 'False',
            reason: 'Invalid',
            message: 'no certificate found for host: orders.example.com',
          },
        },
      }),
    ],
  ])('has a load balancer that is %s', (state, scheme, made) => {
    const kinds = { ...whole, gateways: [made] };
    expect(hopOf(kinds, 'load-balancer')).toMatchObject({
      state,
      ...(scheme && { scheme }),
    });
    expect(hopOf(kinds, 'gateway')).toMatchObject({ state, missing: false });
  });

  it('says what the Gateway objects to', () => {
    const refused = (type: string, reason: string) =>
      hopOf(
        {
          ...whole,
          httproutes: [
            httpRoute({
              conditions: {
                [type]: { status: 'False', reason, message: 'why' },
              },
            }),
          ],
        },
        'route',
      );
    expect(refused('Accepted', 'NotAllowedByListeners')).toMatchObject({
      state: 'bad',
      objection: 'not-accepted',
      reason: 'NotAllowedByListeners',
      message: 'why',
    });
    expect(refused('ResolvedRefs', 'RefNotPermitted')).toMatchObject({
      state: 'bad',
      objection: 'unresolved',
      reason: 'RefNotPermitted',
    });
  });

  it('tells a Gateway that is not there from one that nobody may read', () => {
    const { gateways: _, ...unread } = whole;
    expect(hopOf({ ...whole, gateways: [] }, 'gateway')).toEqual({
      kind: 'gateway',
      state: 'bad',
      name: 'shared',
      namespace: 'edge',
      missing: true,
    });
    expect(hopOf(unread, 'gateway')).toMatchObject({
      state: 'unknown',
      missing: false,
    });
    expect(hopOf(unread, 'load-balancer')).toBeUndefined();
  });

  it('ends at the route where it leads to no Service of the service', () => {
    const elsewhere = httpRoute();
    elsewhere.spec.rules[0].backendRefs = [
      Object.assign({ name: 'api', port: 80 }, { namespace: 'other' }),
    ];
    const paths = pathsOf({ ...whole, httproutes: [elsewhere] });
    expect(paths[0].hops.map(({ kind }) => kind)).toEqual([
      'host',
      'load-balancer',
      'gateway',
      'route',
    ]);
    // The Service is there all the same.
    expect(paths).toHaveLength(2);
  });
});
