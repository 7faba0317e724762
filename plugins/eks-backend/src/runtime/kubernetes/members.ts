import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import type { KubernetesObject } from '@kubernetes/client-node';
import type {
  PodQuery,
  WorkloadTarget,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { WatchableCluster } from '@slipway/backstage-plugin-eks-node';

/** Plural names of the kinds of workloads. */
export const workloadPlurals: Record<WorkloadTarget['kind'], string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** What of a `RuntimeView` is needed to find something of its entity. */
export interface Lookup {
  query: { entityRef: string };
  started(signal: AbortSignal): Promise<void>;
  answered(cluster: string, signal: AbortSignal): Promise<boolean>;
  cluster(name: string):
    | {
        cluster: WatchableCluster;
        objects(plural: string): readonly KubernetesObject[];
      }
    | undefined;
}

/** An object of an entity, and the cluster that it is in. */
export interface Member {
  cluster: WatchableCluster;
  object: KubernetesObject;
}

/**
 * @throws NotFoundError if the entity has no such pod,
 *   ServiceUnavailableError if its cluster has not answered yet
 */
export async function findPod(
  view: Lookup,
  { cluster, namespace, pod }: PodQuery,
  signal: AbortSignal,
): Promise<Member> {
  return findMember(
    view,
    { cluster, namespace, name: pod, plural: 'pods', what: 'pod' },
    signal,
  );
}

/**
 * @throws NotFoundError if the entity has no such workload,
 *   ServiceUnavailableError if its cluster has not answered yet
 */
export async function findWorkload(
  view: Lookup,
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
  view: Lookup,
  wanted: {
    cluster: string;
    namespace: string;
    name: string;
    plural: string;
    what: string;
  },
  signal: AbortSignal,
): Promise<Member> {
  const find = () => {
    const cluster = view.cluster(wanted.cluster);
    return {
      found: cluster,
      object: cluster
        ?.objects(wanted.plural)
        .find(
          ({ metadata }) =>
            metadata?.name === wanted.name &&
            metadata.namespace === wanted.namespace,
        ),
    };
  };
  await view.started(signal);
  let { found, object } = find();
  if (!object) {
    const answered = await view.answered(wanted.cluster, signal);
    signal.throwIfAborted();
    ({ found, object } = find());
    if (!object && !answered) {
      throw new ServiceUnavailableError(
        `cluster \`${wanted.cluster}\`: it has not answered yet, so whether there is a ${wanted.what} \`${wanted.name}\` is not known; try again in a moment`,
      );
    }
  }
  if (!found || !object) {
    throw new NotFoundError(
      `${view.query.entityRef}: it has no ${wanted.what} \`${wanted.name}\` in namespace \`${wanted.namespace}\` of cluster \`${wanted.cluster}\`; look again at what it has`,
    );
  }
  return { cluster: found.cluster, object };
}
