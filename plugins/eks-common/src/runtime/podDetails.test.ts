import { crashingPod, pod } from '../testUtils';
import { toPodParts } from './podDetails';

describe('the parts of a pod', () => {
  it('tell of each container and how it ended before', () => {
    const { containers, conditions } = toPodParts(crashingPod('orders-1'), []);
    expect(containers).toEqual([
      expect.objectContaining({
        name: 'orders',
        kind: 'container',
        state: 'waiting',
        reason: 'CrashLoopBackOff',
        ready: false,
        lastTermination: expect.objectContaining({ exitCode: 1 }),
      }),
    ]);
    expect(conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', holds: false }),
    );
  });

  it('tell init containers, sidecars and others apart', () => {
    const one = pod('orders-1');
    const { containers } = toPodParts(
      JSON.parse(
        JSON.stringify({
          ...one,
          spec: {
            ...one.spec,
            initContainers: [
              { name: 'migrate' },
              { name: 'proxy', restartPolicy: 'Always' },
            ],
            ephemeralContainers: [{ name: 'debug' }],
          },
        }),
      ),
      [],
    );
    expect(
      containers.map(({ name, kind, state }) => [name, kind, state]),
    ).toEqual([
      ['migrate', 'init', 'unknown'],
      ['proxy', 'sidecar', 'unknown'],
      ['orders', 'container', 'running'],
      ['debug', 'ephemeral', 'unknown'],
    ]);
  });

  it('have events of both APIs, the latest first, as text', () => {
    const { events } = toPodParts(pod('orders-1'), [
      {
        metadata: { uid: 'a', creationTimestamp: '2026-11-23T14:00:00Z' },
        type: 'Warning',
        reason: 'BackOff',
        message: 'one\u001b[31m\ntwo',
        count: 7,
        firstTimestamp: '2026-11-23T13:00:00Z',
        lastTimestamp: '2026-11-23T14:00:00Z',
        source: { component: 'kubelet' },
      },
      {
        metadata: { uid: 'b' },
        type: 'Normal',
        reason: 'Scheduled',
        eventTime: '2026-11-23T14:01:00.123456Z',
        reportingComponent: 'default-scheduler',
      },
      'nonsense',
    ]);
    expect(events).toEqual([
      expect.objectContaining({
        id: 'b',
        type: 'normal',
        count: 1,
        lastAt: '2026-11-23T14:01:00.123Z',
        source: 'default-scheduler',
      }),
      {
        id: 'a',
        type: 'warning',
        reason: 'BackOff',
        message: 'one [31m two',
        count: 7,
        firstAt: '2026-11-23T13:00:00.000Z',
        lastAt: '2026-11-23T14:00:00.000Z',
        source: 'kubelet',
      },
    ]);
    expect(toPodParts(pod('orders-1'), 'nonsense').events).toEqual([]);
  });
});
