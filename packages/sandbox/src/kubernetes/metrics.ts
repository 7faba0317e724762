import { notFound } from './errors';
import { apiVersionOf, kinds } from './kinds';
import { parseLabelSelector } from './selectors';
import type {
  JsonObject,
  MetricsProvider,
  NodeMetrics,
  PodMetrics,
  ResourceKind,
} from './types';

const WINDOW = '15s';

const usage = (cpuMillicores: number, memoryBytes: number) => ({
  cpu: `${Math.round(cpuMillicores * 1_000_000)}n`,
  memory: `${Math.round(memoryBytes / 1024)}Ki`,
});

function podObject(metrics: PodMetrics): JsonObject {
  return {
    apiVersion: apiVersionOf(kinds.podMetrics),
    kind: kinds.podMetrics.kind,
    metadata: {
      name: metrics.name,
      namespace: metrics.namespace,
      creationTimestamp: metrics.timestamp,
      ...(metrics.labels && { labels: metrics.labels }),
    },
    timestamp: metrics.timestamp,
    window: WINDOW,
    containers: metrics.containers.map(container => ({
      name: container.name,
      usage: usage(container.cpuMillicores, container.memoryBytes),
    })),
  };
}

function nodeObject(metrics: NodeMetrics): JsonObject {
  return {
    apiVersion: apiVersionOf(kinds.nodeMetrics),
    kind: kinds.nodeMetrics.kind,
    metadata: { name: metrics.name, creationTimestamp: metrics.timestamp },
    timestamp: metrics.timestamp,
    window: WINDOW,
    usage: usage(metrics.cpuMillicores, metrics.memoryBytes),
  };
}

/** A list as metrics-server answers it. */
export function metricsObjects(
  provider: MetricsProvider,
  kind: ResourceKind,
  filter: { namespace?: string; labelSelector?: string },
): JsonObject {
  const matches = filter.labelSelector
    ? parseLabelSelector(filter.labelSelector)
    : () => true;
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: {},
    items: kind.namespaced
      ? provider
          .pods(filter.namespace)
          .filter(pod => matches(pod.labels ?? {}))
          .map(podObject)
      : provider.nodes().map(nodeObject),
  };
}

/** One pod's or node's figures. @throws StatusError NotFound */
export function metricsObject(
  provider: MetricsProvider,
  kind: ResourceKind,
  namespace: string | undefined,
  name: string,
): JsonObject {
  const pod = kind.namespaced
    ? provider.pods(namespace).find(metrics => metrics.name === name)
    : undefined;
  if (pod) {
    return podObject(pod);
  }
  const node = kind.namespaced
    ? undefined
    : provider.nodes().find(metrics => metrics.name === name);
  if (!node) {
    throw notFound(kind, name);
  }
  return nodeObject(node);
}
