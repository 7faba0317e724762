import { isFailing, isLive } from './pods';
import { sameRelease } from './release';
import type { ClusterRuntime, Health, Pod, Release, Summary } from './types';

/** The one sentence over all clusters, as facts. */
export function summarise(clusters: ClusterRuntime[]): Summary {
  const readable = clusters.filter(({ state }) => state !== 'unreadable');
  const workloads = readable.flatMap(cluster => cluster.workloads);
  const pods = readable.flatMap(cluster => cluster.pods);
  const live = pods.filter(pod => isLive(pod) && !isJob(pod));
  const ready = live.filter(({ state }) => state === 'ready').length;
  const failing = live.filter(isFailing);
  const total = Math.max(
    live.length,
    workloads.reduce((sum, { desired }) => sum + desired, 0),
  );
  const rollingOut = workloads.some(({ rollout }) =>
    ['progressing', 'stalled', 'paused'].includes(rollout),
  );
  const stalled = workloads.some(({ rollout }) => rollout === 'stalled');

  const stage = stageOf({
    clusters,
    readable,
    deployed: workloads.length > 0 || live.length > 0,
    total,
    rollingOut,
  });
  return {
    stage,
    health: healthOf({
      stage,
      troubled: failing.length > 0 || stalled,
      complete: ready >= total,
    }),
    ready,
    total,
    failing: failing.length,
    clusters: readable
      .filter(cluster => cluster.workloads.length + cluster.pods.length > 0)
      .map(({ title }) => title),
    unreadable: clusters
      .filter(({ state }) => state === 'unreadable')
      .map(({ title }) => title),
    ...staleOf(readable),
    releases: releasesOf(live),
    trouble: failing[0] ?? live.find(pod => pod.state === 'pending'),
  };
}

/** What was true a while ago, and may not be any more. */
function staleOf(clusters: ClusterRuntime[]): Pick<Summary, 'stale'> {
  const stale = clusters.filter(
    ({ connection }) => connection?.state === 'stale',
  );
  const [asOf] = stale
    .flatMap(({ connection }) => connection?.asOf ?? [])
    .sort();
  return stale.length === 0
    ? {}
    : {
        stale: {
          clusters: stale.map(({ title }) => title),
          ...(asOf && { asOf }),
        },
      };
}

/** A job's pods come and go; they say nothing about the service. */
const isJob = ({ owner }: Pod) => owner?.kind === 'Job';

function stageOf(facts: {
  clusters: ClusterRuntime[];
  readable: ClusterRuntime[];
  deployed: boolean;
  total: number;
  rollingOut: boolean;
}): Summary['stage'] {
  if (facts.clusters.length > 0 && facts.readable.length === 0) {
    return 'unreadable';
  }
  if (!facts.deployed) {
    return 'nothing-deployed';
  }
  if (facts.total === 0) {
    return 'stopped';
  }
  return facts.rollingOut ? 'rolling-out' : 'running';
}

function healthOf(facts: {
  stage: Summary['stage'];
  troubled: boolean;
  complete: boolean;
}): Health {
  if (facts.stage !== 'rolling-out' && facts.stage !== 'running') {
    return 'unknown';
  }
  if (facts.troubled) {
    return 'degraded';
  }
  return facts.stage === 'running' && facts.complete
    ? 'healthy'
    : 'progressing';
}

/** The builds that run, the one of the youngest pod first. */
function releasesOf(pods: Pod[]): Release[] {
  const releases: Release[] = [];
  const byAge = [...pods].sort((one, other) =>
    (other.createdAt ?? '').localeCompare(one.createdAt ?? ''),
  );
  for (const { release } of byAge) {
    const known = Boolean(release.version ?? release.commit ?? release.digest);
    if (known && !releases.some(other => sameRelease(release, other))) {
      releases.push(release);
    }
  }
  return releases;
}
