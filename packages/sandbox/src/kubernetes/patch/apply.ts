import { asJson, isObject } from '../json';
import { isDeepStrictEqual } from 'node:util';
import { StatusError } from '../errors';
import type { Json, JsonObject, KubernetesObject } from '../types';
import { fieldSet, removeAt, valueAt } from './fieldSets';
import { isSet, listKeys, sameKey } from './listKeys';
import {
  newEntry,
  readOwners,
  sameWriter,
  writeOwners,
  type Writer,
} from './managedFields';

/**
 * Server-side apply: merges what a manager wants into what is there, takes
 * away what it wanted before and wants no more, and refuses what another
 * manager owns and has set differently, unless forced.
 *
 * @throws StatusError Conflict that names each other manager and field.
 */
export function serverSideApply(options: {
  live: KubernetesObject | undefined;
  applied: KubernetesObject;
  writer: Omit<Writer, 'operation'>;
  force: boolean;
}): KubernetesObject {
  const { live, applied, force } = options;
  const writer: Writer = { ...options.writer, operation: 'Apply' };
  const wanted = asJson(applied);
  const there = asJson(live);
  const wantedFields = fieldSet(wanted);
  const owners = readOwners(live);

  const conflicts: { manager: string; operation: string; path: string[] }[] =
    [];
  for (const { entry, fields } of owners) {
    if (sameWriter(entry, writer)) {
      continue;
    }
    for (const [key, path] of wantedFields) {
      const differs = !isDeepStrictEqual(
        valueAt(there, path),
        valueAt(wanted, path),
      );
      if (fields.has(key) && differs) {
        if (force) {
          fields.delete(key);
        } else {
          conflicts.push({
            manager: entry.manager,
            operation: entry.operation,
            path,
          });
        }
      }
    }
  }
  if (conflicts.length > 0) {
    throw conflictError(conflicts);
  }

  const merged = structuredClone(merge(there, wanted, '')) as JsonObject;
  const own = owners.find(({ entry }) => sameWriter(entry, writer));
  for (const [key, path] of own?.fields ?? []) {
    const othersOwn = owners.some(
      other => other !== own && other.fields.has(key),
    );
    if (!wantedFields.has(key) && !othersOwn) {
      removeAt(merged, path);
    }
  }

  const result = merged as unknown as KubernetesObject;
  const mine = own ?? newEntry(writer, applied.apiVersion);
  if (!own) {
    owners.push(mine);
  }
  const unchanged =
    mine.fields.size === wantedFields.size &&
    [...wantedFields.keys()].every(key => mine.fields.has(key));
  if (!unchanged) {
    mine.entry.time = writer.time;
  }
  mine.entry.apiVersion = applied.apiVersion;
  mine.fields = wantedFields;
  result.metadata = { ...result.metadata };
  writeOwners(result, owners);
  return result;
}

function merge(there: Json | undefined, wanted: Json, field: string): Json {
  if (isObject(wanted)) {
    const merged: JsonObject = isObject(there) ? { ...there } : {};
    for (const [key, value] of Object.entries(wanted)) {
      if (value !== undefined && key !== 'managedFields') {
        merged[key] = merge(merged[key], value, key);
      }
    }
    return merged;
  }
  if (!Array.isArray(wanted)) {
    return wanted;
  }
  const list = Array.isArray(there) ? there : [];
  if (isSet(field)) {
    return [...list, ...wanted.filter(item => !list.includes(item))];
  }
  const keys = listKeys(field, [...list, ...wanted]);
  if (!keys) {
    return wanted;
  }
  const kept = list.filter(
    item => !wanted.some(other => sameKey(item, other, keys)),
  );
  return [
    ...wanted.map(item =>
      merge(
        list.find(other => sameKey(item, other, keys)),
        item,
        '',
      ),
    ),
    ...kept,
  ];
}

function conflictError(
  conflicts: { manager: string; operation: string; path: string[] }[],
): StatusError {
  const field = (path: string[]) =>
    path
      .map(segment =>
        segment.startsWith('f:')
          ? `.${segment.slice(2)}`
          : `[${segment.slice(2)}]`,
      )
      .join('');
  const managers = [...new Set(conflicts.map(({ manager }) => manager))];
  const texts = managers.map(
    manager =>
      `conflict with "${manager}": ${conflicts
        .filter(conflict => conflict.manager === manager)
        .map(({ path }) => field(path))
        .join(', ')}`,
  );
  return new StatusError({
    code: 409,
    reason: 'Conflict',
    message: `Apply failed with ${conflicts.length} conflict${
      conflicts.length === 1 ? '' : 's'
    }: ${texts.join('; ')}`,
    details: {
      causes: conflicts.map(({ manager, path }) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with "${manager}"`,
        field: field(path),
      })),
    },
  });
}
