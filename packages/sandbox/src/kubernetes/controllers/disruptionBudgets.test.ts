import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { isReady, typed, type DisruptionBudget } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const status = () =>
  cluster.store.get(typed.disruptionBudgets, namespace, 'orders')?.status;

function guard(spec: DisruptionBudget['spec']) {
  cluster.create<DisruptionBudget>({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'orders', namespace },
    spec: { selector: { matchLabels: { app: 'orders' } }, ...spec },
  });
}

it.each([
  [{ maxUnavailable: 1 }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
  [{ maxUnavailable: '30%' }, { desiredHealthy: 2, disruptionsAllowed: 2 }],
  [{ minAvailable: 4 }, { desiredHealthy: 4, disruptionsAllowed: 0 }],
  [{ minAvailable: '50%' }, { desiredHealthy: 2, disruptionsAllowed: 2 }],
])('says of %p how many of four pods may go', (spec, expected) => {
  cluster.create(deployment({ replicas: 4 }));
  guard(spec);
  cluster.passUntil(() => cluster.pods().filter(isReady).length === 4);
  cluster.pass(0.1);
  expect(status()).toMatchObject({
    observedGeneration: 1,
    expectedPods: 4,
    currentHealthy: 4,
    ...expected,
    conditions: [
      expected.disruptionsAllowed > 0
        ? {
            type: 'DisruptionAllowed',
            status: 'True',
            reason: 'SufficientPods',
          }
        : {
            type: 'DisruptionAllowed',
            status: 'False',
            reason: 'InsufficientPods',
          },
    ],
  });
});

it('lets none go while one is missing', () => {
  cluster.create(deployment({ replicas: 3 }));
  guard({ maxUnavailable: 1 });
  cluster.passUntil(() => cluster.pods().filter(isReady).length === 3);
  const [{ metadata }] = cluster.pods();
  cluster.store.remove(typed.pods, namespace, metadata.name);
  cluster.pass(0.1);
  expect(status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0 });
});

it('says that there are no pods', () => {
  guard({ maxUnavailable: 1 });
  cluster.pass(1);
  expect(status()).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 });
  expect(cluster.told('orders')).toEqual(['NoPods: No matching pods found']);
});
