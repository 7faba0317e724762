import type { ClusterRuntime, Explanation, Pod } from '../types';
import { endProblem, imageProblem, startProblem } from './containerProblem';
import { explanation } from './explanation';

/** For how long a pod may be starting before that is worth a word. */
const PATIENCE_MS = 90_000;
/** For how long a container that ended is worth a word. */
const RECENT_MS = 15 * 60_000;

const MEBIBYTE = 1024 * 1024;

/** Why pods do not do their work, once for all pods of a workload. */
export function explainPods(cluster: ClusterRuntime, now: Date): Explanation[] {
  const found = new Map<string, { pods: Pod[]; cause: Cause }>();
  for (const pod of cluster.pods) {
    const cause = causeOf(pod, cluster, now);
    if (cause) {
      const { kind, name } = subjectOf(pod);
      const key = `${cause.code}/${kind}/${pod.namespace}/${name}`;
      const group = found.get(key);
      if (group) {
        group.pods.push(pod);
      } else {
        found.set(key, { pods: [pod], cause });
      }
    }
  }
  return [...found.values()].map(({ pods: [first, ...others], cause }) =>
    explanation({
      code: cause.code,
      severity: cause.severity ?? 'bad',
      subject: { ...subjectOf(first), namespace: first.namespace },
      facts: {
        pod: first.name,
        pods: others.length + 1,
        ...cause.facts,
      },
      evidence: cause.evidence ?? [first.reason, first.message],
    }),
  );
}

type Cause = Pick<Explanation, 'code'> & {
  severity?: Explanation['severity'];
  facts?: Record<string, string | number | undefined>;
  evidence?: (string | undefined)[];
};

/** What made a pod: it is what somebody changes, and not the pod. */
function subjectOf({ owner, name }: Pod): { kind: string; name: string } {
  return owner ?? { kind: 'Pod', name };
}

function causeOf(
  pod: Pod,
  cluster: ClusterRuntime,
  now: Date,
): Cause | undefined {
  switch (pod.state) {
    case 'image-error':
      return {
        code: imageProblem(pod.message),
        facts: { image: pod.image },
      };
    case 'config-error':
      return {
        code: startProblem(pod.message) ?? 'config-error',
        facts: { image: pod.image },
      };
    case 'crash-loop':
      return endingCause(pod, 'bad');
    case 'pending':
      return pendingCause(pod, cluster);
    case 'not-ready':
    case 'starting':
      return isOlder(pod.createdAt, now, PATIENCE_MS)
        ? {
            code: 'not-ready',
            facts: { ready: pod.containersReady, containers: pod.containers },
          }
        : undefined;
    case 'ready':
      return pod.lastTermination?.finishedAt &&
        pod.restarts > 0 &&
        !isOlder(pod.lastTermination.finishedAt, now, RECENT_MS)
        ? endingCause(pod, 'info')
        : undefined;
    default:
      return undefined;
  }
}

function endingCause(pod: Pod, severity: 'bad' | 'info'): Cause {
  const { lastTermination: ended, restarts, memory } = pod;
  const isMemory = ended?.reason === 'OOMKilled';
  const endedCode = isMemory
    ? 'out-of-memory'
    : (endProblem(ended ?? {}) ?? 'crash-loop');
  return {
    code: severity === 'info' && !isMemory ? 'restarted' : endedCode,
    severity,
    facts: {
      container: ended?.container,
      restarts,
      reason: ended?.reason,
      exitCode: ended?.exitCode,
      image: pod.image,
      ...(isMemory &&
        memory?.limit && { limitMiB: Math.round(memory.limit / MEBIBYTE) }),
    },
    evidence: [ended?.message, pod.message],
  };
}

function pendingCause(
  { reason, message, namespace }: Pod,
  { facts }: ClusterRuntime,
): Cause | undefined {
  if (reason !== 'Unschedulable') {
    return undefined;
  }
  const onlyFargate =
    facts !== undefined &&
    facts.computeKinds.length > 0 &&
    facts.computeKinds.every(kind => kind === 'fargate');
  return onlyFargate
    ? { code: 'no-fargate-profile', facts: { namespace } }
    : { code: 'unschedulable', facts: shortagesOf(message) };
}

/** What keeps pods off nodes beside too little room, in the scheduler's words. */
const OBSTACLES: readonly [string, RegExp][] = [
  ['taints', /untolerated taint|had taint/],
  [
    'affinity',
    /node affinity\/selector|anti-affinity rules|pod affinity rules/,
  ],
  ['spread', /topology spread constraints/],
  ['volume', /volume node affinity conflict|unbound immediate Persistent/],
  ['ports', /free ports/],
];

/**
 * What the scheduler says there is too little of, and what else keeps pods off
 * nodes: its sentence counts nodes for each reason.
 */
function shortagesOf(message = ''): Cause['facts'] {
  const shortages = [
    ...[...message.matchAll(/Insufficient ([\w/-]+(?:\.[\w/-]+)*)/g)].map(
      ([, what]) => what,
    ),
    ...(message.includes('Too many pods') ? ['pods'] : []),
  ];
  const obstacles = OBSTACLES.flatMap(([name, words]) =>
    words.test(message) ? [name] : [],
  );
  return {
    lacks: [...new Set(shortages)].join(', ') || undefined,
    obstacles: obstacles.join(', ') || undefined,
  };
}

function isOlder(
  time: string | undefined,
  now: Date,
  milliseconds: number,
): boolean {
  return time !== undefined && now.getTime() - Date.parse(time) > milliseconds;
}
