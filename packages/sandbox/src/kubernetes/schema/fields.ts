import { badRequest, StatusError } from '../errors';
import { isObject } from '../json';
import type { Json, JsonObject, ResourceKind } from '../types';
import { metadataSchema, schemaOfKind, type Schema } from './models';

/** What happens to fields that a kind does not have. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/**
 * Takes away the fields that the kind does not have.
 *
 * @returns a warning for each of them, for `Warn`
 * @throws StatusError BadRequest for a value of the wrong type, and for unknown
 *   fields when `Strict`; for server-side apply, which never takes them, the
 *   answer is the one of its own.
 */
export function knownFields(
  kind: ResourceKind,
  object: JsonObject,
  options: { validation: FieldValidation; where: string },
): { object: JsonObject; warnings: string[] } {
  const unknown: string[] = [];
  const fields: [Json | undefined, Schema, string][] = [
    [{ ...object, metadata: undefined }, schemaOfKind(kind), ''],
    [object.metadata, metadataSchema(), 'metadata'],
  ];
  const [body, metadata] = fields.map(([value, schema, path]) =>
    prune(
      value,
      schema,
      path,
      {
        unknown: field => unknown.push(field),
        wrong: (field, found, wanted, within) => {
          throw badRequest(
            `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: json: cannot unmarshal ${found} into Go struct field ${within}.${field} of type ${wanted}`,
          );
        },
      },
      kind.kind,
    ),
  );
  if (unknown.length > 0) {
    refuse(kind, object, unknown, options);
  }
  return {
    object: {
      ...(isObject(body) ? body : {}),
      metadata: isObject(metadata) ? metadata : {},
    },
    warnings:
      options.validation === 'Warn'
        ? unknown.map(field => `unknown field "${field}"`)
        : [],
  };
}

function refuse(
  kind: ResourceKind,
  object: JsonObject,
  unknown: string[],
  options: { validation: FieldValidation; where: string },
) {
  if (options.where === 'apply' && options.validation !== 'Ignore') {
    const metadata = isObject(object.metadata) ? object.metadata : {};
    throw new StatusError({
      code: 500,
      reason: '',
      message: `failed to create typed patch object (${
        metadata.namespace ?? ''
      }/${metadata.name}; ${kind.group}/${kind.version}, Kind=${kind.kind}): ${unknown
        .map(field => `.${field}: field not declared in schema`)
        .join(', ')}`,
    });
  }
  if (options.validation === 'Strict') {
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${
        kind.kind
      }: strict decoding error: ${unknown
        .map(field => `unknown field "${field}"`)
        .join(', ')}`,
    );
  }
}

interface Findings {
  unknown(path: string): void;
  /** @param within - the struct that has the field */
  wrong(path: string, found: string, wanted: string, within: string): never;
}

type Scalar = Exclude<Schema['type'], 'any' | 'list' | 'map' | 'object'>;

const fits: Record<Scalar, (value: Json) => boolean> = {
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  integer: value => Number.isInteger(value),
  number: value => typeof value === 'number',
  intOrString: value => typeof value === 'string' || Number.isInteger(value),
  quantity: value => typeof value === 'string' || typeof value === 'number',
};

const goTypes: Record<Scalar, string> = {
  string: 'string',
  boolean: 'bool',
  integer: 'int32',
  number: 'float64',
  intOrString: 'intstr.IntOrString',
  quantity: 'resource.Quantity',
};

/** A value without the fields its schema does not have. */
function prune(
  value: Json | undefined,
  schema: Schema,
  path: string,
  findings: Findings,
  within: string,
): Json | undefined {
  if (value === null || value === undefined || schema.type === 'any') {
    return value;
  }
  const inner = (field: string) => (path ? `${path}.${field}` : field);
  switch (schema.type) {
    case 'list':
      return Array.isArray(value)
        ? value.map(
            (item, i) =>
              prune(item, schema.items, `${path}[${i}]`, findings, within) ??
              null,
          )
        : findings.wrong(path, nameOf(value), '[]', within);
    case 'map':
      if (!isObject(value)) {
        return findings.wrong(path, nameOf(value), 'map', within);
      }
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          prune(item, schema.values, inner(key), findings, within),
        ]),
      );
    case 'object': {
      if (!isObject(value)) {
        return findings.wrong(path, nameOf(value), schema.name, within);
      }
      const fields = schema.fields();
      const pruned: JsonObject = {};
      for (const [key, item] of Object.entries(value)) {
        if (Object.hasOwn(fields, key)) {
          pruned[key] = prune(
            item,
            fields[key],
            inner(key),
            findings,
            schema.name,
          );
        } else if (item !== undefined) {
          findings.unknown(inner(key));
        }
      }
      return pruned;
    }
    default:
      return fits[schema.type](value)
        ? value
        : findings.wrong(path, nameOf(value), goTypes[schema.type], within);
  }
}

function nameOf(value: Json): string {
  if (Array.isArray(value)) {
    return 'array';
  }
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
