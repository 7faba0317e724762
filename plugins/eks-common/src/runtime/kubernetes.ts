import type {
  ClientPodStatus,
  GroupedResponses,
} from '@backstage/plugin-kubernetes-common';

// The shapes of the Kubernetes objects, as the official plugin declares them.
/** @public */
export type KubernetesPod = GroupedResponses['pods'][number];
/** @public */
export type KubernetesReplicaSet = GroupedResponses['replicaSets'][number];
/** @public */
export type KubernetesDeployment = GroupedResponses['deployments'][number];
/** @public */
export type KubernetesStatefulSet = GroupedResponses['statefulsets'][number];
/** @public */
export type KubernetesDaemonSet = GroupedResponses['daemonSets'][number];
/** @public */
export type KubernetesService = GroupedResponses['services'][number];
/** @public */
export type KubernetesIngress = GroupedResponses['ingresses'][number];
/** @public */
export type KubernetesAutoscaler =
  GroupedResponses['horizontalPodAutoscalers'][number];
/** @public */
export type KubernetesPodMetrics = ClientPodStatus;

/** Longest text of a cluster that is shown: a message, not a document. */
const MAX_TEXT = 400;
/** How much of a text is looked at: some of it may not be shown. */
const MAX_READ = 4 * MAX_TEXT;
/** Text that is fit to show as it is. */
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;

/**
 * Text from a cluster, made fit to show: one line, no control characters and
 * none that turn the text around it, not longer than a message is.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  // Nearly all are such, and there are thousands of them.
  if (value.length <= MAX_TEXT && PLAIN.test(value)) {
    return value;
  }
  const head = value.slice(0, MAX_READ);
  const line = head
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .trim();
  if (line.length > MAX_TEXT || value.length > MAX_READ) {
    // Half a character is none.
    return `${line.slice(0, MAX_TEXT).replace(/[\uD800-\uDBFF]$/, '')}…`;
  }
  return line === '' ? undefined : line;
}

/** A number from a cluster; undefined for everything else, 0 stays 0. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : undefined;
}

/**
 * A time from a cluster as ISO 8601. The types say `Date`, but JSON has only
 * text.
 */
export function timeOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && !(value instanceof Date)) {
    return undefined;
  }
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/**
 * Items of a list that may be missing, may not be a list at all, or may have
 * gaps.
 */
export function listOf<T>(value: readonly T[] | null | undefined): T[] {
  return Array.isArray(value)
    ? value.filter(item => item !== null && item !== undefined)
    : [];
}

/** The same without what is no object at all. */
export function objectsOf<T>(value: readonly T[] | null | undefined): T[] {
  return listOf(value).filter(item => typeof item === 'object');
}

/** What tells objects of one kind in one cluster from each other. */
export function keyOf(object: {
  metadata?: { namespace?: string; name?: string };
}): string {
  const { namespace, name } = object.metadata ?? {};
  return `${textOf(namespace) ?? ''}/${textOf(name) ?? ''}`;
}
