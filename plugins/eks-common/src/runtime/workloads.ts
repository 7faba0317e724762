import {
  keyOf,
  listOf,
  numberOf,
  textOf,
  type KubernetesDaemonSet,
  type KubernetesDeployment,
  type KubernetesPod,
  type KubernetesReplicaSet,
  type KubernetesStatefulSet,
} from './kubernetes';
import { releaseOf } from './release';
import type { Pod, Release, Workload } from './types';

interface Owned {
  metadata?: {
    ownerReferences?: { kind: string; name: string; controller?: boolean }[];
  };
}

/** Finds the workload a pod belongs to: through its replica set, if it has one. */
export function ownerFinder(
  replicaSets: KubernetesReplicaSet[],
): (pod: KubernetesPod) => Pod['owner'] {
  const owners = new Map(
    replicaSets.map(set => [keyOf(set), controllerOf(set)]),
  );
  return pod => {
    const owner = controllerOf(pod);
    return owner?.kind === 'ReplicaSet'
      ? (owners.get(
          keyOf({
            metadata: {
              namespace: pod.metadata?.namespace,
              name: owner.name,
            },
          }),
        ) ?? owner)
      : owner;
  };
}

function controllerOf({ metadata }: Owned): Pod['owner'] {
  const references = listOf(metadata?.ownerReferences);
  const owner =
    references.find(({ controller }) => controller) ?? references[0];
  const kind = textOf(owner?.kind);
  const name = textOf(owner?.name);
  return kind && name ? { kind, name } : undefined;
}

/** Deployments, stateful sets and daemon sets with how far they are. */
export function toWorkloads(objects: {
  deployments: KubernetesDeployment[];
  statefulSets: KubernetesStatefulSet[];
  daemonSets: KubernetesDaemonSet[];
}): Workload[] {
  return [
    ...objects.deployments.map(fromDeployment),
    ...objects.statefulSets.map(fromStatefulSet),
    ...objects.daemonSets.map(fromDaemonSet),
  ];
}

function fromDeployment(deployment: KubernetesDeployment): Workload {
  const { spec, status } = deployment;
  const desired = numberOf(spec?.replicas) ?? 1;
  const updated = numberOf(status?.updatedReplicas) ?? 0;
  const total = numberOf(status?.replicas) ?? 0;
  const progressing = listOf(status?.conditions).find(
    ({ type }) => type === 'Progressing',
  );
  const failure = listOf(status?.conditions).find(
    ({ type, status: holds }) => type === 'ReplicaFailure' && holds === 'True',
  );
  const stalled =
    failure ?? (progressing?.status === 'False' ? progressing : undefined);
  return {
    ...identityOf('Deployment', deployment),
    desired,
    updated,
    ready: numberOf(status?.readyReplicas) ?? 0,
    rollout: rolloutOf({
      paused: spec?.paused === true,
      stalled: stalled !== undefined,
      desired,
      seen: isSeen(deployment),
      // Pods that an autoscaler adds, or that were lost, are no new rollout:
      // the condition keeps saying so.
      done:
        total <= updated &&
        (progressing
          ? progressing.reason === 'NewReplicaSetAvailable'
          : updated >= desired),
    }),
    reason: textOf(stalled?.reason),
    message: textOf(stalled?.message),
  };
}

function fromStatefulSet(set: KubernetesStatefulSet): Workload {
  const { spec, status } = set;
  const desired = numberOf(spec?.replicas) ?? 1;
  const updated = numberOf(status?.updatedReplicas) ?? 0;
  return {
    ...identityOf('StatefulSet', set),
    desired,
    updated,
    ready: numberOf(status?.readyReplicas) ?? 0,
    rollout: rolloutOf({
      desired,
      seen: isSeen(set),
      done:
        status?.updateRevision === undefined ||
        status.updateRevision === status.currentRevision,
    }),
  };
}

function fromDaemonSet(set: KubernetesDaemonSet): Workload {
  const { status } = set;
  const desired = numberOf(status?.desiredNumberScheduled) ?? 0;
  const updated = numberOf(status?.updatedNumberScheduled) ?? 0;
  return {
    ...identityOf('DaemonSet', set),
    desired,
    updated,
    ready: numberOf(status?.numberReady) ?? 0,
    rollout: rolloutOf({
      desired,
      seen: isSeen(set),
      done: updated >= desired,
    }),
  };
}

function identityOf<K extends Workload['kind']>(
  kind: K,
  object: KubernetesDeployment | KubernetesStatefulSet | KubernetesDaemonSet,
): { kind: K } & Pick<Workload, 'id' | 'name' | 'namespace' | 'release'> {
  const name = textOf(object.metadata?.name) ?? '';
  const namespace = textOf(object.metadata?.namespace) ?? '';
  return {
    kind,
    id: `${kind}/${namespace}/${name}`,
    name,
    namespace,
    release: releaseOfTemplate(object.spec?.template),
  };
}

function releaseOfTemplate(
  template: NonNullable<KubernetesDeployment['spec']>['template'] | undefined,
): Release {
  return releaseOf({
    labels: template?.metadata?.labels,
    annotations: template?.metadata?.annotations,
    image: textOf(listOf(template?.spec?.containers)[0]?.image),
  });
}

/** Whether the controller has seen the latest change. */
function isSeen(object: {
  metadata?: { generation?: number };
  status?: { observedGeneration?: number };
}): boolean {
  return (
    (numberOf(object.status?.observedGeneration) ?? 0) >=
    (numberOf(object.metadata?.generation) ?? 0)
  );
}

function rolloutOf(facts: {
  paused?: boolean;
  stalled?: boolean;
  desired: number;
  seen: boolean;
  done: boolean;
}): Workload['rollout'] {
  if (facts.stalled) {
    return 'stalled';
  }
  if (facts.seen && facts.done) {
    return facts.desired === 0 ? 'stopped' : 'complete';
  }
  return facts.paused ? 'paused' : 'progressing';
}
