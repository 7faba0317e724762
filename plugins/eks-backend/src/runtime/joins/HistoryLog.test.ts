import {
  toRuntime,
  type Runtime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  clusterObjects,
  NEW_RELEASE,
  OLD_RELEASE,
  orders,
  pod,
  PROD_EU,
  refusing,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { HistoryLog } from './HistoryLog';

const START = Date.parse('2026-11-23T14:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000);

function state(
  pods: ReturnType<typeof pod>[],
  options: { unreadable?: boolean } = {},
): Runtime {
  const answer = {
    items: [
      options.unreadable
        ? refusing(PROD_EU, { errorType: 'FETCH_ERROR', message: 'down' })
        : clusterObjects(PROD_EU, { pods, usage: { cpu: 0.25, memory: 1 } }),
    ],
  };
  return toRuntime({
    entity: orders,
    answer: JSON.parse(JSON.stringify(answer)),
    knownClusters: [],
  });
}

const historyAfter = (log: HistoryLog, runtime: Runtime, now: Date) =>
  log.add(runtime, now).clusters[0].history;

const old = (name: string) =>
  pod(name, { release: OLD_RELEASE, createdAt: at(-86_400) });
const fresh = (name: string, seconds: number) =>
  pod(name, { release: NEW_RELEASE, createdAt: at(seconds) });

describe('the last hour', () => {
  it('has a point twice a minute, and when a number changes', () => {
    const log = new HistoryLog();
    for (let second = 0; second <= 60; second += 5) {
      log.add(state([old('a')]), at(second));
    }
    const history = historyAfter(log, state([old('a'), old('b')]), at(62));
    expect(history?.points.map(({ at: time, ready }) => [time, ready])).toEqual(
      [
        [at(0).toISOString(), 1],
        [at(30).toISOString(), 1],
        [at(60).toISOString(), 1],
        [at(62).toISOString(), 2],
      ],
    );
    expect(history?.points[0].cpu).toBeGreaterThan(0);
  });

  it('forgets what is older', () => {
    const log = new HistoryLog();
    log.add(state([old('a')]), at(0));
    const history = historyAfter(log, state([old('a')]), at(3_700));
    expect(history?.points.map(point => point.at)).toEqual([
      at(3_700).toISOString(),
    ]);
  });

  it('stays small however much happens', () => {
    const log = new HistoryLog();
    let history = historyAfter(log, state([]), at(0));
    for (let second = 1; second < 1_500; second += 1) {
      history = historyAfter(
        log,
        state(second % 2 ? [old('a')] : []),
        at(second),
      );
    }
    expect(history?.points.length).toBeLessThanOrEqual(360);
    expect(history?.points[0].at).toBe(at(0).toISOString());
  });

  it('marks a version that is new, and one that comes back', () => {
    const log = new HistoryLog();
    log.add(state([old('a')]), at(0));
    log.add(state([old('a'), fresh('b', 10)]), at(11));
    log.add(state([fresh('b', 10), fresh('c', 20)]), at(21));
    const back = pod('d', { release: OLD_RELEASE, createdAt: at(300) });
    const history = historyAfter(log, state([fresh('c', 20), back]), at(301));
    expect(history?.rollouts).toEqual([
      { at: at(10).toISOString(), version: NEW_RELEASE.version },
      { at: at(300).toISOString(), version: OLD_RELEASE.version },
    ]);
  });

  it('says nothing about a time in which the cluster could not be read', () => {
    const log = new HistoryLog();
    log.add(state([old('a')]), at(0));
    const history = historyAfter(log, state([], { unreadable: true }), at(60));
    expect(history?.points).toHaveLength(1);
  });

  it('notes a version once, though its pods are out of sight for a moment', () => {
    const log = new HistoryLog();
    log.add(state([fresh('a', -5)]), at(0));
    log.add(state([]), at(10));
    const history = historyAfter(log, state([fresh('a', -5)]), at(20));
    expect(history?.rollouts).toHaveLength(1);
  });
});
