import type { ClusterRuntime, Explanation, Pod } from '../types';
import { ageOf } from './age';
import { endProblem, imageProblem, startProblem } from './containerProblem';
import { explanation } from './explanation';
import { nodeReactionTo } from './nodeReactions';
import type { Tidings } from './told';

/** For how long a pod may be starting before that is worth a word. */
const PATIENCE_MS = 90_000;
/** For how long a container that ended is worth a word. */
const RECENT_MS = 15 * 60_000;

const MEBIBYTE = 1024 * 1024;

/** Why pods do not do their work, once for all pods of a workload. */
export function explainPods(
  cluster: ClusterRuntime,
  now: Date,
  tidings: Tidings,
): Explanation[] {
  const found = new Map<string, { pods: Pod[]; cause: Cause }>();
  for (const pod of cluster.pods) {
    const cause = causeOf(pod, { cluster, now, tidings });
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

/** What is known beside the pod. */
interface Surroundings {
  cluster: ClusterRuntime;
  now: Date;
  tidings: Tidings;
}

function causeOf(pod: Pod, around: Surroundings): Cause | undefined {
  const { now } = around;
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
      return livenessCause(pod, around) ?? endingCause(pod, 'bad');
    case 'pending':
      return pendingCause(pod, around);
    case 'not-ready':
    case 'starting':
      return ageOf(pod.createdAt, now) > PATIENCE_MS
        ? notReadyCause(pod, around)
        : undefined;
    case 'ready':
      return pod.lastTermination?.finishedAt &&
        pod.restarts > 0 &&
        ageOf(pod.lastTermination.finishedAt, now) <= RECENT_MS
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

function pendingCause(pod: Pod, around: Surroundings): Cause | undefined {
  const { reason, message, namespace, runsOn } = pod;
  const { facts } = around.cluster;
  if (runsOn?.kind === 'fargate') {
    // A profile takes it, so Fargate says itself why it does not run.
    return reason === 'Unschedulable'
      ? { code: 'fargate-refused', facts: { profile: runsOn.name } }
      : undefined;
  }
  if (reason !== 'Unschedulable') {
    return undefined;
  }
  const reaction = nodeReactionTo(pod, around.tidings, around.now);
  if (reaction) {
    return {
      ...reaction,
      facts: { ...shortagesOf(message), ...reaction.facts },
      evidence: [...reaction.evidence, message],
    };
  }
  const onlyFargate =
    facts !== undefined &&
    facts.computeKinds.length > 0 &&
    facts.computeKinds.every(kind => kind === 'fargate');
  return onlyFargate
    ? { code: 'no-fargate-profile', facts: { namespace } }
    : { code: 'unschedulable', facts: shortagesOf(message) };
}

const SET_UP_FAILURES: ReadonlySet<string | undefined> = new Set([
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedCreatePodSandBox',
  'NetworkNotReady',
]);
/** What the VPC CNI writes when the subnets have no address left. */
const NO_ADDRESS =
  /failed to assign an IP address|InsufficientFreeAddresses|InsufficientCidrBlocks/i;
const PROBES = /^(Readiness|Liveness|Startup) probe (?:failed|errored)/;

/** What was told of a pod of late, the newest first. */
const recentOf = ({ namespace, name }: Pod, { tidings, now }: Surroundings) =>
  tidings
    .about('Pod', namespace, name)
    .filter(({ lastAt }) => ageOf(lastAt, now) <= RECENT_MS);

function notReadyCause(pod: Pod, around: Surroundings): Cause {
  const { containersReady, containers, targetHealth } = pod;
  const facts = { ready: containersReady, containers };
  if (targetHealth) {
    const { reason, message } = targetHealth;
    return {
      code: 'target-unhealthy',
      // Those that begin so are not over yet.
      severity: /^Elb\.(?:Registration|Initial)/.test(reason ?? '')
        ? 'waiting'
        : 'bad',
      facts: { ...facts, reason },
      evidence: [reason, message],
    };
  }
  const events = recentOf(pod, around);
  const setUp = events.find(({ reason }) => SET_UP_FAILURES.has(reason));
  if (pod.state === 'starting' && setUp) {
    return {
      code: NO_ADDRESS.test(setUp.message ?? '')
        ? 'no-ip-address'
        : 'cannot-set-up',
      facts: { ...facts, reason: setUp.reason, node: pod.runsOn?.name },
      evidence: [setUp.message],
    };
  }
  const probe = events.find(
    ({ reason, message = '' }) =>
      reason === 'Unhealthy' && PROBES.test(message),
  );
  return probe
    ? {
        code: 'probe-failing',
        facts: { ...facts, probe: probeOf(probe.message) },
        evidence: [probe.message],
      }
    : { code: 'not-ready', facts };
}

const probeOf = (message = '') => PROBES.exec(message)?.[1].toLowerCase();

/** A container that the kubelet ends: what it wrote last says nothing of it. */
function livenessCause(pod: Pod, around: Surroundings): Cause | undefined {
  const { lastTermination, restarts } = pod;
  if (lastTermination?.reason === 'OOMKilled') {
    return undefined;
  }
  const probe = recentOf(pod, around).find(
    ({ reason, message = '' }) =>
      reason === 'Unhealthy' &&
      ['liveness', 'startup'].includes(probeOf(message) ?? ''),
  );
  return (
    probe && {
      code: 'liveness-failing',
      facts: {
        container: lastTermination?.container,
        restarts,
        exitCode: lastTermination?.exitCode,
        probe: probeOf(probe.message),
      },
      evidence: [probe.message],
    }
  );
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
