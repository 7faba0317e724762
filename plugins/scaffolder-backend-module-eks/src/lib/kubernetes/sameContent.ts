import { KubernetesObject } from '@slipway/backstage-plugin-eks-node/resources';

/** Metadata that the API server keeps for itself and moves with every write. */
const bookkeeping = new Set(['managedFields', 'resourceVersion', 'generation']);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, canonical(item)]),
    );
  }
  return value;
}

function content({ metadata, status: _status, ...rest }: KubernetesObject) {
  return JSON.stringify(
    canonical({
      ...rest,
      metadata: Object.fromEntries(
        Object.entries(metadata).filter(([key]) => !bookkeeping.has(key)),
      ),
    }),
  );
}

/**
 * Whether two states of an object say the same, apart from its status and the
 * API server's bookkeeping. Works for dry runs too, which move no resource
 * version.
 */
export function sameContent(one: KubernetesObject, other: KubernetesObject) {
  return content(one) === content(other);
}
