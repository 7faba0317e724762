import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { isReady, typed } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const run = (options = {}) => {
  cluster.create(deployment(options));
  cluster.passUntil(() => cluster.pods().filter(isReady).length === 1);
};
const where = () => ({
  namespace,
  name: cluster.pods()[0].metadata.name,
});
const read = (options = {}) =>
  cluster.controllers.logs.read(where(), 'app', options);
const parse = (lines: string[]) =>
  lines.map((text): { level: number; msg: string; time: number } =>
    JSON.parse(text),
  );
const requests = (lines: string[]) =>
  parse(lines).filter(({ msg }) => msg === 'request completed');

it('begins with the start, and has requests while there is load', () => {
  run();
  cluster.controllers.setLoad(namespace, 'orders', 50);
  cluster.pass(20);
  const lines = parse(read());
  expect(lines.slice(0, 2)).toMatchObject([
    { level: 30, msg: 'starting', hostname: where().name },
    { level: 30, msg: 'server listening', port: 8080 },
  ]);
  expect(requests(read()).length).toBeGreaterThanOrEqual(9);
  expect(lines.map(({ time }) => time)).toEqual(
    lines.map(({ time }) => time).sort((a, b) => a - b),
  );
  cluster.controllers.setLoad(namespace, 'orders', 0);
  cluster.pass(5);
  const before = requests(read()).length;
  cluster.pass(120);
  // What was written stays as it was.
  expect(requests(read())).toHaveLength(before);
});

it('says the same when it is read again, and less when less is asked for', () => {
  run();
  cluster.controllers.setLoad(namespace, 'orders', 50);
  cluster.pass(60);
  const all = read();
  expect(read()).toEqual(all);
  expect(read({ tailLines: 3 })).toEqual(all.slice(-3));
  expect(read({ tailLines: 0 })).toEqual([]);
  expect(read({ sinceSeconds: 10 }).length).toBeLessThan(7);
  expect(read({ tailLines: 1, timestamps: true })[0]).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z \{"level":30/,
  );
});

it('is followed with the lines that are read later', () => {
  run();
  cluster.controllers.setLoad(namespace, 'orders', 50);
  const before = read();
  const lines: string[] = [];
  const stop = cluster.controllers.logs.follow(where(), 'app', line =>
    lines.push(line),
  );
  cluster.pass(20);
  stop();
  const told = lines.length;
  expect(told).toBeGreaterThan(7);
  expect(read().slice(before.length, before.length + told)).toEqual(lines);
  cluster.pass(20);
  expect(lines).toHaveLength(told);
});

it('keeps the last words of a container that crashed', () => {
  cluster.create(
    deployment({
      annotations: { 'sandbox.slipway/behaviour': 'crash-loop' },
    }),
  );
  cluster.passUntil(
    () =>
      cluster.pods()[0].status?.containerStatuses?.[0].restartCount === 1 &&
      cluster.pods()[0].status?.containerStatuses?.[0].state.running !==
        undefined,
  );
  expect(parse(read({ previous: true })).at(-1)).toMatchObject({
    level: 60,
    msg: 'Error: DATABASE_URL is not set',
  });
  expect(parse(read()).at(-1)?.msg).not.toContain('DATABASE_URL');
  cluster.passUntil(
    () =>
      cluster.pods()[0].status?.containerStatuses?.[0].state.waiting !==
      undefined,
  );
  // While it waits, the last that ran is read.
  expect(parse(read()).at(-1)?.msg).toContain('DATABASE_URL');
});

it('has nothing to say of a container that never ran', () => {
  cluster.create(
    deployment({ container: { image: 'registry/orders:missing' } }),
  );
  cluster.pass(60);
  expect(read()).toEqual([]);
  expect(
    cluster.controllers.logs.read({ namespace, name: 'none' }, 'app', {}),
  ).toEqual([]);
  expect(cluster.store.list(typed.pods, { namespace })).toHaveLength(1);
});
