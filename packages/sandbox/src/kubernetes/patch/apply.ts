import { asJson, asObject, isObject, isSame } from '../json';
import { StatusError } from '../errors';
import type {
  Json,
  JsonObject,
  KubernetesObject,
  ManagedFieldsEntry,
} from '../types';
import { fieldSet, removeAt, valueAt } from './fieldSets';
import { isSet, isWhole, listKeys, sameKey } from './listKeys';
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

  const conflicts: FieldConflict[] = [];
  for (const { entry, fields } of owners) {
    if (sameWriter(entry, writer)) {
      continue;
    }
    for (const [key, path] of wantedFields) {
      const differs = !isSame(valueAt(there, path), valueAt(wanted, path));
      if (fields.has(key) && differs) {
        if (force) {
          fields.delete(key);
        } else {
          conflicts.push({ entry, path });
        }
      }
    }
  }
  if (conflicts.length > 0) {
    throw conflictError(conflicts);
  }

  const merged = structuredClone(mergeObject(there, wanted));
  const own = owners.find(({ entry }) => sameWriter(entry, writer));
  for (const [key, path] of own?.fields ?? []) {
    const othersOwn = owners.some(
      other => other !== own && other.fields.has(key),
    );
    if (!wantedFields.has(key) && !othersOwn) {
      removeAt(merged, path);
    }
  }

  const result = asObject(merged);
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

function mergeObject(there: JsonObject, wanted: JsonObject): JsonObject {
  const merged = { ...there };
  for (const [key, value] of Object.entries(wanted)) {
    if (value !== undefined && key !== 'managedFields') {
      merged[key] = merge(merged[key], value, key);
    }
  }
  return merged;
}

function merge(there: Json | undefined, wanted: Json, field: string): Json {
  if (isWhole(field)) {
    return wanted;
  }
  if (isObject(wanted)) {
    return mergeObject(isObject(there) ? there : {}, wanted);
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

/** A field that another manager has set to something else. */
interface FieldConflict {
  entry: ManagedFieldsEntry;
  path: string[];
}

const describeManager = (entry: ManagedFieldsEntry) =>
  [
    JSON.stringify(entry.manager),
    entry.subresource &&
      `with subresource ${JSON.stringify(entry.subresource)}`,
    entry.operation === 'Update' && `using ${entry.apiVersion}`,
  ]
    .filter(Boolean)
    .join(' ');

/** Such as `.spec.containers[name="app"].image`. */
const describePath = (path: string[]) =>
  path
    .filter(segment => segment !== '.')
    .map(segment => {
      const content = segment.slice(2);
      switch (segment.slice(0, 2)) {
        case 'f:':
          return `.${content}`;
        case 'k:':
          return `[${Object.entries<Json>(JSON.parse(content))
            .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
            .join(',')}]`;
        default:
          return `[=${content}]`;
      }
    })
    .join('');

function conflictError(conflicts: FieldConflict[]): StatusError {
  const byManager = new Map<string, string[]>();
  for (const { entry, path } of conflicts) {
    const manager = describeManager(entry);
    byManager.set(manager, [
      ...(byManager.get(manager) ?? []),
      describePath(path),
    ]);
  }
  const text =
    conflicts.length === 1
      ? `1 conflict: conflict with ${[...byManager]
          .map(([manager, paths]) => `${manager}: ${paths}`)
          .join()}`
      : `${conflicts.length} conflicts: ${[...byManager]
          .map(([manager, paths]) =>
            [`conflicts with ${manager}:`, ...paths].join('\n- '),
          )
          .join('\n')}`;
  return new StatusError({
    code: 409,
    reason: 'Conflict',
    message: `Apply failed with ${text}`,
    details: {
      causes: conflicts.map(({ entry, path }) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${describeManager(entry)}`,
        field: describePath(path),
      })),
    },
  });
}
