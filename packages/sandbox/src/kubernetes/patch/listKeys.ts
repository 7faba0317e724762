import { isObject } from '../json';
import type { Json, JsonObject } from '../types';

/**
 * Lists whose items are told apart by keys rather than by position, by the
 * name of the field that holds them. Kubernetes declares these as
 * x-kubernetes-list-map-keys and patchMergeKey; a list that is not here is
 * replaced as a whole.
 */
const keysByField: Record<string, string[]> = {
  conditions: ['type'],
  containers: ['name'],
  env: ['name'],
  ephemeralContainers: ['name'],
  hostAliases: ['ip'],
  imagePullSecrets: ['name'],
  initContainers: ['name'],
  ownerReferences: ['uid'],
  podIPs: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  volumeMounts: ['mountPath'],
  volumes: ['name'],
};

/** Lists of values that each writer adds to. */
const sets = new Set(['finalizers']);

/**
 * Maps that one writer has as a whole: half of a selector selects something
 * else.
 */
const wholes = new Set([
  'labelSelector',
  'namespaceSelector',
  'nodeSelector',
  'podSelector',
  'scaleTargetRef',
  'selector',
]);

export const isWhole = (field: string) => wholes.has(field);

export const isSet = (field: string) => sets.has(field);

/** The keys of a list's items; undefined for a list that is one value. */
export function listKeys(field: string, items: Json[]): string[] | undefined {
  if (field === 'ports') {
    // A container's ports and a Service's ports have different keys.
    return items.some(item => isObject(item) && 'containerPort' in item)
      ? ['containerPort', 'protocol']
      : ['port', 'protocol'];
  }
  return keysByField[field];
}

/** Keys that may be left out, and what they are then. */
const defaults: Record<string, Json> = { protocol: 'TCP' };

/** The values that tell an item apart, in the order of the keys. */
export function keyValues(item: Json, keys: string[]): JsonObject {
  const values = isObject(item) ? item : {};
  return Object.fromEntries(
    keys.map(key => [key, values[key] ?? defaults[key] ?? null]),
  );
}

export const sameKey = (a: Json, b: Json, keys: string[]) =>
  JSON.stringify(keyValues(a, keys)) === JSON.stringify(keyValues(b, keys));
