import { badRequest } from './errors';
import type { Json, JsonObject, KubernetesObject } from './types';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object as plain JSON. */
export const asJson = (object: KubernetesObject | undefined): JsonObject =>
  // An interface has no index signature, but what is stored came as JSON.
  object ? { ...(object as KubernetesObject & JsonObject) } : {};

/**
 * Plain JSON as an object of the API.
 *
 * @throws StatusError BadRequest, when it has no metadata.
 */
export function asObject(json: Json | undefined): KubernetesObject {
  if (!isKubernetesObject(json)) {
    throw badRequest(
      'the object provided is unrecognized (must have metadata)',
    );
  }
  return json;
}

function isKubernetesObject(
  json: Json | undefined,
): json is KubernetesObject & JsonObject {
  return isObject(json) && isObject(json.metadata);
}

/** The value at a path such as `spec.replicas`. */
export const at = (object: Json | undefined, path: string): Json | undefined =>
  path
    .split('.')
    .reduce<Json | undefined>(
      (value, key) => (isObject(value) ? value[key] : undefined),
      object,
    );

/** The object at a path; an empty one where there is none. */
export function objectAt(object: Json | undefined, path: string): JsonObject {
  const value = at(object, path);
  return isObject(value) ? value : {};
}

/** The objects of the list at a path. */
export function listAt(object: Json | undefined, path: string): JsonObject[] {
  const value = at(object, path);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Whether two values say the same; a field left out is one that is undefined. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) {
    return true;
  }
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) {
    return false;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => isSame(item, b[i]))
    );
  }
  const others = new Map<string, unknown>(Object.entries(b));
  return (
    Object.entries(a).every(([key, value]) => isSame(value, others.get(key))) &&
    [...others].every(([key, value]) => value === undefined || key in a)
  );
}
