import {
  crashingPod,
  NEW_RELEASE,
  orders,
  pendingPod,
  pod,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import {
  buildRuntime,
  type Connection,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { partOfPod } from './partOfPod';

const live: Connection = { state: 'live', since: '2026-11-02T09:00:00.000Z' };

const runtimeOf = (pods: object[]) =>
  buildRuntime({
    entity: orders,
    clusters: [
      {
        name: PROD_EU,
        title: 'prod-eu',
        kinds: { pods: { objects: pods, connection: live } },
      },
    ],
  });

describe('the part of a pod that is looked at', () => {
  const pods = [
    pod('orders-1', { release: NEW_RELEASE }),
    crashingPod('orders-2'),
    pendingPod('orders-3'),
  ];

  it('makes the same model as the whole pod', () => {
    const whole = runtimeOf(pods);
    expect(whole.clusters[0].pods).toHaveLength(3);
    expect(runtimeOf(pods.map(partOfPod))).toEqual(whole);
  });

  it('leaves out how the pod came to be', () => {
    const { metadata, status } = pod('orders-1', { release: NEW_RELEASE });
    const part = partOfPod(
      Object.assign(
        {},
        {
          metadata: {
            ...metadata,
            annotations: { ...metadata?.annotations, 'made.by/tool': 'x' },
          },
          spec: {
            nodeName: 'node-1',
            volumes: [{ name: 'tmp', emptyDir: {} }],
            containers: [
              {
                name: 'app',
                image: 'orders',
                env: [{ name: 'A', value: 'b' }],
              },
            ],
          },
          status: {
            ...status,
            hostIP: '10.0.0.1',
            conditions: [
              {
                type: 'Ready',
                status: 'False',
                reason: 'ContainersNotReady',
                lastTransitionTime: '2026-11-20T09:58:12Z',
              },
            ],
          },
        },
      ),
    );
    expect(part).toEqual({
      metadata: {
        name: 'orders-1',
        namespace: 'orders',
        labels: metadata?.labels,
        annotations: {
          'org.opencontainers.image.revision':
            metadata?.annotations?.['org.opencontainers.image.revision'],
        },
        creationTimestamp: metadata?.creationTimestamp,
        ownerReferences: metadata?.ownerReferences,
      },
      spec: {
        nodeName: 'node-1',
        containers: [{ name: 'app', image: 'orders' }],
      },
      status: {
        phase: 'Running',
        conditions: [
          { type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
        ],
        containerStatuses: [
          {
            name: 'orders',
            ready: true,
            started: true,
            restartCount: 0,
            imageID: status?.containerStatuses?.[0].imageID,
            state: {},
            lastState: {},
          },
        ],
      },
    });
  });

  it.each([
    {},
    { spec: null },
    { spec: { containers: ['x', null] } },
    {
      status: { conditions: 7, containerStatuses: [null, 'x'] },
    },
  ])('takes what is no pod: %j', fields => {
    const hostile = Object.assign({ kind: 'Pod' }, fields);
    expect(() => runtimeOf([partOfPod(hostile)])).not.toThrow();
  });
});
