import type {
  MetricAttributes,
  MetricsService,
  MetricsServiceObservableResult,
} from '@backstage/backend-plugin-api/alpha';
import type { ClusterWatch, WatchCounts, WatchStatus } from './types';

/** Those of which somebody reports already. */
const reported = new WeakSet<ClusterWatch>();

const counters: [keyof WatchCounts, string, string][] = [
  ['events', '{event}', 'Changes that clusters told of'],
  ['lists', '{list}', 'Lists of everything; in quiet times there are none'],
  [
    'resyncs',
    '{resync}',
    'Watches that could not go on from where they were, and listed again',
  ],
  ['failures', '{failure}', 'Tries to list or watch that failed'],
];

/**
 * Reports the watch of this process through Backstage's metrics service.
 * However many plugins share the watch, the first one that reports it does.
 *
 * - `eks.watch.watches`: list-and-watches, by cluster and state
 * - `eks.watch.objects`: objects in memory, by cluster and kind
 * - `eks.watch.views`: views that are open, by cluster
 * - `eks.watch.age`: seconds since the oldest of what is kept of a cluster was
 *   last known to be true; 0 while all is live, none before the first answer
 * - `eks.watch.events`, `.lists`, `.resyncs`, `.failures`: since the start
 *
 * @public
 */
export function reportWatch(
  watch: ClusterWatch,
  metrics: MetricsService,
): void {
  if (reported.has(watch)) {
    return;
  }
  reported.add(watch);

  const gauge = (
    name: string,
    unit: string,
    description: string,
    observe: (result: MetricsServiceObservableResult) => void,
  ) =>
    metrics
      .createObservableGauge(`eks.watch.${name}`, { unit, description })
      .addCallback(observe);

  gauge('watches', '{watch}', 'List-and-watches', result =>
    sum(
      watch.status(),
      ({ cluster, connection: { state } }) => ({ cluster, state }),
      () => 1,
      result,
    ),
  );
  gauge('objects', '{object}', 'Objects in memory', result =>
    sum(
      watch.status(),
      ({ cluster, kind: { group, plural } }) => ({
        cluster,
        kind: group ? `${plural}.${group}` : plural,
      }),
      ({ objects }) => objects,
      result,
    ),
  );
  gauge('views', '{view}', 'Views that are open', result =>
    sum(
      watch.status(),
      ({ cluster }) => ({ cluster }),
      ({ views }) => views,
      result,
    ),
  );
  gauge(
    'age',
    's',
    'Time since the oldest of what is kept was last known to be true',
    result => {
      for (const [cluster, age] of agesOf(watch.status())) {
        result.observe(age, { cluster });
      }
    },
  );
  for (const [name, unit, description] of counters) {
    metrics
      .createObservableCounter(`eks.watch.${name}`, { unit, description })
      .addCallback(result => result.observe(watch.counts()[name]));
  }
}

/** Observes one figure for each combination of attributes. */
function sum(
  statuses: WatchStatus[],
  attributesOf: (status: WatchStatus) => MetricAttributes,
  valueOf: (status: WatchStatus) => number,
  result: MetricsServiceObservableResult,
) {
  const sums = new Map<
    string,
    { attributes: MetricAttributes; value: number }
  >();
  for (const status of statuses) {
    const attributes = attributesOf(status);
    const key = JSON.stringify(attributes);
    const value = (sums.get(key)?.value ?? 0) + valueOf(status);
    sums.set(key, { attributes, value });
  }
  for (const { attributes, value } of sums.values()) {
    result.observe(value, attributes);
  }
}

/** Seconds, by cluster; none for one that never answered. */
function agesOf(statuses: WatchStatus[]): Map<string, number> {
  const ages = new Map<string, number>();
  for (const { cluster, connection } of statuses) {
    if (connection.asOf) {
      const age = Math.max(
        0,
        (Date.now() - Date.parse(connection.asOf)) / 1000,
      );
      ages.set(cluster, Math.max(ages.get(cluster) ?? 0, age));
    }
  }
  return ages;
}
