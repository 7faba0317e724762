import type { Config } from '@backstage/config';
import { KubernetesObject } from './client';

/**
 * What may be applied when nothing is configured: what the template needs
 * before the delivery of a service begins.
 */
const defaultKinds = [
  'Namespace',
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'NetworkPolicy.networking.k8s.io',
  'Application.argoproj.io',
];

/**
 * What an operator allows templates to apply.
 *
 * @public
 */
export interface AllowList {
  /** The kinds that may be applied; `group` is empty for the core group. */
  kinds: { kind: string; group: string }[];
  /** Says why objects of a kind are refused, or nothing. */
  explainKind(object: KubernetesObject): string | undefined;
  /** Says why a namespace is refused by its name, or nothing. */
  explainNamespace(namespace: string): string | undefined;
  /**
   * Whether configuration names the namespace: only then may one be used that
   * exists and belongs to no entity.
   */
  namesNamespace(namespace: string): boolean;
}

/** A kind with its group, as configuration writes it: `Deployment.apps`. */
function qualifiedKind(object: KubernetesObject): string {
  const [group, version] = object.apiVersion.split('/');
  return version === undefined ? object.kind : `${object.kind}.${group}`;
}

/**
 * Whether a name matches a pattern of the configuration, in which `*` stands
 * for anything.
 *
 * @public
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const escaped = pattern
    .split('*')
    .map(part => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${escaped}$`).test(name);
}

/**
 * Reads `eks.apply.allowedKinds` and `eks.apply.allowedNamespaces`.
 *
 * Without the latter, a template may use the namespaces that it makes and
 * those that belong to its entity already.
 *
 * @public
 */
export function readAllowList(config: Config): AllowList {
  const kinds =
    config.getOptionalStringArray('eks.apply.allowedKinds') ?? defaultKinds;
  const namespaces = config.getOptionalStringArray(
    'eks.apply.allowedNamespaces',
  );
  return {
    kinds: kinds.map(qualified => {
      const [kind = '', ...group] = qualified.split('.');
      return { kind, group: group.join('.') };
    }),
    explainKind(object) {
      const kind = qualifiedKind(object);
      return kinds.includes(kind)
        ? undefined
        : `${kind} may not be applied by a template; allowed are ${kinds.join(
            ', ',
          )}. Operators allow more in eks.apply.allowedKinds`;
    },
    explainNamespace(namespace) {
      if (
        namespaces === undefined ||
        namespaces.some(pattern => matchesPattern(pattern, namespace))
      ) {
        return undefined;
      }
      return `templates may not use namespace \`${namespace}\`; allowed are ${namespaces.join(
        ', ',
      )}. Operators allow more in eks.apply.allowedNamespaces`;
    },
    namesNamespace(namespace) {
      return (namespaces ?? []).some(pattern =>
        matchesPattern(pattern, namespace),
      );
    },
  };
}
