import { isObject } from '../json';
import type { Json, JsonObject } from '../types';
import { isSet, listKeys, sameKey } from './listKeys';

/**
 * Strategic merge patch: as a merge patch, but lists with keys are merged item
 * by item. Directives: `$patch: delete | replace`, `$retainKeys`,
 * `$setElementOrder/…` and `$deleteFromPrimitiveList/…`.
 */
export function strategicMerge(
  target: Json | undefined,
  patch: Json,
  field = '',
): Json {
  if (Array.isArray(patch)) {
    return mergeList(Array.isArray(target) ? target : [], patch, field);
  }
  if (!isObject(patch)) {
    return patch;
  }
  const { $patch, $retainKeys, ...changes } = patch;
  if ($patch === 'replace') {
    return changes;
  }
  const merged: JsonObject = isObject(target) ? { ...target } : {};
  if (Array.isArray($retainKeys)) {
    for (const key of Object.keys(merged)) {
      if (!$retainKeys.includes(key)) {
        delete merged[key];
      }
    }
  }
  for (const [key, value] of Object.entries(changes)) {
    const [directive, name] = key.startsWith('$') ? key.split('/') : [];
    const current = name === undefined ? undefined : merged[name];
    if (directive === '$deleteFromPrimitiveList' && Array.isArray(value)) {
      merged[name] = (Array.isArray(current) ? current : []).filter(
        item => !value.includes(item),
      );
    } else if (directive === '$setElementOrder') {
      // The order is put right once the lists themselves are merged.
    } else if (value === null || value === undefined) {
      delete merged[key];
    } else {
      merged[key] = strategicMerge(merged[key], value, key);
    }
  }
  for (const [key, order] of Object.entries(changes)) {
    const [directive, name] = key.split('/');
    const list = name === undefined ? undefined : merged[name];
    if (
      directive === '$setElementOrder' &&
      Array.isArray(order) &&
      Array.isArray(list)
    ) {
      merged[name] = inOrder(list, order, name);
    }
  }
  return merged;
}

function mergeList(target: Json[], patch: Json[], field: string): Json[] {
  if (isSet(field)) {
    return [...target, ...patch.filter(item => !target.includes(item))];
  }
  const keys = listKeys(field, [...target, ...patch]);
  if (
    !keys ||
    patch.some(item => isObject(item) && item.$patch === 'replace')
  ) {
    return patch.filter(item => !isObject(item) || !item.$patch);
  }
  const merged = [...target];
  for (const item of patch) {
    const at = merged.findIndex(other => sameKey(other, item, keys));
    if (isObject(item) && item.$patch === 'delete') {
      if (at >= 0) {
        merged.splice(at, 1);
      }
    } else if (at >= 0) {
      merged[at] = strategicMerge(merged[at], item);
    } else {
      merged.push(strategicMerge(undefined, item));
    }
  }
  return merged;
}

function inOrder(list: Json[], order: Json[], field: string): Json[] {
  const keys = listKeys(field, [...list, ...order]);
  const place = (item: Json) => {
    const at = order.findIndex(other =>
      keys ? sameKey(other, item, keys) : other === item,
    );
    return at < 0 ? order.length : at;
  };
  return [...list].sort((a, b) => place(a) - place(b));
}
