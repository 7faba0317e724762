import type {
  ClusterRuntime,
  History,
  HistoryPoint,
  Release,
  Runtime,
} from '@slipway/backstage-plugin-eks-common/runtime';

/** How far back it goes. */
const SPAN_MS = 60 * 60_000;
/** Two points are at least this far apart, unless a number of pods changed. */
const STEP_MS = 30_000;
/** The most points of one cluster: a service that keeps changing is thinned out. */
const MAXIMUM_POINTS = 360;

/**
 * Remembers how many pods an entity had in the last hour, and when a version
 * was seen first.
 */
export class HistoryLog {
  readonly #clusters = new Map<string, History>();
  /** What ran in each cluster the last time. */
  readonly #seen = new Map<string, ReadonlySet<string>>();

  /** The same with the history of each cluster, which ends with this moment. */
  add(runtime: Runtime, now: Date): Runtime {
    return {
      ...runtime,
      clusters: runtime.clusters.map(cluster => ({
        ...cluster,
        history: this.#note(cluster, now),
      })),
    };
  }

  #note(cluster: ClusterRuntime, now: Date): History {
    const before = this.#clusters.get(cluster.name) ?? {
      points: [],
      rollouts: [],
    };
    const seen = this.#seen.get(cluster.name) ?? new Set();
    const oldest = new Date(now.getTime() - SPAN_MS).toISOString();
    const isRecent = ({ at }: { at: string }) => at >= oldest;
    const history: History = {
      points: before.points.filter(isRecent),
      rollouts: before.rollouts.filter(isRecent),
    };
    // What a cluster said that cannot be read now says nothing about now.
    if (cluster.state !== 'unreadable') {
      addPoint(history.points, pointOf(cluster, now));
      const versions = versionsOf(cluster);
      for (const [version, at] of versions) {
        // One that ran already the last time is nothing new, even if all of its
        // pods are; nor is one whose pods were out of sight for a moment.
        const noted = history.rollouts.some(
          rollout => rollout.at === at && rollout.version === version,
        );
        if (!seen.has(version) && !noted && at >= oldest) {
          history.rollouts.push({ at, version });
        }
      }
      this.#seen.set(cluster.name, new Set(versions.keys()));
    }
    history.rollouts.sort((one, other) => one.at.localeCompare(other.at));
    this.#clusters.set(cluster.name, history);
    return { points: [...history.points], rollouts: history.rollouts };
  }
}

function addPoint(points: HistoryPoint[], point: HistoryPoint): void {
  const last = points.at(-1);
  const changed = last?.ready !== point.ready || last.desired !== point.desired;
  const elapsed = last ? Date.parse(point.at) - Date.parse(last.at) : Infinity;
  if (elapsed <= 0 || (!changed && elapsed < STEP_MS)) {
    return;
  }
  points.push(point);
  if (points.length > MAXIMUM_POINTS) {
    // Every second of the older half: what is recent stays exact.
    const half = Math.floor(points.length / 2);
    const older = points.splice(0, half).filter((_, index) => index % 2 === 0);
    points.unshift(...older);
  }
}

function pointOf({ pods, workloads }: ClusterRuntime, now: Date): HistoryPoint {
  const measured = pods.flatMap(({ cpu }) => (cpu ? [cpu.used] : []));
  return {
    at: now.toISOString(),
    ready: pods.filter(({ state }) => state === 'ready').length,
    desired: workloads.reduce((sum, { desired }) => sum + desired, 0),
    ...(measured.length > 0 && {
      // Thousandths of a core: finer figures are noise.
      cpu:
        Math.round(measured.reduce((sum, used) => sum + used, 0) * 1000) / 1000,
    }),
  };
}

/** The name of what a pod runs, for a mark in a plot. */
function versionOf({ version, commit, digest }: Release): string | undefined {
  return version ?? commit?.slice(0, 7) ?? digest?.slice(0, 19);
}

/** The versions that pods run, with when the first of these pods was made. */
function versionsOf({ pods }: ClusterRuntime): Map<string, string> {
  const versions = new Map<string, string>();
  for (const { release, createdAt } of pods) {
    const version = versionOf(release);
    const known = version && versions.get(version);
    if (version && createdAt && (!known || createdAt < known)) {
      versions.set(version, createdAt);
    }
  }
  return versions;
}
