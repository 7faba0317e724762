import { createDeferred } from '@backstage/types';
import {
  DefaultClusterWatch,
  defaultWatchSettings,
  type WatchView,
} from '@slipway/backstage-plugin-eks-node';
import { heldMemory } from '../heldMemory';
// eslint-disable-next-line @backstage/no-relative-monorepo-imports -- what the product keeps of a pod is its own affair, and just what is to be measured
import { partOfPod } from '../../../../../plugins/eks-backend/src/runtime/view/partOfPod';
import { type ClusterProcess, startClusterProcess } from './clusterProcess';

const PODS = { group: '', version: 'v1', plural: 'pods' };

/** Views that are open at once, each of another service. */
export const VIEWS = 50;

/** Figures of one number of pods. */
export interface WatchRun {
  pods: number;
  /** Milliseconds until the first view had everything. */
  first: number;
  /** Milliseconds of CPU that took, whatever else the machine does. */
  cpu: number;
  /** Megabytes for 1,000 pods. */
  memory: number;
  /** The same while they are shown: with what is looked at of each of them. */
  shown: number;
  /** Milliseconds of one view's reading all that matches, of 50 services. */
  read: number;
  /** Milliseconds from a change in the cluster to the view that shows it. */
  change: { p50: number; p95: number };
  /** Requests in all, and after the first view had everything. */
  requests: { all: number; later: number };
}

const silent = () => {};
const logger = {
  error: silent,
  warn: silent,
  info: silent,
  debug: silent,
  child: () => logger,
};

const quantile = (sorted: number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

/** Changes pods one after the other, and waits for each to be seen. */
async function measureChanges(
  cluster: ClusterProcess,
  watch: DefaultClusterWatch,
  changes: number,
): Promise<number[]> {
  const times: number[] = [];
  let seen = createDeferred();
  const look = (view: WatchView) => {
    const [{ objects }] = view.read();
    const at = Math.max(
      ...objects.map(({ metadata }) => Number(metadata?.annotations?.at ?? 0)),
    );
    times.push(Date.now() - at);
    seen.resolve();
  };
  // Everybody looks at another service; the one at the changed is measured.
  const views = Array.from({ length: VIEWS }, (_, index) => {
    const view: WatchView = watch.open(
      [{ cluster: 'bench', kind: PODS, labelSelector: `app=service-${index}` }],
      () => look(view),
    );
    return view;
  });
  for (let change = 0; change < changes; change += 1) {
    seen = createDeferred();
    cluster.change(change % VIEWS);
    await seen;
  }
  views.forEach(view => view.close());
  return times.sort((a, b) => a - b);
}

/** Watches a cluster of so many pods, and so many changes of them. */
export async function measure(
  pods: number,
  changes: number,
): Promise<WatchRun> {
  const cluster = await startClusterProcess(pods);
  const watch = new DefaultClusterWatch({
    settings: { ...defaultWatchSettings, maximumObjects: pods },
    logger,
  });
  try {
    await cluster.connect();
    watch.addSource({
      clusters: async () => [
        { name: 'bench', title: 'bench', connect: () => cluster.connect() },
      ],
    });
    const before = await heldMemory();
    const started = performance.now();
    const cpuBefore = process.cpuUsage();
    const view = watch.open([{ cluster: 'bench', kind: PODS }]);
    await view.ready();
    const first = performance.now() - started;
    const { user, system } = process.cpuUsage(cpuBefore);
    if (watch.status()[0].objects !== pods) {
      throw new Error(`not all of ${pods} pods are there`);
    }
    const held = (await heldMemory()) - before;
    const all = cluster.requests;

    const looking = watch.open([
      { cluster: 'bench', kind: PODS, part: partOfPod },
    ]);
    looking.read();
    const shown = (await heldMemory()) - before;
    looking.close();

    const one = watch.open([
      { cluster: 'bench', kind: PODS, labelSelector: 'app=service-1' },
    ]);
    const readFrom = performance.now();
    one.read();
    const read = performance.now() - readFrom;
    one.close();

    const times = await measureChanges(cluster, watch, changes);
    view.close();
    return {
      pods,
      first,
      cpu: (user + system) / 1_000,
      memory: held / 1e6 / (pods / 1_000),
      shown: shown / 1e6 / (pods / 1_000),
      read,
      change: { p50: quantile(times, 0.5), p95: quantile(times, 0.95) },
      requests: { all: cluster.requests, later: cluster.requests - all },
    };
  } finally {
    watch.stop();
    await cluster.stop();
  }
}
