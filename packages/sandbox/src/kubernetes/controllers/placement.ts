import type {
  Node,
  NodeSelectorTerm,
  Pod,
  PodSpec,
  Taint,
  Toleration,
} from './objects';
import { isFinished, sum } from './objects';
import { parseQuantity } from './quantity';

/** What pods of a node, or one pod, ask for. */
export interface Requests {
  /** Cores. */
  cpu: number;
  /** Bytes. */
  memory: number;
  pods: number;
}

/** Why a node does not take a pod, in the scheduler's own words. */
export interface Problem {
  reasons: string[];
  /** Whether it would help to put other pods off. */
  preemptible: boolean;
}

/** What a pod asks for: the most that its containers need at one time. */
export function requestsOf({
  containers,
  initContainers = [],
}: PodSpec): Requests {
  const stay = initContainers.filter(
    ({ restartPolicy }) => restartPolicy === 'Always',
  );
  const pass = initContainers.filter(container => !stay.includes(container));
  const of = (name: 'cpu' | 'memory') => {
    const amounts = (list: PodSpec['containers']) =>
      list.map(({ resources }) =>
        parseQuantity(resources?.requests?.[name] ?? resources?.limits?.[name]),
      );
    return Math.max(
      sum(amounts([...containers, ...stay])),
      0,
      ...amounts(pass),
    );
  };
  return { cpu: of('cpu'), memory: of('memory'), pods: 1 };
}

export const addRequests = (a: Requests, b: Requests): Requests => ({
  cpu: a.cpu + b.cpu,
  memory: a.memory + b.memory,
  pods: a.pods + b.pods,
});

export const NOTHING: Requests = { cpu: 0, memory: 0, pods: 0 };

/** What the pods of each node ask for, by the node's name. */
export function usageByNode(pods: Pod[]): Map<string, Requests> {
  const usage = new Map<string, Requests>();
  for (const pod of pods) {
    const { nodeName } = pod.spec;
    if (nodeName && !isFinished(pod)) {
      usage.set(
        nodeName,
        addRequests(usage.get(nodeName) ?? NOTHING, requestsOf(pod.spec)),
      );
    }
  }
  return usage;
}

/** Why a node is not for a pod, whatever else runs on it. */
export function placementProblem(
  spec: PodSpec,
  node: Node,
): string | undefined {
  const tolerates = (taint: Taint) =>
    (spec.tolerations ?? []).some(toleration => matches(toleration, taint));
  if (
    node.spec.unschedulable &&
    !tolerates({
      key: 'node.kubernetes.io/unschedulable',
      effect: 'NoSchedule',
    })
  ) {
    return 'node(s) were unschedulable';
  }
  const taint = (node.spec.taints ?? []).find(
    candidate =>
      candidate.effect !== 'PreferNoSchedule' && !tolerates(candidate),
  );
  if (taint) {
    return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  }
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(spec.nodeSelector ?? {}).every(
    ([key, value]) => labels[key] === value,
  );
  const required =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const wanted =
    !required ||
    required.nodeSelectorTerms.some(term => termMatches(term, node));
  return selected && wanted
    ? undefined
    : "node(s) didn't match Pod's node affinity/selector";
}

function matches(toleration: Toleration, taint: Taint): boolean {
  const { key, operator = 'Equal', value = '', effect } = toleration;
  return (
    (!effect || effect === taint.effect) &&
    (key ? key === taint.key : operator === 'Exists') &&
    (operator === 'Exists' || value === (taint.value ?? ''))
  );
}

function termMatches(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { metadata }: Node,
): boolean {
  const fields = { 'metadata.name': metadata.name };
  return (
    matchExpressions.every(requirement =>
      requirementMatches(requirement, metadata.labels ?? {}),
    ) &&
    matchFields.every(requirement => requirementMatches(requirement, fields))
  );
}

function requirementMatches(
  {
    key,
    operator,
    values = [],
  }: { key: string; operator: string; values?: string[] },
  labels: Record<string, string>,
): boolean {
  const value: string | undefined = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Why a pod does not go on a node now; undefined when it does. */
export function findProblem(
  spec: PodSpec,
  node: Node,
  used: Requests = NOTHING,
): Problem | undefined {
  const problem = placementProblem(spec, node);
  if (problem) {
    return { reasons: [problem], preemptible: false };
  }
  const wanted = requestsOf(spec);
  const { allocatable } = node.status;
  const free = (name: 'cpu' | 'memory') =>
    parseQuantity(allocatable[name]) - used[name];
  const reasons = [
    used.pods + 1 > parseQuantity(allocatable.pods) && 'Too many pods',
    wanted.cpu > free('cpu') + 1e-9 && 'Insufficient cpu',
    wanted.memory > free('memory') && 'Insufficient memory',
  ].filter(reason => reason !== false);
  return reasons.length > 0 ? { reasons, preemptible: true } : undefined;
}

/** What the scheduler says when no node takes a pod. */
export function unschedulableMessage(problems: Problem[]): string {
  if (problems.length === 0) {
    return 'no nodes available to schedule pods';
  }
  const total = problems.length;
  const filtered = histogram(problems.flatMap(({ reasons }) => reasons));
  const preemption = histogram(
    problems.map(({ preemptible }) =>
      preemptible
        ? 'No preemption victims found for incoming pod'
        : 'Preemption is not helpful for scheduling',
    ),
  );
  return `0/${total} nodes are available: ${filtered}. preemption: 0/${total} nodes are available: ${preemption}.`;
}

function histogram(reasons: string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}
