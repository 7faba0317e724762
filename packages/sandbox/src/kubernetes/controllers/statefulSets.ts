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
import { createPod, deletePod, RETRY_MS, templateHash } from './podControl';

const COMPONENT = 'statefulset-controller';
const HASH = 'controller-revision-hash';

/** StatefulSet → Pods with stable names, one after the other. */
export function runStatefulSets(context: ControllerContext) {
  const { store, after } = context;
  const queue = runController(context, {
    triggers: [on(typed.statefulSets), on(typed.pods, owners('StatefulSet'))],
    reconcile(namespace, name) {
      const set = store.get(typed.statefulSets, namespace, name);
      if (!set || set.metadata.deletionTimestamp) {
        return;
      }
      const revision = `${name}-${templateHash(set.spec.template)}`;
      if (step(context, set, revision) === 'refused') {
        after(RETRY_MS, () => queue.add(namespace, name));
      }
      writeStatus(context, set, revision);
    },
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
  context: ControllerContext,
  set: StatefulSet,
  revision: string,
): 'refused' | undefined {
  const { replicas, podManagementPolicy, updateStrategy } = set.spec;
  const inOrder = podManagementPolicy !== 'Parallel';
  const pods = new Map(podsOf(context, set).map(pod => [ordinalOf(pod), pod]));
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const pod = pods.get(ordinal);
    if (pod && isFinished(pod) && !pod.metadata.deletionTimestamp) {
      remove(context, set, pod);
      return undefined;
    }
    if (!pod && !create(context, set, ordinal, revision)) {
      return 'refused';
    }
    if (inOrder && !(pod && isReady(pod))) {
      return undefined;
    }
  }
  const descending = [...pods].sort(([a], [b]) => b - a);
  const surplus = descending.filter(([ordinal]) => ordinal >= replicas);
  for (const [, pod] of surplus) {
    if (!pod.metadata.deletionTimestamp) {
      remove(context, set, pod);
    }
    if (inOrder) {
      return undefined;
    }
  }
  if (updateStrategy?.type === 'OnDelete') {
    return undefined;
  }
  // The highest is replaced first, and all above it must be ready again.
  const { partition = 0 } = updateStrategy?.rollingUpdate ?? {};
  for (const [ordinal, pod] of descending) {
    if (ordinal < partition || pod.metadata.deletionTimestamp) {
      return undefined;
    }
    if (pod.metadata.labels?.[HASH] !== revision) {
      remove(context, set, pod);
      return undefined;
    }
    if (!isReady(pod)) {
      return undefined;
    }
  }
  return undefined;
}

function create(
  context: ControllerContext,
  set: StatefulSet,
  ordinal: number,
  revision: string,
): boolean {
  const name = `${set.metadata.name}-${ordinal}`;
  const made = createPod(context, {
    owner: set,
    template: set.spec.template,
    name,
    labels: {
      [HASH]: revision,
      'apps.kubernetes.io/pod-index': String(ordinal),
      'statefulset.kubernetes.io/pod-name': name,
    },
    component: COMPONENT,
    told: pod =>
      `create Pod ${pod} in StatefulSet ${set.metadata.name} successful`,
  });
  return 'pod' in made;
}

function remove(context: ControllerContext, set: StatefulSet, pod: Pod) {
  deletePod(
    context,
    set,
    pod,
    COMPONENT,
    `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
  );
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
