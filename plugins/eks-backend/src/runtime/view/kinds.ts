import type { WatchKind, WatchQuery } from '@slipway/backstage-plugin-eks-node';
import { partOfPod } from './partOfPod';

/** A kind that the model of an entity is made of. */
export interface ViewedKind extends WatchKind {
  /**
   * - `entity`: the objects that the entity's selector matches
   * - `namespace`: all of the entity's namespace, none if it has no namespace
   * - `cluster`: all of the cluster
   */
  scope: 'entity' | 'namespace' | 'cluster';
  /** What the model needs of each object, if that is not all of it. */
  part?: WatchQuery['part'];
}

const core = { group: '', version: 'v1' };
const apps = { group: 'apps', version: 'v1' };

/** What is watched of a cluster for an entity. */
export const viewedKinds: readonly ViewedKind[] = [
  { ...core, plural: 'pods', scope: 'entity', part: partOfPod },
  { ...core, plural: 'services', scope: 'entity' },
  { ...apps, plural: 'deployments', scope: 'entity' },
  { ...apps, plural: 'replicasets', scope: 'entity' },
  { ...apps, plural: 'statefulsets', scope: 'entity' },
  { ...apps, plural: 'daemonsets', scope: 'entity' },
  {
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
    scope: 'entity',
  },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    plural: 'ingresses',
    scope: 'entity',
  },
  { ...core, plural: 'nodes', scope: 'cluster' },
];
