import { isRecord } from '../core';
import { kinds } from '../kubernetes/kinds';
import type { KubernetesObject, ObjectStore } from '../kubernetes/types';
import { AutoscalerView, ClusterView, PodView, WorkloadView } from './views';

/** A field deep inside an object of which only the metadata is typed. */
function at(value: unknown, ...path: string[]): unknown {
  return path.reduce(
    (inner, key) => (isRecord(inner) ? inner[key] : undefined),
    value,
  );
}

const number = (value: unknown, fallback = 0) =>
  typeof value === 'number' ? value : fallback;

const text = (value: unknown, fallback = '') =>
  typeof value === 'string' ? value : fallback;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function viewWorkload(object: KubernetesObject): WorkloadView {
  const containers = list(at(object, 'spec', 'template', 'spec', 'containers'));
  const status = at(object, 'status');
  return {
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    replicas: number(
      at(object, 'spec', 'replicas') ?? at(status, 'desiredNumberScheduled'),
      1,
    ),
    readyReplicas: number(
      at(status, 'readyReplicas') ?? at(status, 'numberReady'),
    ),
    images: containers.map(container => text(at(container, 'image'))),
  };
}

function viewPod(object: KubernetesObject): PodView {
  const containers = list(at(object, 'status', 'containerStatuses'));
  const node = text(at(object, 'spec', 'nodeName'));
  return {
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    phase: object.metadata.deletionTimestamp
      ? 'Terminating'
      : text(at(object, 'status', 'phase'), 'Unknown'),
    ready:
      containers.length > 0 &&
      containers.every(container => at(container, 'ready') === true),
    restarts: containers
      .map(container => number(at(container, 'restartCount')))
      .reduce((sum, count) => sum + count, 0),
    ...(node && { node }),
  };
}

function viewAutoscaler(object: KubernetesObject): AutoscalerView {
  return {
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    target: `${text(at(object, 'spec', 'scaleTargetRef', 'kind'))}/${text(
      at(object, 'spec', 'scaleTargetRef', 'name'),
    )}`,
    minReplicas: number(at(object, 'spec', 'minReplicas'), 1),
    maxReplicas: number(at(object, 'spec', 'maxReplicas')),
    currentReplicas: number(at(object, 'status', 'currentReplicas')),
    desiredReplicas: number(at(object, 'status', 'desiredReplicas')),
  };
}

/** What runs on a cluster. */
export function viewObjects(
  store: ObjectStore,
): Pick<
  ClusterView,
  'nodes' | 'namespaces' | 'workloads' | 'pods' | 'autoscalers'
> {
  const names = (objects: KubernetesObject[]) =>
    objects.map(({ metadata }) => metadata.name);
  return {
    nodes: names(store.list(kinds.nodes)),
    namespaces: names(store.list(kinds.namespaces)),
    workloads: [kinds.deployments, kinds.statefulSets, kinds.daemonSets]
      .flatMap(kind => store.list(kind))
      .map(viewWorkload),
    pods: store.list(kinds.pods).map(viewPod),
    autoscalers: store.list(kinds.horizontalPodAutoscalers).map(viewAutoscaler),
  };
}
