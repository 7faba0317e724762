import { clientNode as client } from '../clientNode';
import type { ResourceKind } from '../types';

/** What may stand in a field. */
export type Schema =
  | { type: 'string' | 'integer' | 'number' | 'boolean' | 'any' }
  | { type: 'intOrString' | 'quantity' }
  | { type: 'list'; items: Schema }
  | { type: 'map'; values: Schema }
  | {
      type: 'object';
      /** What Kubernetes calls it: `DeploymentSpec`. */
      name: string;
      fields: () => Record<string, Schema>;
    };

interface Attribute {
  baseName: string;
  type: string;
  format: string;
}

/** The official client has the fields of every built-in kind. */
const models = new Map<string, () => Attribute[]>(
  Object.entries(client).flatMap(([name, model]) =>
    typeof model === 'function' && 'getAttributeTypeMap' in model
      ? [[name, model.getAttributeTypeMap as () => Attribute[]]]
      : [],
  ),
);

/** Fields that hold amounts such as `100m`, which may be written as numbers. */
const quantities = new Set([
  'allocatable',
  'averageValue',
  'capacity',
  'default',
  'defaultRequest',
  'divisor',
  'hard',
  'limits',
  'max',
  'maxLimitRequestRatio',
  'min',
  'requests',
  'sizeLimit',
  'used',
]);

const scalars: Record<string, Schema> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  any: { type: 'any' },
  Date: { type: 'string' },
  V1MicroTime: { type: 'string' },
  IntOrString: { type: 'intOrString' },
};

function schemaOf(type: string, format: string, field: string): Schema {
  const [, items] = /^Array<(.+)>$/.exec(type) ?? [];
  if (items) {
    return { type: 'list', items: schemaOf(items, format, field) };
  }
  const [, values] = /^\{ \[key: string\]: (.+); \}$/.exec(type) ?? [];
  if (values) {
    return { type: 'map', values: schemaOf(values, format, field) };
  }
  if (type === 'number') {
    return { type: format.startsWith('int') ? 'integer' : 'number' };
  }
  if (type === 'string' && quantities.has(field)) {
    return { type: 'quantity' };
  }
  return scalars[type] ?? objectSchema(type) ?? { type: 'any' };
}

const known = new Map<string, Schema>();

function objectSchema(name: string): Schema | undefined {
  const attributes = models.get(name);
  if (!attributes) {
    return undefined;
  }
  let schema = known.get(name);
  if (!schema) {
    let fields: Record<string, Schema> | undefined;
    schema = {
      type: 'object',
      name: name.replace(/^([A-Z][a-z]+)?V\d+((Alpha|Beta)\d+)?/, ''),
      // When asked: the models refer to each other.
      fields: () =>
        (fields ??= Object.fromEntries(
          attributes().map(({ baseName, type, format }) => [
            baseName,
            schemaOf(type, format, baseName),
          ]),
        )),
    };
    known.set(name, schema);
  }
  return schema;
}

/** The fields of a built-in kind; those of its metadata alone for others. */
export function schemaOfKind({
  group,
  version,
  kind,
  custom,
}: ResourceKind): Schema {
  const prefix =
    version.charAt(0).toLocaleUpperCase('en-US') + version.slice(1);
  const api = (group.split('.')[0] || 'core').replace(/^./, letter =>
    letter.toLocaleUpperCase('en-US'),
  );
  const schema = custom
    ? undefined
    : (objectSchema(`${prefix}${kind}`) ??
      objectSchema(`${api}${prefix}${kind}`));
  return schema ?? { type: 'map', values: { type: 'any' } };
}

/** The fields of every object's metadata. */
export const metadataSchema = (): Schema =>
  objectSchema('V1ObjectMeta') ?? { type: 'any' };
