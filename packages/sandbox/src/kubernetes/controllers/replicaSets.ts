import { owners, runController, type ControllerContext } from './controller';
import {
  isReady,
  ownedBy,
  ownerReference,
  typed,
  type Pod,
  type ReplicaSet,
} from './objects';

/** ReplicaSet → Pods. */
export function runReplicaSets(context: ControllerContext) {
  const { store, events } = context;
  return runController(context, {
    triggers: [
      { kind: typed.replicaSets },
      { kind: typed.pods, key: owners('ReplicaSet') },
    ],
    reconcile(namespace, name) {
      const replicaSet = store.get(typed.replicaSets, namespace, name);
      if (!replicaSet || replicaSet.metadata.deletionTimestamp) {
        return;
      }
      const pods = store
        .list(typed.pods, { namespace })
        .filter(
          pod =>
            ownedBy(pod, replicaSet) &&
            !pod.metadata.deletionTimestamp &&
            pod.status?.phase !== 'Failed' &&
            pod.status?.phase !== 'Succeeded',
        );
      const missing = replicaSet.spec.replicas - pods.length;
      for (let i = 0; i < missing; i++) {
        const pod = store.create(typed.pods, newPod(replicaSet));
        events.record(
          replicaSet,
          'Normal',
          'SuccessfulCreate',
          `Created pod: ${pod.metadata.name}`,
          'replicaset-controller',
        );
        pods.push(pod);
      }
      const surplus = missing < 0 ? leastUseful(pods).slice(0, -missing) : [];
      for (const { metadata } of surplus) {
        store.remove(typed.pods, namespace, metadata.name);
        events.record(
          replicaSet,
          'Normal',
          'SuccessfulDelete',
          `Deleted pod: ${metadata.name}`,
          'replicaset-controller',
        );
      }
      const left = pods.filter(pod => !surplus.includes(pod));
      const ready = left.filter(isReady).length;
      store.updateStatus(typed.replicaSets, {
        ...replicaSet,
        status: {
          replicas: left.length,
          fullyLabeledReplicas: left.length,
          readyReplicas: ready,
          availableReplicas: ready,
          observedGeneration: replicaSet.metadata.generation,
        },
      });
    },
  });
}

function newPod(replicaSet: ReplicaSet): Pod {
  const { metadata, spec } = replicaSet.spec.template;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${replicaSet.metadata.name}-`,
      namespace: replicaSet.metadata.namespace,
      labels: metadata?.labels,
      annotations: metadata?.annotations,
      ownerReferences: [ownerReference(replicaSet)],
    },
    spec: structuredClone(spec),
    status: { phase: 'Pending', qosClass: qosClass(spec) },
  };
}

function qosClass({ containers }: Pod['spec']): string {
  const all = containers.map(({ resources }) => resources ?? {});
  if (all.every(({ requests, limits }) => !requests && !limits)) {
    return 'BestEffort';
  }
  const guaranteed = all.every(({ requests, limits }) =>
    ['cpu', 'memory'].every(
      name =>
        limits?.[name] && limits[name] === (requests?.[name] ?? limits[name]),
    ),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** Not placed before placed, not ready before ready, young before old. */
function leastUseful(pods: Pod[]): Pod[] {
  const rank = (pod: Pod) =>
    (pod.spec.nodeName ? 1 : 0) + (isReady(pod) ? 2 : 0);
  return [...pods].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (b.metadata.creationTimestamp ?? '').localeCompare(
        a.metadata.creationTimestamp ?? '',
      ),
  );
}
