import type {
  MetricAttributes,
  MetricsServiceObservableCallback,
} from '@backstage/backend-plugin-api/alpha';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import type { Connection } from '@slipway/backstage-plugin-eks-common/runtime';
import { reportWatch } from './reportWatch';
import type { ClusterWatch, WatchStatus } from './types';

const NOW = Date.parse('2026-11-20T10:00:00Z');

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
});
afterEach(() => {
  jest.useRealTimers();
});

const statusOf = (
  cluster: string,
  plural: string,
  group: string,
  connection: Partial<Connection>,
  objects: number,
): WatchStatus => ({
  cluster,
  kind: { group, version: 'v1', plural },
  connection: { state: 'live', since: '2026-11-20T09:00:00Z', ...connection },
  objects,
  views: 2,
});

function watchWith(statuses: WatchStatus[]): ClusterWatch {
  return {
    addSource: () => {},
    clusters: async () => [],
    open: () => {
      throw new Error('nobody opens it');
    },
    podMetrics: async () => {
      throw new Error('nobody asks it');
    },
    status: () => statuses,
    counts: () => ({ events: 7, lists: 3, resyncs: 1, failures: 2 }),
  };
}

/** A metrics service whose figures can be read. */
function readable() {
  const callbacks = new Map<string, MetricsServiceObservableCallback>();
  const create = (name: string) => ({
    addCallback: (callback: MetricsServiceObservableCallback) => {
      callbacks.set(name, callback);
    },
    removeCallback: () => {},
  });
  return {
    metrics: metricsServiceMock.mock({
      createObservableGauge: create,
      createObservableCounter: create,
    }),
    async read() {
      const figures: Record<string, [number, MetricAttributes | undefined][]> =
        {};
      for (const [name, callback] of callbacks) {
        figures[name] = [];
        await callback({
          observe: (value, attributes) => {
            figures[name].push([value, attributes]);
          },
        });
      }
      return figures;
    },
  };
}

it('tells of watches, objects, views and age by cluster', async () => {
  const { metrics, read } = readable();
  const asOf = new Date(NOW).toISOString();
  reportWatch(
    watchWith([
      statusOf('eu', 'pods', '', { asOf }, 40),
      statusOf('eu', 'deployments', 'apps', { asOf }, 4),
      statusOf(
        'us',
        'pods',
        '',
        { state: 'stale', asOf: '2026-11-20T09:59:30Z' },
        5,
      ),
      statusOf('ap', 'pods', '', { state: 'unreachable' }, 0),
    ]),
    metrics,
  );
  expect(await read()).toEqual({
    'eks.watch.watches': [
      [2, { cluster: 'eu', state: 'live' }],
      [1, { cluster: 'us', state: 'stale' }],
      [1, { cluster: 'ap', state: 'unreachable' }],
    ],
    'eks.watch.objects': [
      [40, { cluster: 'eu', kind: 'pods' }],
      [4, { cluster: 'eu', kind: 'deployments.apps' }],
      [5, { cluster: 'us', kind: 'pods' }],
      [0, { cluster: 'ap', kind: 'pods' }],
    ],
    'eks.watch.views': [
      [4, { cluster: 'eu' }],
      [2, { cluster: 'us' }],
      [2, { cluster: 'ap' }],
    ],
    'eks.watch.age': [
      [0, { cluster: 'eu' }],
      [30, { cluster: 'us' }],
    ],
    'eks.watch.events': [[7, undefined]],
    'eks.watch.lists': [[3, undefined]],
    'eks.watch.resyncs': [[1, undefined]],
    'eks.watch.failures': [[2, undefined]],
  });
});

it('is told of once, however many plugins share it', async () => {
  const watch = watchWith([statusOf('eu', 'pods', '', {}, 1)]);
  const [first, second] = [readable(), readable()];
  reportWatch(watch, first.metrics);
  reportWatch(watch, second.metrics);
  expect(Object.keys(await first.read())).toHaveLength(8);
  expect(await second.read()).toEqual({});
});
