import { kinds } from '../kinds';
import { MemoryStore } from '../store';
import type { KubernetesObject } from '../types';
import { EventRecorder } from './eventRecorder';
import { typed } from './objects';

const namespace = 'shop';
const pod: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'orders', namespace, uid: '1' },
};

let store: MemoryStore;
let recorder: EventRecorder;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse('2026-11-23T12:00:00Z') });
  store = new MemoryStore({ now: Date.now });
  store.create(kinds.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  recorder = new EventRecorder({ store, now: Date.now });
});
afterEach(() => {
  recorder.stop();
  jest.useRealTimers();
});

const tell = (message: string, reason = 'Started') =>
  recorder.record(pod, 'Normal', reason, message, 'kubelet');
const events = () => store.list(typed.events, { namespace });
const minutes = (count: number) => jest.advanceTimersByTime(count * 60_000);

it('counts what is told again', () => {
  tell('a');
  minutes(1);
  tell('a');
  tell('b');
  const [first, second] = events();
  expect(first).toMatchObject({
    metadata: { name: expect.stringMatching(/^orders\.[0-9a-f]{16}$/) },
    message: 'a',
    count: 2,
    firstTimestamp: '2026-11-23T12:00:00Z',
    lastTimestamp: '2026-11-23T12:01:00Z',
    involvedObject: { kind: 'Pod', name: 'orders', namespace, uid: '1' },
  });
  expect(second).toMatchObject({ message: 'b', count: 1 });
});

it('forgets after an hour, unless it was told again', () => {
  tell('a');
  tell('b');
  minutes(50);
  tell('a');
  minutes(12);
  expect(events().map(({ message }) => message)).toEqual(['a']);
  minutes(60);
  expect(events()).toEqual([]);
});

it('keeps no more than so many, the newest', () => {
  for (let i = 0; i < 2_100; i++) {
    tell(`message ${i}`);
  }
  expect(events()).toHaveLength(2_000);
  expect(events().map(({ message }) => message)).toContain('message 2099');
  expect(events().map(({ message }) => message)).not.toContain('message 99');
});

it('goes on with the events of before a restart', () => {
  tell('a');
  recorder.stop();
  recorder = new EventRecorder({ store, now: Date.now });
  tell('a');
  expect(events()).toMatchObject([{ count: 2 }]);
  minutes(62);
  expect(events()).toEqual([]);
});

it('tells nothing in a namespace that is going or gone', () => {
  store.remove(kinds.namespaces, undefined, namespace);
  tell('a');
  store.remove(kinds.namespaces, undefined, namespace, {
    gracePeriodSeconds: 0,
  });
  tell('b');
  expect(events()).toEqual([]);
});
