import type { Entity } from '@backstage/catalog-model';
import type {
  ClusterObjects,
  FetchResponse,
} from '@backstage/plugin-kubernetes-common';
import { clusterArnsOf } from '../annotations';
import { parseClusterArn } from '../arn';
import { toClusters, type FurtherObjects } from './clusters';
import {
  listOf,
  objectsOf,
  textOf,
  type KubernetesPodMetrics,
} from './kubernetes';
import { toNodes } from './nodes';
import { summarise } from './sentence';
import type {
  ClusterRuntime,
  Connection,
  ConnectionCause,
  Problem,
  Runtime,
} from './types';

/**
 * What is known of one kind of a cluster: objects as the API server lists them,
 * and whether they are still true.
 *
 * @public
 */
export interface KnownObjects {
  objects: readonly object[];
  connection: Connection;
}

/**
 * What is known of one cluster.
 *
 * @public
 */
export interface KnownCluster {
  /** An ARN, if the cluster was discovered. */
  name: string;
  title: string;
  /** Of an EKS cluster. */
  arn?: string;
  /** By the plural name in the API's path, such as `pods`. */
  kinds: Record<string, KnownObjects>;
  /** Of `metrics.k8s.io`; missing until they were read. */
  podMetrics?: KnownObjects;
}

/**
 * What an entity has running, from what the clusters tell.
 *
 * @public
 */
export function buildRuntime(options: {
  entity: Entity;
  /** All that the portal looks into for the entity. */
  clusters: KnownCluster[];
}): Runtime {
  const { entity, clusters } = options;
  const known = new Map(clusters.map(cluster => [cluster.name, cluster]));
  const named = clusters.flatMap(({ name, arn }) => [name, arn ?? name]);
  const answered = toClusters({
    entity,
    items: clusters.map(toItem),
    // Those that nobody knows keep their place, and say so.
    knownClusters: clusterArnsOf(entity).filter(arn => named.includes(arn)),
    further: new Map(
      clusters.map(({ name, kinds }) => [name, furtherOf(kinds)]),
    ),
  });
  const parts = answered
    .filter(({ name }) => known.has(name) || !named.includes(name))
    .map(part => {
      const cluster = known.get(part.name);
      return cluster ? withConnection(part, cluster) : part;
    })
    .sort(
      (one, other) =>
        Number(one.state === 'unreadable') -
        Number(other.state === 'unreadable'),
    );
  return { summary: summarise(parts), clusters: parts };
}

/** As the official Kubernetes plugin would answer. */
function toItem({
  name,
  title,
  kinds,
  podMetrics,
}: KnownCluster): ClusterObjects {
  return {
    cluster: { name, title },
    errors: [],
    // What the API server lists has the shape of its kind; whoever reads a
    // field looks at it again.
    resources: Object.entries(kinds)
      .filter(([type]) => !EXTRAS.has(type))
      .map(
        ([type, { objects }]) =>
          ({ type, resources: listOf(objects) }) as FetchResponse,
      ),
    podMetrics: objectsOf<MeasuredPod>(podMetrics?.objects).map(toPodMetrics),
  };
}

/**
 * What is nice to know: everything else stands without it. With each the API
 * group that it is of.
 */
const EXTRAS: ReadonlyMap<string, string> = new Map([
  ['nodes', ''],
  ['events', ''],
  ['endpointslices', 'discovery.k8s.io'],
  ['poddisruptionbudgets', 'policy'],
  ['httproutes', 'gateway.networking.k8s.io'],
  ['gateways', 'gateway.networking.k8s.io'],
  ['nodeclaims', 'karpenter.sh'],
]);

function furtherOf(kinds: KnownCluster['kinds']): FurtherObjects {
  const known = (plural: string) => {
    const kind = kinds[plural];
    // What was never read is not known to be missing.
    return kind && (isTrue(kind.connection) || listOf(kind.objects).length > 0)
      ? listOf(kind.objects)
      : undefined;
  };
  return {
    endpointSlices: known('endpointslices'),
    budgets: known('poddisruptionbudgets'),
    httpRoutes: known('httproutes'),
    gateways: known('gateways'),
  };
}

/** Usage of a pod as `metrics.k8s.io` tells it. */
interface MeasuredPod {
  metadata?: { name?: string; namespace?: string };
  containers?: { name?: string; usage?: { cpu?: string; memory?: string } }[];
}

/** By the figures: as long as they are the last ones, they are the same again. */
const measured = new WeakMap<MeasuredPod, KubernetesPodMetrics>();

function toPodMetrics(object: MeasuredPod): KubernetesPodMetrics {
  const nothing = { currentUsage: 0, requestTotal: 0, limitTotal: 0 };
  const metrics = measured.get(object) ?? {
    pod: { metadata: object.metadata },
    cpu: nothing,
    memory: nothing,
    containers: listOf(object.containers).map(({ name, usage }) => ({
      container: textOf(name) ?? '',
      cpuUsage: { ...nothing, currentUsage: usage?.cpu ?? '' },
      memoryUsage: { ...nothing, currentUsage: usage?.memory ?? '' },
    })),
  };
  measured.set(object, metrics);
  return metrics;
}

/** Whether what is shown of a cluster is true, and what is missing of it. */
function withConnection(
  part: ClusterRuntime,
  { kinds, podMetrics, arn }: KnownCluster,
): ClusterRuntime {
  const all = Object.entries(kinds).filter(([plural]) => !EXTRAS.has(plural));
  const nodes = toNodes(kinds.nodes?.objects ?? [], part.pods);
  const problems = distinct(
    all.flatMap(([plural, { connection }]) => problemOf(plural, connection)),
  );
  // Objects of a cluster that refuses are from before: they are shown as what
  // they were. Those of one that connects have just been listed.
  const readable = all.some(
    ([, { objects, connection }]) =>
      isTrue(connection) ||
      connection.state === 'stale' ||
      (connection.state === 'connecting' && objects.length > 0),
  );
  const gaps = [...EXTRAS].flatMap(([plural, group]) => {
    const kind = kinds[plural];
    const path = group === '' ? plural : `${plural}.${group}`;
    return kind ? problemOf(path, kind.connection) : [];
  });
  const connection = connectionOf(kinds);
  const metricsProblem =
    podMetrics && problemOf('pods.metrics.k8s.io', podMetrics.connection)[0];
  return {
    ...part,
    ...(!part.place && placeOf(arn)),
    state: readable ? stateOf(problems) : 'unreadable',
    problems,
    ...(metricsProblem && { metricsProblem }),
    ...(readable && gaps.length > 0 && { gaps }),
    ...(nodes.length > 0 && { nodes }),
    ...(connection && { connection }),
  };
}

const stateOf = (problems: Problem[]): ClusterRuntime['state'] =>
  problems.length > 0 ? 'partial' : 'readable';

const isTrue = ({ state }: Connection) =>
  state === 'live' || state === 'viewer';

/**
 * The connection that stands for the cluster: that of its pods, without which
 * there is nothing to show.
 */
function connectionOf(
  kinds: Record<string, KnownObjects>,
): Connection | undefined {
  const connection = (kinds.pods ?? Object.values(kinds)[0])?.connection;
  if (!connection) {
    return undefined;
  }
  const { asOf, message, cause, ...rest } = connection;
  const text = textOf(message);
  return {
    ...rest,
    ...(cause && { cause: shownCause(cause) }),
    // What is live is true now; a time would change all the time.
    ...(asOf && !isTrue(connection) && { asOf }),
    ...(text && { message: text }),
  };
}

/** Its texts, such as what a cluster said, are cut like all others. */
const shownCause = ({ code, facts }: ConnectionCause): ConnectionCause => ({
  code,
  facts: Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      typeof fact === 'string' ? (textOf(fact) ?? '') : fact,
    ]),
  ),
});

function problemOf(plural: string, connection: Connection): Problem[] {
  const message = textOf(connection.message);
  const { cause } = connection;
  const more = {
    path: plural,
    ...(message && { message }),
    ...(cause && { cause: shownCause(cause) }),
  };
  switch (connection.state) {
    case 'denied':
      return [{ code: 'forbidden', ...more }];
    case 'unreachable':
      return [{ code: 'unreachable', ...more }];
    case 'gone':
      return [{ code: 'not-known', ...more }];
    default:
      return [];
  }
}

/** One problem of each kind: a cluster that refuses, refuses every list. */
function distinct(problems: Problem[]): Problem[] {
  return problems.filter(
    (problem, index) =>
      problems.findIndex(({ code }) => code === problem.code) === index,
  );
}

function placeOf(arn: string | undefined): Pick<ClusterRuntime, 'place'> {
  try {
    const { partition, accountId, region } = parseClusterArn(arn ?? '');
    return { place: { partition, accountId, region } };
  } catch {
    // A cluster of somebody else: there is no place in AWS to link to.
    return {};
  }
}
