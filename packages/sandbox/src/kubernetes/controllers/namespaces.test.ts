import { kinds } from '../kinds';
import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import { findCondition, isReady, typed } from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const current = () => cluster.store.get(typed.namespaces, undefined, namespace);

it('has a service account and the cluster’s authority, always', () => {
  cluster.pass(0.1);
  const there = () => ({
    account: cluster.store.get(kinds.serviceAccounts, namespace, 'default'),
    ca: cluster.store.get(typed.configMaps, namespace, 'kube-root-ca.crt')
      ?.data,
  });
  expect(there()).toEqual({
    account: expect.anything(),
    ca: { 'ca.crt': 'the CA' },
  });
  cluster.store.remove(kinds.serviceAccounts, namespace, 'default');
  cluster.store.remove(kinds.configMaps, namespace, 'kube-root-ca.crt');
  cluster.pass(0.1);
  expect(there().account).toBeDefined();
  expect(there().ca).toBeDefined();
});

it('goes with all that is in it, when the last of it is gone', () => {
  cluster.create(
    deployment({
      replicas: 2,
      container: { lifecycle: { preStop: { sleep: { seconds: 10 } } } },
    }),
  );
  cluster.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'orders', namespace },
  });
  cluster.passUntil(() => cluster.pods().filter(isReady).length === 2);
  cluster.store.remove(kinds.namespaces, undefined, namespace);
  cluster.pass(5);
  expect(current()?.status?.phase).toBe('Terminating');
  expect(
    findCondition(current()?.status?.conditions, 'NamespaceContentRemaining'),
  ).toMatchObject({
    status: 'True',
    message: 'Some resources are remaining: pods. has 2 resource instances',
  });
  expect(cluster.store.list(kinds.deployments, { namespace })).toEqual([]);
  cluster.pass(10);
  expect(current()).toBeUndefined();
  for (const kind of Object.values(kinds)) {
    expect(cluster.store.list(kind, { namespace })).toEqual([]);
  }
  cluster.pass(600);
  expect(cluster.store.list(kinds.events, { namespace })).toEqual([]);
});
