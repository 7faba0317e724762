import type { PodEvent } from '../api';
import type { Explanation, Pod } from '../types';
import { ageOf } from './age';
import type { NodeClaim, Tidings } from './told';

/** What whatever makes nodes does about a pod that finds no place. */
export type NodeReaction = Pick<Explanation, 'code' | 'severity'> & {
  facts: Record<string, string | number | undefined>;
  /** In its own words. */
  evidence: (string | undefined)[];
};

/** A machine that has started joins within this time. */
const JOIN_MS = 5 * 60_000;
/** An Auto Scaling group that can start machines has done so within this time. */
const SCALE_UP_MS = 10 * 60_000;
/** For so long a claim may be known to whoever made it alone. */
const CLAIM_MS = 30_000;

const MINUTE = 60_000;

/** What those who make nodes are called, by how they sign. */
const MAKERS: readonly [RegExp, string][] = [
  [/^karpenter/, 'Karpenter'],
  [/^eks-auto-mode/, 'EKS Auto Mode'],
  [/^cluster-autoscaler/, 'Cluster Autoscaler'],
];

/** Why no node is made, in the words of Karpenter and of Cluster Autoscaler. */
const REFUSALS: readonly [string, RegExp][] = [
  ['limits', /exceeds? limits|limits? exceeded|exceed(?:ing|s)? .*limits/i],
  ['maximum', /max node group size reached|max (?:cluster|total)/i],
  ['backoff', /in backoff after failed scale-up/i],
  ['size', /no instance type|not enough resources|wouldn't fit/i],
  ['taints', /did not tolerate|untolerated taint|had taint/i],
  ['requirements', /incompatible requirements|didn't match|not in /i],
];

/** The latest word of whatever makes nodes, about a pod that waits for one. */
export function nodeReactionTo(
  { namespace, name }: Pod,
  tidings: Tidings,
  now: Date,
): NodeReaction | undefined {
  for (const event of tidings.about('Pod', namespace, name)) {
    const reaction = reactionOf(event, tidings, now);
    if (reaction) {
      return reaction;
    }
  }
  return undefined;
}

function reactionOf(
  event: PodEvent,
  { claims }: Tidings,
  now: Date,
): NodeReaction | undefined {
  const { reason, message = '', lastAt } = event;
  switch (reason) {
    case 'Nominated': {
      const claim = /nodeclaim\/([\w.-]+)/.exec(message)?.[1];
      return claim === undefined
        ? coming(event, /node\/([\w.-]+)/.exec(message)?.[1])
        : claimed(event, claim, claims, now);
    }
    case 'TriggeredScaleUp': {
      const group = /\{?([\w./-]+) \d+->\d+ \(max: \d+\)/.exec(message)?.[1];
      const waited = ageOf(lastAt, now);
      return waited > SCALE_UP_MS
        ? notJoined(event, group, waited, [message])
        : coming(event, group);
    }
    case 'FailedScheduling':
      // The scheduler's own is what the pod says itself.
      return makerOf(event) || message.startsWith('Failed to schedule pod')
        ? refused(event)
        : undefined;
    case 'NotTriggerScaleUp':
      return refused(event);
    default:
      return undefined;
  }
}

const makerOf = ({ source = '' }: PodEvent) =>
  MAKERS.find(([signature]) => signature.test(source))?.[1];

/** A node pool's, unless it says who it is. */
const factsOf = (event: PodEvent) => ({ by: makerOf(event) ?? 'Karpenter' });

const coming = (event: PodEvent, node: string | undefined): NodeReaction => ({
  code: 'node-coming',
  severity: 'waiting',
  facts: { ...factsOf(event), node },
  evidence: [event.message],
});

const notJoined = (
  event: PodEvent,
  node: string | undefined,
  waited: number,
  evidence: (string | undefined)[],
): NodeReaction => ({
  code: 'node-not-joined',
  severity: 'bad',
  facts: {
    ...factsOf(event),
    node,
    minutes: Math.floor(waited / MINUTE),
  },
  evidence,
});

function refused(event: PodEvent): NodeReaction {
  const { message = '' } = event;
  return {
    code: 'no-node-will-come',
    severity: 'bad',
    facts: {
      ...factsOf(event),
      because:
        REFUSALS.find(([, words]) => words.test(message))?.[0] ?? 'other',
      pool: /nodepool:? \(?(?:NodePool=)?"?([\w.-]+)"?/i.exec(message)?.[1],
    },
    evidence: [message],
  };
}

/** How far a node is that Karpenter makes. */
function claimed(
  event: PodEvent,
  node: string,
  claims: ReadonlyMap<string, NodeClaim> | undefined,
  now: Date,
): NodeReaction {
  const claim = claims?.get(node);
  if (claims && !claim && ageOf(event.lastAt, now) > CLAIM_MS) {
    // One that cannot be started is taken away, and another is tried.
    return {
      code: 'node-launch-failed',
      severity: 'bad',
      facts: { ...factsOf(event), node },
      evidence: [event.message],
    };
  }
  const { launched, registered } = claim ?? {};
  if (launched && !launched.holds && isFailure(launched.reason)) {
    return {
      code: 'node-launch-failed',
      severity: 'bad',
      facts: { ...factsOf(event), node, reason: launched.reason },
      evidence: [launched.message ?? launched.reason],
    };
  }
  const started = launched?.holds ? ageOf(launched.since, now) : 0;
  if (started > JOIN_MS && !registered?.holds) {
    return notJoined(event, node, started, [
      registered?.message ?? registered?.reason,
    ]);
  }
  return coming(event, node);
}

/** What has only not happened yet is no failure. */
const isFailure = (reason: string | undefined) =>
  reason !== undefined &&
  /fail|error|insufficient|notready|unauthorized|exceeded/i.test(reason);
