import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { isReady, sum, typed } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const figures = () => cluster.controllers.metrics.pods(namespace);
const cpus = () =>
  figures().flatMap(({ containers }) =>
    containers.map(({ cpuMillicores }) => cpuMillicores),
  );
const load = (utilization: number | undefined) =>
  cluster.controllers.setLoad(namespace, 'orders', utilization);
const run = (replicas: number, options = {}) => {
  cluster.create(deployment({ replicas, ...options }));
  cluster.passUntil(() => cluster.pods().filter(isReady).length === replicas);
};

it('shares one load among the pods there are', () => {
  run(2);
  load(100);
  const total = () => sum(cpus());
  // Twice 250m; a metrics server never measures quite the same.
  expect(total()).toBeGreaterThan(490);
  expect(total()).toBeLessThanOrEqual(500);
  cluster.change(typed.deployments, 'orders', ({ spec }) => {
    spec.replicas = 4;
  });
  cluster.passUntil(() => cluster.pods().filter(isReady).length === 4);
  expect(cpus()).toHaveLength(4);
  expect(total()).toBeGreaterThan(490);
  expect(total()).toBeLessThanOrEqual(500);
});

it('tells idling from a load of 0', () => {
  run(1);
  expect(cpus()[0]).toBeGreaterThan(0);
  load(0);
  expect(cpus()).toEqual([0]);
  load(undefined);
  expect(cpus()[0]).toBeGreaterThan(0);
});

it('measures the same until it measures again', () => {
  run(1);
  const first = cpus();
  expect(cpus()).toEqual(first);
  cluster.pass(15);
  expect(cpus()).not.toEqual(first);
});

it('uses no more than the limits, and a likely part of the memory', () => {
  run(1, {
    container: {
      resources: {
        requests: { cpu: '100m', memory: '256Mi' },
        limits: { cpu: '150m', memory: '256Mi' },
      },
    },
  });
  load(400);
  const [{ containers }] = figures();
  expect(containers[0].cpuMillicores).toBe(150);
  const share = containers[0].memoryBytes / (256 * 2 ** 20);
  expect(share).toBeGreaterThan(0.3);
  expect(share).toBeLessThan(0.6);
});

it('has no figures of pods that do not run', () => {
  cluster.create(
    deployment({ container: { image: 'registry/orders:missing' } }),
  );
  cluster.pass(60);
  expect(figures()).toEqual([]);
});

it('sums up what runs on a node', () => {
  run(3);
  load(100);
  for (const { spec } of cluster.pods()) {
    const node = cluster.controllers.metrics
      .nodes()
      .find(({ name }) => name === spec.nodeName);
    expect(node?.cpuMillicores).toBeGreaterThan(250);
    expect(node?.memoryBytes).toBeGreaterThan(512 * 2 ** 20);
  }
});
