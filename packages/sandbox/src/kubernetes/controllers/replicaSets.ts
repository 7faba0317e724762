import { matchesSelector } from '../selectors';
import {
  on,
  owners,
  runController,
  type ControllerContext,
} from './controller';
import {
  controllerOf,
  findCondition,
  isActive,
  isReady,
  ownedBy,
  ownerReference,
  typed,
  withCondition,
  type Pod,
  type ReplicaSet,
} from './objects';
import { leastUseful, PodControl } from './podControl';

/** ReplicaSet → Pods. */
export function runReplicaSets(context: ControllerContext) {
  const { store, after } = context;
  const queue = runController(context, {
    triggers: [on(typed.replicaSets), on(typed.pods, owners('ReplicaSet'))],
    reconcile(namespace, name) {
      const replicaSet = store.get(typed.replicaSets, namespace, name);
      if (!replicaSet || replicaSet.metadata.deletionTimestamp) {
        return;
      }
      const all = store.list(typed.pods, { namespace });
      const pods = [
        ...all.filter(pod => ownedBy(pod, replicaSet) && isActive(pod)),
        ...adopt(context, replicaSet, all),
      ];
      const { refused } = scale(control, replicaSet, pods);
      const lookAgain = (delay: number) =>
        after(delay, () => queue.add(namespace, name));
      writeStatus(context, replicaSet, { pods, refused, lookAgain });
    },
  });
  const control = new PodControl(context, {
    component: 'replicaset-controller',
    lookAgain: (namespace, name) => queue.add(namespace, name),
  });
  return queue;
}

/** Pods without an owner that the selector takes become its own. */
function adopt(
  { store }: ControllerContext,
  replicaSet: ReplicaSet,
  pods: Pod[],
): Pod[] {
  return pods
    .filter(
      pod =>
        !controllerOf(pod) &&
        isActive(pod) &&
        matchesSelector(replicaSet.spec.selector, pod.metadata.labels),
    )
    .map(pod =>
      store.update(typed.pods, {
        ...pod,
        metadata: {
          ...pod.metadata,
          ownerReferences: [
            ...(pod.metadata.ownerReferences ?? []),
            ownerReference(replicaSet),
          ],
        },
      }),
    );
}

/** Makes or deletes pods; `pods` are those that are left after it. */
function scale(
  control: PodControl,
  replicaSet: ReplicaSet,
  pods: Pod[],
): { refused?: string } {
  const { template, replicas } = replicaSet.spec;
  while (pods.length < replicas) {
    const made = control.create(replicaSet, { template });
    if ('refused' in made) {
      // The others would be refused too.
      return made;
    }
    pods.push(made.pod);
  }
  for (const pod of leastUseful(pods).slice(0, pods.length - replicas)) {
    control.remove(replicaSet, pod);
    pods.splice(pods.indexOf(pod), 1);
  }
  return {};
}

function writeStatus(
  { store, timestamp, now, scaled }: ControllerContext,
  replicaSet: ReplicaSet,
  {
    pods,
    refused,
    lookAgain,
  }: {
    pods: Pod[];
    refused: string | undefined;
    lookAgain(delay: number): void;
  },
) {
  const { minReadySeconds = 0, template } = replicaSet.spec;
  const ready = pods.filter(isReady);
  const available = ready.filter(pod => {
    const since = findCondition(pod.status?.conditions, 'Ready');
    const readyAt = Date.parse(since?.lastTransitionTime ?? '');
    return (
      minReadySeconds === 0 ||
      now() >= readyAt + scaled(minReadySeconds * 1_000)
    );
  });
  if (available.length < ready.length) {
    lookAgain(minReadySeconds * 1_000);
  }
  const others = (replicaSet.status?.conditions ?? []).filter(
    ({ type }) => type !== 'ReplicaFailure',
  );
  const conditions = refused
    ? withCondition(
        replicaSet.status?.conditions,
        {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: refused,
        },
        timestamp(),
      )
    : others;
  const labels = Object.entries(template.metadata?.labels ?? {});
  store.updateStatus(typed.replicaSets, {
    ...replicaSet,
    status: {
      replicas: pods.length,
      fullyLabeledReplicas: pods.filter(({ metadata }) =>
        labels.every(([key, value]) => metadata.labels?.[key] === value),
      ).length,
      readyReplicas: ready.length,
      availableReplicas: available.length,
      observedGeneration: replicaSet.metadata.generation,
      ...(conditions.length > 0 && { conditions }),
    },
  });
}
