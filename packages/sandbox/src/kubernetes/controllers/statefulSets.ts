import {
  on,
  owners,
  runController,
  type ControllerContext,
} from './controller';
import {
  isFinished,
  isReady,
  ownedBy,
  typed,
  type Pod,
  type StatefulSet,
} from './objects';
import { PodControl, templateHash } from './podControl';

const HASH = 'controller-revision-hash';

/** StatefulSet → Pods with stable names, one after the other. */
export function runStatefulSets(context: ControllerContext) {
  const { store } = context;
  const queue = runController(context, {
    triggers: [on(typed.statefulSets), on(typed.pods, owners('StatefulSet'))],
    reconcile(namespace, name) {
      const set = store.get(typed.statefulSets, namespace, name);
      if (!set || set.metadata.deletionTimestamp) {
        return;
      }
      const revision = `${name}-${templateHash(set.spec.template)}`;
      step(control, podsOf(context, set), set, revision);
      writeStatus(context, set, revision);
    },
  });
  const control = new PodControl(context, {
    component: 'statefulset-controller',
    made: (pod, set) => `create Pod ${pod} in StatefulSet ${set} successful`,
    deleted: (pod, set) => `delete Pod ${pod} in StatefulSet ${set} successful`,
    lookAgain: (namespace, name) => queue.add(namespace, name),
  });
  return queue;
}

const podsOf = ({ store }: ControllerContext, set: StatefulSet) =>
  store
    .list(typed.pods, { namespace: set.metadata.namespace })
    .filter(pod => ownedBy(pod, set));

const ordinalOf = ({ metadata }: Pod) =>
  Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));

/** Makes or deletes what may be now: in order, the next waits for the last. */
function step(
  control: PodControl,
  existing: Pod[],
  set: StatefulSet,
  revision: string,
) {
  const { replicas, podManagementPolicy, updateStrategy } = set.spec;
  const inOrder = podManagementPolicy !== 'Parallel';
  const pods = new Map(existing.map(pod => [ordinalOf(pod), pod]));
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const pod = pods.get(ordinal);
    if (!pod) {
      create(control, set, ordinal, revision);
    } else if (isFinished(pod) && !pod.metadata.deletionTimestamp) {
      control.remove(set, pod);
      return;
    }
    if (inOrder && !(pod && isReady(pod))) {
      return;
    }
  }
  const descending = [...pods].sort(([a], [b]) => b - a);
  for (const [, pod] of descending.filter(([i]) => i >= replicas)) {
    if (!pod.metadata.deletionTimestamp) {
      control.remove(set, pod);
    }
    if (inOrder) {
      return;
    }
  }
  if (updateStrategy?.type === 'OnDelete') {
    return;
  }
  // The highest is replaced first, and all above it must be ready again.
  const { partition = 0 } = updateStrategy?.rollingUpdate ?? {};
  for (const [ordinal, pod] of descending) {
    const old = pod.metadata.labels?.[HASH] !== revision;
    if (ordinal < partition || pod.metadata.deletionTimestamp) {
      return;
    }
    if (old) {
      control.remove(set, pod);
    }
    if (old || !isReady(pod)) {
      return;
    }
  }
}

function create(
  control: PodControl,
  set: StatefulSet,
  ordinal: number,
  revision: string,
) {
  const name = `${set.metadata.name}-${ordinal}`;
  control.create(set, {
    template: set.spec.template,
    name,
    labels: {
      [HASH]: revision,
      'apps.kubernetes.io/pod-index': String(ordinal),
      'statefulset.kubernetes.io/pod-name': name,
    },
  });
}

function writeStatus(
  context: ControllerContext,
  set: StatefulSet,
  revision: string,
) {
  const pods = podsOf(context, set).filter(
    ({ metadata }) => !metadata.deletionTimestamp,
  );
  const ready = pods.filter(isReady).length;
  const updated = pods.filter(
    ({ metadata }) => metadata.labels?.[HASH] === revision,
  ).length;
  const complete =
    updated === set.spec.replicas && pods.length === set.spec.replicas;
  const currentRevision =
    complete || !set.status?.currentRevision
      ? revision
      : set.status.currentRevision;
  context.store.updateStatus(typed.statefulSets, {
    ...set,
    status: {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      readyReplicas: ready,
      availableReplicas: ready,
      currentReplicas: pods.filter(
        ({ metadata }) => metadata.labels?.[HASH] === currentRevision,
      ).length,
      updatedReplicas: updated,
      currentRevision,
      updateRevision: revision,
      collisionCount: 0,
    },
  });
}
