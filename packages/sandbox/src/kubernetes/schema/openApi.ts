import { listKeys } from '../patch/listKeys';
import type { JsonObject, ResourceKind } from '../types';
import { schemaOfKind, type Schema } from './models';

/** How deep `kubectl explain --recursive` may look; types contain themselves. */
const DEPTH = 12;

/**
 * OpenAPI v3 of some kinds: what `kubectl explain` shows, and enough for
 * `kubectl apply` to see that the server checks fields itself and which lists
 * are merged by key.
 */
export function openApi(
  kinds: ResourceKind[],
  version: string,
  pathOf: (kind: ResourceKind) => string,
): JsonObject {
  const fieldValidation = {
    name: 'fieldValidation',
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  };
  const names = (kind: ResourceKind) => ({
    group: kind.group,
    version: kind.version,
    kind: kind.kind,
  });
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: `v${version}` },
    paths: Object.fromEntries(
      kinds.map(kind => [
        `/${pathOf(kind)}/${
          kind.namespaced ? 'namespaces/{namespace}/' : ''
        }${kind.plural}/{name}`,
        {
          patch: {
            operationId: `patch${kind.kind}`,
            parameters: [fieldValidation],
            requestBody: {
              content: {
                'application/apply-patch+yaml': {
                  schema: { type: 'object' },
                },
              },
            },
            responses: { '200': { description: 'OK' } },
            'x-kubernetes-group-version-kind': names(kind),
          },
        },
      ]),
    ),
    components: {
      schemas: Object.fromEntries(
        kinds.map(kind => [
          [kind.group || 'core', kind.version, kind.kind].join('.'),
          {
            ...property(schemaOfKind(kind), '', DEPTH),
            'x-kubernetes-group-version-kind': [names(kind)],
          },
        ]),
      ),
    },
  };
}

const types = {
  string: { type: 'string' },
  quantity: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  any: { type: 'object' },
  intOrString: { 'x-kubernetes-int-or-string': true, type: 'string' },
};

function property(schema: Schema, field: string, depth: number): JsonObject {
  switch (schema.type) {
    case 'list': {
      const keys = listKeys(field, []);
      return {
        type: 'array',
        items: property(schema.items, '', depth - 1),
        ...(keys && {
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': keys,
          'x-kubernetes-patch-strategy': 'merge',
          'x-kubernetes-patch-merge-key': keys[0],
        }),
      };
    }
    case 'map':
      return {
        type: 'object',
        additionalProperties: property(schema.values, '', depth - 1),
      };
    case 'object':
      return {
        type: 'object',
        ...(depth > 0 && {
          properties: Object.fromEntries(
            Object.entries(schema.fields()).map(([name, value]) => [
              name,
              property(value, name, depth - 1),
            ]),
          ),
        }),
      };
    default:
      return types[schema.type];
  }
}
