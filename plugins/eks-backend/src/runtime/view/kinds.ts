import type { WatchKind, WatchQuery } from '@slipway/backstage-plugin-eks-node';
import { partOfEvent, partOfSlice } from './partsOfOthers';
import { partOfPod } from './partOfPod';

/** A kind that the model of an entity is made of. */
export interface ViewedKind extends WatchKind {
  /**
   * - `entity`: the objects that the entity's selector matches
   * - `namespace`: all of the entity's namespace; those that its selector
   *   matches, if it has none
   * - `cluster`: all of the cluster
   */
  scope: 'entity' | 'namespace' | 'cluster';
  /** What the model needs of each object, if that is not all of it. */
  part?: WatchQuery['part'];
}

const core = { group: '', version: 'v1' };
const apps = { group: 'apps', version: 'v1' };
/** Add-ons that clusters have or have not, and roles may read or not. */
const gateway = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  optional: true,
};

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
  {
    group: 'discovery.k8s.io',
    version: 'v1',
    plural: 'endpointslices',
    // They have the labels of their Service.
    scope: 'entity',
    part: partOfSlice,
  },
  // Whoever makes them need not know the labels of the entity.
  {
    group: 'policy',
    version: 'v1',
    plural: 'poddisruptionbudgets',
    scope: 'namespace',
  },
  { ...gateway, plural: 'httproutes', scope: 'entity' },
  // Many services share one, which is of none of them.
  { ...gateway, plural: 'gateways', scope: 'cluster' },
  { ...core, plural: 'nodes', scope: 'cluster' },
];

/** What healthy pods are told of, over and over. */
const DULL = [
  'Scheduled',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
  'Killing',
  'SuccessfulCreate',
  'SuccessfulDelete',
  'ScalingReplicaSet',
];

/** So many events of a namespace are kept. */
const MAXIMUM_EVENTS = 2_000;

/** What says why, watched in a namespace while something is the matter there. */
export const events: WatchKind & Pick<WatchQuery, 'part'> = {
  ...core,
  plural: 'events',
  optional: true,
  byNamespace: true,
  fieldSelector: DULL.map(reason => `reason!=${reason}`).join(','),
  newest: MAXIMUM_EVENTS,
  part: partOfEvent,
};

/** Nodes that Karpenter makes, watched while pods wait for one. */
export const nodeClaims: WatchKind = {
  group: 'karpenter.sh',
  version: 'v1',
  plural: 'nodeclaims',
  optional: true,
};
