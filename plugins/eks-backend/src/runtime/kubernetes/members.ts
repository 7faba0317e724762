import { NotFoundError } from '@backstage/errors';
import type { KubernetesObject } from '@kubernetes/client-node';
import type {
  PodQuery,
  WorkloadTarget,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { WatchableCluster } from '@slipway/backstage-plugin-eks-node';
import type { RuntimeView } from '../view/RuntimeView';

/** Plural names of the kinds of workloads. */
export const workloadPlurals: Record<WorkloadTarget['kind'], string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** An object of an entity, and the cluster that it is in. */
export interface Member {
  cluster: WatchableCluster;
  object: KubernetesObject;
}

/** @throws NotFoundError if the entity has no such pod */
export async function findPod(
  view: RuntimeView,
  { cluster, namespace, pod }: PodQuery,
  signal: AbortSignal,
): Promise<Member> {
  return findMember(
    view,
    { cluster, namespace, name: pod, plural: 'pods', what: 'pod' },
    signal,
  );
}

/** @throws NotFoundError if the entity has no such workload */
export async function findWorkload(
  view: RuntimeView,
  { cluster, namespace, kind, name }: WorkloadTarget,
  signal: AbortSignal,
): Promise<Member> {
  return findMember(
    view,
    { cluster, namespace, name, plural: workloadPlurals[kind], what: kind },
    signal,
  );
}

async function findMember(
  view: RuntimeView,
  wanted: {
    cluster: string;
    namespace: string;
    name: string;
    plural: string;
    what: string;
  },
  signal: AbortSignal,
): Promise<Member> {
  await view.started(signal);
  const found = view.cluster(wanted.cluster);
  const object = found
    ?.objects(wanted.plural)
    .find(
      ({ metadata }) =>
        metadata?.name === wanted.name &&
        metadata.namespace === wanted.namespace,
    );
  if (!found || !object) {
    throw new NotFoundError(
      `${view.query.entityRef}: it has no ${wanted.what} \`${wanted.name}\` in namespace \`${wanted.namespace}\` of cluster \`${wanted.cluster}\`; look again at what it has`,
    );
  }
  return { cluster: found.cluster, object };
}
