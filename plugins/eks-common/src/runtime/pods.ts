import { parseQuantity } from '../quantity';
import {
  keyOf,
  listOf,
  numberOf,
  objectsOf,
  textOf,
  timeOf,
  type KubernetesPod,
  type KubernetesPodMetrics,
} from './kubernetes';
import { releaseOf } from './release';
import type { Pod, PodState, Termination, Usage } from './types';

type ContainerStatus = NonNullable<
  NonNullable<KubernetesPod['status']>['containerStatuses']
>[number];

const FARGATE_LABEL = 'eks.amazonaws.com/fargate-profile';

const IMAGE_ERRORS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'ErrImageNeverPull',
  'InvalidImageName',
]);
const CONFIG_ERRORS = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PostStartHookError',
]);
const FAILING: ReadonlySet<PodState> = new Set<PodState>([
  'crash-loop',
  'image-error',
  'config-error',
]);

/** Whether a pod cannot do its work until somebody changes something. */
export const isFailing = (pod: Pod) => FAILING.has(pod.state);

const OVER: ReadonlySet<PodState> = new Set<PodState>([
  'draining',
  'completed',
  'failed',
]);

/** Whether a pod is, or is going to be, there to do its work. */
export const isLive = (pod: Pod) => !OVER.has(pod.state);

/** A pod twice: as the cluster has it, and as it is shown. */
export interface ShownPod {
  object: KubernetesPod;
  pod: Pod;
}

/** Pods as they are shown, those that need a look first. */
export function toPods(options: {
  cluster: string;
  pods: KubernetesPod[];
  metrics: KubernetesPodMetrics[];
  ownerOf: (pod: KubernetesPod) => Pod['owner'];
}): ShownPod[] {
  const metrics = new Map(
    options.metrics.map(entry => [keyOf(entry.pod ?? {}), entry]),
  );
  return objectsOf(options.pods)
    .map(object => ({
      object,
      pod: toPod({
        object,
        cluster: options.cluster,
        owner: options.ownerOf(object),
        metrics: metrics.get(keyOf(object)),
      }),
    }))
    .sort(
      ({ pod: one }, { pod: other }) =>
        rank(one) - rank(other) ||
        (other.createdAt ?? '').localeCompare(one.createdAt ?? '') ||
        one.name.localeCompare(other.name),
    );
}

function rank(pod: Pod): number {
  if (isFailing(pod)) {
    return 0;
  }
  return isLive(pod) ? 1 : 2;
}

/** What a pod is shown as, and what that was made of beside the pod itself. */
interface Made {
  pod: Pod;
  cluster: string;
  owner: Pod['owner'];
  metrics: KubernetesPodMetrics | undefined;
}

/**
 * By the pod as the cluster has it, which is never changed: its next version is
 * another object. A change of one pod of 5,000 leaves all others the objects
 * that they were, so that nobody makes or compares them anew.
 */
const made = new WeakMap<KubernetesPod, Made>();

function toPod(options: {
  object: KubernetesPod;
  cluster: string;
  owner: Pod['owner'];
  metrics: KubernetesPodMetrics | undefined;
}): Pod {
  const { object, cluster, owner, metrics } = options;
  const last = made.get(object);
  const known = last?.cluster === cluster ? last : undefined;
  if (
    known &&
    known.metrics === metrics &&
    known.owner?.kind === owner?.kind &&
    known.owner?.name === owner?.name
  ) {
    return known.pod;
  }
  const pod: Pod = {
    ...(known?.pod ?? ownFacts(object, cluster)),
    owner,
    cpu: usageOf('cpu', object, metrics),
    memory: usageOf('memory', object, metrics),
  };
  made.set(object, { pod, cluster, owner, metrics });
  return pod;
}

/** What the pod itself says. */
function ownFacts(pod: KubernetesPod, cluster: string): Pod {
  const { metadata, spec, status } = pod;
  const name = textOf(metadata?.name) ?? '';
  const namespace = textOf(metadata?.namespace) ?? '';
  const containers = listOf(spec?.containers);
  const statuses = listOf(status?.containerStatuses);
  const first = containers[0];
  const image = textOf(first?.image);

  return {
    id: `${cluster}/${namespace}/${name}`,
    name,
    namespace,
    cluster,
    ...stateOf(pod),
    containersReady: statuses.filter(({ ready }) => ready === true).length,
    containers: containers.length,
    restarts: statuses.reduce(
      (total, { restartCount }) => total + (numberOf(restartCount) ?? 0),
      0,
    ),
    lastTermination: lastTerminationOf(pod),
    killedAt: timeOf(metadata?.deletionTimestamp),
    runsOn: runsOn(pod),
    ...targetHealthOf(pod),
    image,
    release: releaseOf({
      labels: metadata?.labels,
      annotations: metadata?.annotations,
      image,
      imageId: textOf(
        statuses.find(({ name: container }) => container === first?.name)
          ?.imageID,
      ),
    }),
    createdAt: timeOf(metadata?.creationTimestamp),
  };
}

/** One word for where a pod is in its life, with Kubernetes' own beside it. */
function stateOf({
  metadata,
  spec,
  status,
}: KubernetesPod): Pick<Pod, 'state' | 'reason' | 'message'> {
  const phase = textOf(status?.phase);
  const own = {
    reason: textOf(status?.reason),
    message: textOf(status?.message),
  };
  if (phase === 'Succeeded') {
    return { state: 'completed', ...own };
  }
  if (phase === 'Failed') {
    return { state: 'failed', ...own };
  }
  if (metadata?.deletionTimestamp) {
    return { state: 'draining' };
  }

  const statuses = [
    ...listOf(status?.initContainerStatuses),
    ...listOf(status?.containerStatuses),
  ];
  for (const { state, lastState } of statuses) {
    const waiting = state?.waiting;
    const reason = textOf(waiting?.reason);
    const failure = reason && failureOf(reason);
    if (failure) {
      const why = textOf(waiting?.message);
      return {
        state: failure,
        reason,
        // How the last run ended says why there is no other only if there is an
        // image to run: it says nothing of one that cannot be pulled.
        message:
          failure === 'crash-loop'
            ? (textOf(lastState?.terminated?.message) ?? why)
            : why,
      };
    }
  }

  const conditions = listOf(status?.conditions);
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    return {
      state: 'pending',
      reason: textOf(scheduled.reason),
      message: textOf(scheduled.message),
    };
  }
  if (phase === 'Pending') {
    return spec?.nodeName
      ? { state: 'starting', ...own }
      : { state: 'pending' };
  }
  if (phase !== 'Running') {
    return { state: 'unknown', ...own };
  }

  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') {
    return { state: 'ready' };
  }
  // A container that has just ended will be started again: the back-off above
  // begins with its second end.
  const notStarted = statuses.some(
    ({ started, state }) => started === false || Boolean(state?.waiting),
  );
  return {
    state: notStarted ? 'starting' : 'not-ready',
    reason: textOf(ready?.reason),
    message: textOf(ready?.message),
  };
}

function failureOf(reason: string): PodState | undefined {
  if (reason === 'CrashLoopBackOff') {
    return 'crash-loop';
  }
  if (IMAGE_ERRORS.has(reason)) {
    return 'image-error';
  }
  return CONFIG_ERRORS.has(reason) ? 'config-error' : undefined;
}

/** How the container that ended last did so. */
function lastTerminationOf({ status }: KubernetesPod): Termination | undefined {
  return listOf(status?.containerStatuses)
    .map(toTermination)
    .filter(termination => termination !== undefined)
    .sort((one, other) =>
      (other.finishedAt ?? '').localeCompare(one.finishedAt ?? ''),
    )[0];
}

/** How a container ended, now or the last time. */
export function toTermination(
  status: ContainerStatus,
): Termination | undefined {
  const ended = status.state?.terminated ?? status.lastState?.terminated;
  return (
    ended && {
      container: textOf(status.name) ?? '',
      reason: textOf(ended.reason),
      exitCode: numberOf(ended.exitCode),
      message: textOf(ended.message),
      finishedAt: timeOf(ended.finishedAt),
    }
  );
}

/**
 * What a pod uses. The official plugin reports 0 for a pod that has no
 * figures; only the list of containers tells the two apart. Requests and
 * limits are added up here, because its sums are wrong for several containers.
 */
function usageOf(
  resource: 'cpu' | 'memory',
  pod: KubernetesPod,
  metrics: KubernetesPodMetrics | undefined,
): Usage | undefined {
  const measured = listOf(metrics?.containers);
  if (measured.length === 0) {
    return undefined;
  }
  const used = sum(
    measured.map(container =>
      parseQuantity(
        (resource === 'cpu' ? container.cpuUsage : container.memoryUsage)
          ?.currentUsage,
      ),
    ),
  );
  if (used === undefined) {
    return undefined;
  }
  const containers = listOf(pod.spec?.containers);
  return {
    used,
    request: sum(
      containers.map(({ resources }) =>
        parseQuantity(resources?.requests?.[resource]),
      ),
    ),
    limit: sum(
      containers.map(({ resources }) =>
        parseQuantity(resources?.limits?.[resource]),
      ),
    ),
  };
}

/** The sum, or undefined if a part of it is not known. */
function sum(amounts: (number | undefined)[]): number | undefined {
  return amounts.reduce(
    (total, amount) =>
      total === undefined || amount === undefined ? undefined : total + amount,
    0,
  );
}

/** Readiness gates of load balancers, of both their controllers. */
const TARGET_HEALTH = /^target-health\./;

/**
 * What the load balancer says of a pod that is ready but for it. Where it says
 * nothing, the gate alone is known.
 */
function targetHealthOf({ metadata, status }: KubernetesPod): {
  targetHealth?: Pod['targetHealth'];
} {
  const conditions = listOf(status?.conditions);
  const isTrue = (wanted: string) =>
    conditions.some(
      ({ type, status: holds }) => type === wanted && holds === 'True',
    );
  if (
    metadata?.deletionTimestamp ||
    !isTrue('ContainersReady') ||
    isTrue('Ready')
  ) {
    return {};
  }
  const gate = conditions.find(
    ({ type, status: holds }) =>
      TARGET_HEALTH.test(textOf(type) ?? '') && holds !== 'True',
  );
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (!gate && !/target-health\./.test(textOf(ready?.message) ?? '')) {
    return {};
  }
  const reason = textOf(gate?.reason);
  const message = textOf(gate?.message) ?? textOf(ready?.message);
  return {
    targetHealth: {
      ...(reason && { reason }),
      ...(message && { message }),
    },
  };
}

function runsOn({ metadata, spec }: KubernetesPod): Pod['runsOn'] {
  const name = textOf(spec?.nodeName);
  const profile = textOf(metadata?.labels?.[FARGATE_LABEL]);
  if (profile || name?.startsWith('fargate-')) {
    return {
      kind: 'fargate',
      name: profile ?? 'Fargate',
      ...(name && { node: name }),
    };
  }
  return name ? { kind: 'node', name } : undefined;
}
