import type { PodCondition, PodContainer, PodEvent } from './api';
import { isObject, toEvent } from './events';
import {
  listOf,
  numberOf,
  textOf,
  timeOf,
  type KubernetesPod,
} from './kubernetes';
import { toTermination } from './pods';

type ContainerStatus = NonNullable<
  NonNullable<KubernetesPod['status']>['containerStatuses']
>[number];

/** How many events of a pod are told. */
const MAXIMUM_EVENTS = 100;

/**
 * What is told of one pod beside the object itself.
 *
 * @public
 */
export interface PodParts {
  conditions: PodCondition[];
  containers: PodContainer[];
  /** Latest first. */
  events: PodEvent[];
}

/**
 * Takes a pod and its events apart.
 *
 * @param object - what a list of `pods` of version `v1` holds
 * @param events - items of a list of `events` of version `v1`
 * @public
 */
export function toPodParts(object: object, events: unknown): PodParts {
  // Its kind promises the shape; every field is looked at again where it is read.
  const pod = object as KubernetesPod;
  return {
    conditions: toConditions(pod),
    containers: toContainers(pod),
    events: listOf(Array.isArray(events) ? events : [])
      .flatMap(toEvent)
      .sort((one, other) =>
        (other.lastAt ?? '').localeCompare(one.lastAt ?? ''),
      )
      .slice(0, MAXIMUM_EVENTS),
  };
}

function toConditions({ status }: KubernetesPod): PodCondition[] {
  return listOf(status?.conditions).map(condition => ({
    type: textOf(condition.type) ?? '',
    holds:
      condition.status === 'Unknown' ? undefined : condition.status === 'True',
    reason: textOf(condition.reason),
    message: textOf(condition.message),
    since: timeOf(condition.lastTransitionTime),
  }));
}

/** In the order in which they start. */
function toContainers({ spec, status }: KubernetesPod): PodContainer[] {
  const statuses = new Map(
    [
      ...listOf(status?.initContainerStatuses),
      ...listOf(status?.containerStatuses),
      ...listOf(status?.ephemeralContainerStatuses),
    ].map(one => [one.name, one]),
  );
  const withKind = [
    ...listOf(spec?.initContainers).map(container => ({
      container,
      kind:
        // A list of containers may hold something else.
        isObject(container) && container.restartPolicy === 'Always'
          ? ('sidecar' as const)
          : ('init' as const),
    })),
    ...listOf(spec?.containers).map(container => ({
      container,
      kind: 'container' as const,
    })),
    ...listOf(spec?.ephemeralContainers).map(container => ({
      container,
      kind: 'ephemeral' as const,
    })),
  ];
  return withKind.map(({ container, kind }) => ({
    name: textOf(container.name) ?? '',
    kind,
    image: textOf(container.image),
    ...stateOf(statuses.get(container.name)),
  }));
}

function stateOf(
  status: ContainerStatus | undefined,
): Omit<PodContainer, 'name' | 'kind' | 'image'> {
  const { waiting, running, terminated } = status?.state ?? {};
  const described = waiting ?? terminated;
  const ended = status && toTermination({ ...status, state: undefined });
  return {
    state: nameOf({ waiting, running, terminated }),
    reason: textOf(described?.reason),
    message: textOf(described?.message),
    ready: status?.ready === true,
    restarts: numberOf(status?.restartCount) ?? 0,
    startedAt: timeOf(running?.startedAt ?? terminated?.startedAt),
    ...(ended && { lastTermination: ended }),
  };
}

function nameOf(
  states: Record<'waiting' | 'running' | 'terminated', object | undefined>,
): PodContainer['state'] {
  if (states.running) {
    return 'running';
  }
  if (states.waiting) {
    return 'waiting';
  }
  return states.terminated ? 'terminated' : 'unknown';
}
