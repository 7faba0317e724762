import type { Entity } from '@backstage/catalog-model';
import {
  groupResponses,
  type ClusterObjects,
  type KubernetesFetchError,
} from '@backstage/plugin-kubernetes-common';
import { clusterArnsOf, KUBERNETES_NAMESPACE_ANNOTATION } from '../annotations';
import { parseClusterArn } from '../arn';
import { toAutoscalers } from './autoscalers';
import { toBudgets, type PodDisruptionBudget } from './budgets';
import type { EndpointSlice } from './endpoints';
import type { Gateway, HttpRoute } from './gateways';
import { listOf, textOf } from './kubernetes';
import { toPods } from './pods';
import { toRequestPaths } from './requestPath';
import type { ClusterRuntime, Problem } from './types';
import { ownerFinder, toWorkloads } from './workloads';

/**
 * Objects of kinds that the official plugin does not answer; undefined where
 * they could not be read.
 */
export interface FurtherObjects {
  endpointSlices?: readonly EndpointSlice[];
  budgets?: readonly PodDisruptionBudget[];
  httpRoutes?: readonly HttpRoute[];
  gateways?: readonly Gateway[];
}

/**
 * Every cluster of an entity: those that answered, and those that its
 * annotation names and the answer leaves out. The official plugin leaves out
 * both a cluster with nothing of the entity and one it does not know;
 * `knownClusters` tells them apart.
 */
export function toClusters(options: {
  entity: Entity;
  items: ClusterObjects[];
  knownClusters: string[];
  /** By the name of the cluster. */
  further?: ReadonlyMap<string, FurtherObjects>;
}): ClusterRuntime[] {
  const { entity, items, knownClusters, further } = options;
  const namespace = textOf(
    entity.metadata.annotations?.[KUBERNETES_NAMESPACE_ANNOTATION],
  );
  const answered = items.map(item =>
    toCluster(item, namespace, further?.get(item.cluster.name)),
  );
  const names = new Set(answered.map(({ name }) => name));
  const silent = clusterArnsOf(entity)
    .filter(arn => !names.has(arn))
    .map(arn => {
      const known = knownClusters.includes(arn);
      return {
        ...emptyCluster(arn, namespace),
        state: known ? ('readable' as const) : ('unreadable' as const),
        problems: known ? [] : [{ code: 'not-known' as const }],
      };
    });
  return [...answered, ...silent].sort(
    (one, other) =>
      Number(one.state === 'unreadable') - Number(other.state === 'unreadable'),
  );
}

function emptyCluster(
  name: string,
  namespace: string | undefined,
): ClusterRuntime {
  return {
    name,
    ...placeOf(name),
    namespaces: namespace ? [namespace] : [],
    state: 'readable',
    problems: [],
    workloads: [],
    pods: [],
    autoscalers: [],
    requestPaths: [],
  };
}

/** A discovered cluster is named by its ARN; a configured one by anything. */
function placeOf(name: string): Pick<ClusterRuntime, 'title' | 'place'> {
  try {
    const { name: title, ...place } = parseClusterArn(name);
    return { title, place };
  } catch {
    return { title: textOf(name) ?? '' };
  }
}

function toCluster(
  item: ClusterObjects,
  namespace: string | undefined,
  further: FurtherObjects = {},
): ClusterRuntime {
  const { budgets, ...ways } = further;
  const objects = groupResponses(listOf(item.resources));
  const empty = emptyCluster(item.cluster.name, namespace);
  const shown = toPods({
    cluster: item.cluster.name,
    pods: listOf(objects.pods),
    metrics: listOf(item.podMetrics),
    ownerOf: ownerFinder(listOf(objects.replicaSets)),
  });
  const pods = shown.map(({ pod }) => pod);
  const limits = budgets && toBudgets(budgets, shown);
  const workloads = toWorkloads({
    deployments: listOf(objects.deployments),
    statefulSets: listOf(objects.statefulsets),
    daemonSets: listOf(objects.daemonSets),
  });
  const problems = listOf(item.errors).map(toProblem);
  const other = problems.filter(problem => !isAboutMetrics(problem));
  const answered = listOf(item.resources).length > 0;

  return {
    ...empty,
    title: textOf(item.cluster.title) ?? empty.title,
    namespaces: [
      ...new Set([
        ...empty.namespaces,
        ...[...workloads, ...pods].map(object => object.namespace),
      ]),
    ].filter(name => name !== ''),
    state: readability(answered, other),
    problems: distinct(other),
    metricsProblem: problems.find(isAboutMetrics),
    workloads,
    pods,
    autoscalers: toAutoscalers(listOf(objects.horizontalPodAutoscalers)),
    ...(limits && limits.length > 0 && { budgets: limits }),
    requestPaths: toRequestPaths({
      ...ways,
      ingresses: listOf(objects.ingresses),
      services: listOf(objects.services),
      pods: shown,
    }),
  };
}

function readability(
  answered: boolean,
  problems: Problem[],
): ClusterRuntime['state'] {
  if (problems.length === 0) {
    return 'readable';
  }
  return answered ? 'partial' : 'unreadable';
}

/** Figures are an extra: without them everything else still stands. */
const isAboutMetrics = ({ path }: Problem) =>
  path?.startsWith('/apis/metrics.k8s.io/') ?? false;

function toProblem(error: KubernetesFetchError): Problem {
  if (error.errorType === 'FETCH_ERROR') {
    const message = 'message' in error ? textOf(error.message) : undefined;
    return { code: 'unreachable', ...(message && { message }) };
  }
  const { statusCode, resourcePath } = 'statusCode' in error ? error : {};
  const path = textOf(resourcePath);
  return { code: codeOf(statusCode), ...(path && { path }) };
}

function codeOf(statusCode: number | undefined): Problem['code'] {
  switch (statusCode) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    default:
      return statusCode && statusCode >= 500 ? 'server-error' : 'other';
  }
}

/** One problem of each kind: a cluster that refuses, refuses every list. */
function distinct(problems: Problem[]): Problem[] {
  return problems.filter(
    (problem, index) =>
      problems.findIndex(({ code }) => code === problem.code) === index,
  );
}
