import { asJson, isSame } from '../json';
import type { Json, KubernetesObject, ManagedFieldsEntry } from '../types';
import {
  fieldSet,
  fromFieldsV1,
  toFieldsV1,
  valueAt,
  type FieldSet,
} from './fieldSets';

/** Who writes, and when. */
export interface Writer {
  manager: string;
  operation: ManagedFieldsEntry['operation'];
  time: string;
  subresource?: string;
}

/** A writer's fields, as they are kept on an object. */
export interface Owned {
  entry: ManagedFieldsEntry;
  fields: FieldSet;
}

export const readOwners = (object: KubernetesObject | undefined): Owned[] =>
  (object?.metadata.managedFields ?? []).map(entry => ({
    entry,
    fields: fromFieldsV1(entry.fieldsV1),
  }));

export const sameWriter = (
  entry: ManagedFieldsEntry,
  writer: Pick<Writer, 'manager' | 'operation' | 'subresource'>,
) =>
  entry.manager === writer.manager &&
  entry.operation === writer.operation &&
  entry.subresource === writer.subresource;

export function newEntry(writer: Writer, apiVersion: string): Owned {
  return {
    entry: {
      manager: writer.manager,
      operation: writer.operation,
      apiVersion,
      time: writer.time,
      fieldsType: 'FieldsV1',
      fieldsV1: {},
      ...(writer.subresource && { subresource: writer.subresource }),
    },
    fields: new Map(),
  };
}

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);

/** Puts the owners on an object; those who own nothing any more are gone. */
export function writeOwners(object: KubernetesObject, owners: Owned[]): void {
  const entries = owners
    .filter(({ fields }) => fields.size > 0)
    .map(({ entry, fields }) => ({ ...entry, fieldsV1: toFieldsV1(fields) }))
    // Who applies comes before who updates, each in the order of time.
    .sort(
      (a, b) =>
        compare(a.operation, b.operation) ||
        compare(a.time, b.time) ||
        compare(a.manager, b.manager),
    );
  if (entries.length > 0) {
    object.metadata.managedFields = entries;
  } else {
    delete object.metadata.managedFields;
  }
}

/**
 * Records a create, update or patch: the writer owns what it changed, and
 * those who owned it before do not.
 */
export function trackUpdate(
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  writer: Writer,
): void {
  const old = asJson(before);
  const next = asJson(after);
  const changed: string[][] = [];
  for (const path of fieldSet(next).values()) {
    if (!isSame(valueAt(old, path), valueAt(next, path))) {
      changed.push(path);
    }
  }
  const owners = readOwners(before);
  for (const { fields } of owners) {
    for (const [key, path] of [...fields]) {
      const value: Json | undefined = valueAt(next, path);
      if (value === undefined || !isSame(value, valueAt(old, path))) {
        fields.delete(key);
      }
    }
  }
  let own = owners.find(({ entry }) => sameWriter(entry, writer));
  if (!own) {
    own = newEntry(writer, after.apiVersion);
    owners.push(own);
  }
  if (changed.length > 0) {
    own.entry.time = writer.time;
    own.entry.apiVersion = after.apiVersion;
    changed.forEach(path => own.fields.set(path.join('\u0000'), path));
  }
  writeOwners(after, owners);
}
