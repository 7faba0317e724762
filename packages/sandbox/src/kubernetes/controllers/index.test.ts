import type { KubernetesObject } from '../types';
import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { startControllers } from './index';
import { isReady, typed } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const ready = () => cluster.pods().filter(isReady).length;

/** Starts the controllers again on the same objects. */
function restart() {
  cluster.controllers.stop();
  const again = startControllers({
    store: cluster.store,
    cluster: {
      name: 'test',
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/test',
      region: 'eu-west-1',
      accountId: '111122223333',
      version: '1.35',
      compute: { kind: 'managed-nodes' },
    },
    now: Date.now,
    timeScale: 1,
    log(message) {
      throw new Error(message);
    },
  });
  cluster.stop = () => again.stop();
}

it('has what a cluster is seeded with running from the start', () => {
  const seed: KubernetesObject[] = [deployment({ replicas: 2 })];
  cluster = startSimulatedCluster({ seed });
  cluster.pass(0.1);
  expect(ready()).toBe(2);
  // What comes later takes its time.
  cluster.create(deployment({ name: 'later' }));
  cluster.pass(0.5);
  expect(ready()).toBe(2);
  cluster.pass(5);
  expect(ready()).toBe(3);
});

it('goes on after a restart where it was', () => {
  cluster = startSimulatedCluster();
  cluster.create(deployment({ replicas: 3 }));
  cluster.create(
    deployment({
      name: 'broken',
      annotations: { 'sandbox.slipway/behaviour': 'crash-loop' },
    }),
  );
  cluster.passUntil(() => ready() === 3);
  const nodes = cluster.store.list(typed.nodes).length;
  const [going] = cluster.pods().filter(isReady);
  cluster.store.remove(typed.pods, namespace, going.metadata.name);
  restart();
  cluster.pass(10);
  expect(ready()).toBe(3);
  expect(
    cluster.store.get(typed.pods, namespace, going.metadata.name),
  ).toBeUndefined();
  expect(cluster.store.list(typed.nodes)).toHaveLength(nodes);
  cluster.pass(60);
  const broken = cluster
    .pods()
    .find(({ metadata }) => metadata.name.startsWith('broken'));
  expect(
    broken?.status?.containerStatuses?.[0].restartCount,
  ).toBeGreaterThanOrEqual(3);
});

it('does nothing more once it is stopped', () => {
  cluster = startSimulatedCluster();
  cluster.create(deployment({ replicas: 2 }));
  cluster.pass(0.5);
  cluster.stop();
  const version = cluster.store.resourceVersion;
  cluster.pass(600);
  expect(cluster.store.resourceVersion).toBe(version);
  expect(jest.getTimerCount()).toBe(0);
});
