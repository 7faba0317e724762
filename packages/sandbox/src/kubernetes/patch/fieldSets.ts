import { isObject } from '../json';
import type { Json, JsonObject } from '../types';
import { isSet, isWhole, keyValues, listKeys } from './listKeys';

/**
 * Which fields a writer has set: paths whose segments are `f:name` for a
 * field, `k:{…}` for an item told apart by keys, `v:…` for a value of a set.
 */
export type FieldSet = Map<string, string[]>;

/** Not owned by anybody: the server's, or the object's identity. */
const unowned = new Set([
  'apiVersion',
  'kind',
  'metadata/name',
  'metadata/namespace',
  'metadata/generateName',
  'metadata/uid',
  'metadata/resourceVersion',
  'metadata/generation',
  'metadata/creationTimestamp',
  'metadata/deletionTimestamp',
  'metadata/deletionGracePeriodSeconds',
  'metadata/managedFields',
  'metadata/selfLink',
]);

const id = (path: string[]) => path.join('\u0000');

const plain = (path: string[]) =>
  path.map(segment => segment.replace(/^f:/, '')).join('/');

/** The fields that an object sets. */
export function fieldSet(object: JsonObject): FieldSet {
  const set: FieldSet = new Map();
  const add = (path: string[]) => set.set(id(path), path);
  const visit = (value: Json | undefined, path: string[], field: string) => {
    if (value === undefined || unowned.has(plain(path))) {
      return;
    }
    const keys = Array.isArray(value) ? listKeys(field, value) : undefined;
    if (isObject(value) && Object.keys(value).length > 0 && !isWhole(field)) {
      for (const [key, inner] of Object.entries(value)) {
        visit(inner, [...path, `f:${key}`], key);
      }
    } else if (Array.isArray(value) && isSet(field)) {
      value.forEach(item => add([...path, `v:${JSON.stringify(item)}`]));
    } else if (Array.isArray(value) && keys) {
      for (const item of value) {
        const inner = [...path, `k:${JSON.stringify(keyValues(item, keys))}`];
        // The item itself, so that it goes when its last owner leaves.
        add([...inner, '.']);
        for (const [key, content] of Object.entries(
          isObject(item) ? item : {},
        )) {
          visit(content, [...inner, `f:${key}`], key);
        }
      }
    } else {
      add(path);
    }
  };
  for (const [key, value] of Object.entries(object)) {
    visit(value, [`f:${key}`], key);
  }
  return set;
}

/** In the form that `managedFields` has. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const tree: JsonObject = {};
  for (const path of set.values()) {
    let node = tree;
    for (const segment of path) {
      const known = node[segment];
      const next: JsonObject = isObject(known) ? known : {};
      node[segment] = next;
      node = next;
    }
  }
  return tree;
}

/** From the form that `managedFields` has. */
export function fromFieldsV1(fields: JsonObject): FieldSet {
  const set: FieldSet = new Map();
  const visit = (node: JsonObject, path: string[]) => {
    const segments = Object.entries(node);
    if (segments.length === 0 && path.length > 0) {
      set.set(id(path), path);
    }
    for (const [segment, inner] of segments) {
      visit(isObject(inner) ? inner : {}, [...path, segment]);
    }
  };
  visit(fields, []);
  return set;
}

/** The value at a path; undefined where there is none. */
export function valueAt(object: JsonObject, path: string[]): Json | undefined {
  let value: Json | undefined = object;
  let field = '';
  for (const segment of path) {
    if (segment === '.') {
      return value === undefined ? undefined : true;
    }
    value = step(value, segment, field);
    field = segment.slice(2);
  }
  return value;
}

function step(
  value: Json | undefined,
  segment: string,
  field: string,
): Json | undefined {
  if (segment.startsWith('f:')) {
    return isObject(value) ? value[segment.slice(2)] : undefined;
  }
  return Array.isArray(value)
    ? value[indexOf(value, segment, field)]
    : undefined;
}

function indexOf(list: Json[], segment: string, field: string): number {
  const wanted = segment.slice(2);
  const keys = listKeys(field, list) ?? [];
  return list.findIndex(item =>
    segment.startsWith('v:')
      ? JSON.stringify(item) === wanted
      : JSON.stringify(keyValues(item, keys)) === wanted,
  );
}

/** Takes the value at a path away, with what is empty after it. */
export function removeAt(object: JsonObject, path: string[]): void {
  const [segment, ...rest] = path;
  const key = segment.slice(2);
  const value = object[key];
  if (rest.length === 0) {
    delete object[key];
  } else if (isObject(value)) {
    removeAt(value, rest);
    if (Object.keys(value).length === 0) {
      delete object[key];
    }
  } else if (Array.isArray(value)) {
    removeFromList(value, rest, key);
    if (value.length === 0) {
      delete object[key];
    }
  }
}

function removeFromList(list: Json[], path: string[], field: string): void {
  const [segment, ...rest] = path;
  const at = indexOf(list, segment, field);
  if (at < 0) {
    return;
  }
  const item = list[at];
  if (rest.length === 0 || rest[0] === '.') {
    list.splice(at, 1);
  } else if (isObject(item)) {
    removeAt(item, rest);
  }
}
