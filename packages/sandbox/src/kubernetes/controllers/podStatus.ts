import {
  findCondition,
  withCondition,
  type Condition,
  type ContainerStatus,
  type Pod,
  type PodStatus,
} from './objects';

/** A container that nothing has happened to. */
export const newContainerStatus = (
  { name, image }: { name: string; image: string },
  reason: string,
): ContainerStatus => ({
  name,
  image,
  imageID: '',
  ready: false,
  started: false,
  restartCount: 0,
  state: { waiting: { reason } },
  lastState: {},
});

const hasRun = ({ state, lastState }: ContainerStatus) =>
  !state.waiting || lastState.terminated !== undefined;

/** Whether the init containers let the others start. */
export const isInitialized = ({ spec, status }: Pod) =>
  (spec.initContainers ?? []).every(container => {
    const known = status?.initContainerStatuses?.find(
      ({ name }) => name === container.name,
    );
    return container.restartPolicy === 'Always'
      ? known?.started
      : known?.state.terminated?.exitCode === 0;
  });

function phaseOf(
  { spec, metadata }: Pod,
  status: PodStatus,
): PodStatus['phase'] {
  const containers = status.containerStatuses ?? [];
  if (containers.length === 0 || !containers.every(hasRun)) {
    return 'Pending';
  }
  const ends = containers.map(({ state }) => state.terminated);
  const stays =
    (spec.restartPolicy ?? 'Always') === 'Always' &&
    !metadata.deletionTimestamp;
  const ended = ends.filter(end => end !== undefined);
  if (stays || ended.length < containers.length) {
    return 'Running';
  }
  if (ended.every(({ exitCode }) => exitCode === 0)) {
    return 'Succeeded';
  }
  return spec.restartPolicy === 'OnFailure' && !metadata.deletionTimestamp
    ? 'Running'
    : 'Failed';
}

/** Sets phase and conditions to what the containers say. */
export function deriveStatus(pod: Pod, status: PodStatus, now: string) {
  status.phase = phaseOf(pod, status);
  const over = status.phase === 'Succeeded';
  const failed = status.phase === 'Failed';
  const initialized = isInitialized({ ...pod, status });
  const names = (list: { name: string }[]) =>
    list.map(({ name }) => name).join(' ');
  const containers = status.containerStatuses ?? [];
  const unready = containers.filter(({ ready }) => !ready);
  const ready = initialized && containers.length > 0 && unready.length === 0;
  const set = (condition: Condition) => {
    status.conditions = withCondition(status.conditions, condition, now);
  };
  set({
    type: 'PodReadyToStartContainers',
    status: status.podIP && !over && !failed ? 'True' : 'False',
  });
  set({
    type: 'Initialized',
    ...(initialized
      ? { status: 'True', ...(over && { reason: 'PodCompleted' }) }
      : {
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${names(
            (status.initContainerStatuses ?? []).filter(
              ({ state }) => state.terminated?.exitCode !== 0,
            ),
          )}]`,
        }),
  });
  for (const type of ['Ready', 'ContainersReady']) {
    set({ type, ...readiness() });
  }

  function readiness(): Omit<Condition, 'type'> {
    if (over || failed) {
      return { status: 'False', reason: over ? 'PodCompleted' : 'PodFailed' };
    }
    return ready
      ? { status: 'True' }
      : {
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${names(unready)}]`,
        };
  }
  // As a cluster lists them.
  const scheduled = findCondition(status.conditions, 'PodScheduled');
  status.conditions = [
    ...(status.conditions ?? []).filter(condition => condition !== scheduled),
    ...(scheduled ? [scheduled] : []),
  ];
}
