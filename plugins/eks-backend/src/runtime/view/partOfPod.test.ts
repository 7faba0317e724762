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
    const { metadata } = pods[0];
    const spec = {
      nodeName: 'node-1',
      volumes: [{ name: 'tmp', emptyDir: {} }],
      containers: [
        { name: 'app', image: 'orders', env: [{ name: 'A', value: 'b' }] },
      ],
    };
    const part = partOfPod(Object.assign({}, { metadata }, { spec }));
    expect(part).toEqual({
      metadata,
      spec: {
        nodeName: 'node-1',
        containers: [{ name: 'app', image: 'orders' }],
      },
    });
  });

  it.each([{}, { spec: null }, { spec: { containers: ['x', null] } }])(
    'takes what is no pod: %j',
    fields => {
      const hostile = Object.assign({ kind: 'Pod' }, fields);
      expect(() => runtimeOf([partOfPod(hostile)])).not.toThrow();
    },
  );
});
