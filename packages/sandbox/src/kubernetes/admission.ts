import { notFound, StatusError } from './errors';
import { asJson, at, isObject } from './json';
import { kinds } from './kinds';
import { restrictedViolations } from './podSecurity';
import type {
  JsonObject,
  KubernetesObject,
  ObjectStore,
  ResourceKind,
} from './types';

/** @throws StatusError when an object cannot be made in the namespace */
export function requireNamespace(
  store: ObjectStore,
  { kind, namespace = '' }: { kind: ResourceKind; namespace?: string },
  name: string,
): void {
  if (!kind.namespaced) {
    return;
  }
  const found = store.get(kinds.namespaces, undefined, namespace);
  if (!found) {
    throw notFound(kinds.namespaces, namespace);
  }
  if (found.metadata.deletionTimestamp) {
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: `${kind.plural}${
        kind.group ? `.${kind.group}` : ''
      } "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      details: {
        name,
        ...(kind.group && { group: kind.group }),
        kind: kind.plural,
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    });
  }
}

/**
 * Pod Security of the object's namespace: refuses pods, warns of workloads.
 *
 * @returns warnings
 * @throws StatusError Forbidden
 */
export function checkPodSecurity(
  store: ObjectStore,
  object: KubernetesObject,
): string[] {
  const { name, namespace } = object.metadata;
  const podSpec = podSpecOf(object);
  const labels =
    (namespace &&
      store.get(kinds.namespaces, undefined, namespace)?.metadata.labels) ||
    {};
  const restricted = (mode: string) =>
    labels[`pod-security.kubernetes.io/${mode}`] === 'restricted';
  if (!podSpec || !(restricted('enforce') || restricted('warn'))) {
    return [];
  }
  const violations = restrictedViolations(podSpec);
  if (violations.length === 0) {
    return [];
  }
  const version = (mode: string) =>
    labels[`pod-security.kubernetes.io/${mode}-version`] ?? 'latest';
  const text = violations.join(', ');
  if (object.kind === 'Pod' && restricted('enforce')) {
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: `pods "${name}" is forbidden: violates PodSecurity "restricted:${version(
        'enforce',
      )}": ${text}`,
      details: { name, kind: 'pods' },
    });
  }
  // What is enforced for pods is told to those who make their templates.
  return [
    `would violate PodSecurity "restricted:${version(
      restricted('warn') ? 'warn' : 'enforce',
    )}": ${text}`,
  ];
}

function podSpecOf(object: KubernetesObject): JsonObject | undefined {
  const json = asJson(object);
  const path =
    {
      Pod: 'spec',
      CronJob: 'spec.jobTemplate.spec.template.spec',
    }[object.kind] ?? 'spec.template.spec';
  const spec = at(json, path);
  return isObject(spec) && Array.isArray(spec.containers) ? spec : undefined;
}
