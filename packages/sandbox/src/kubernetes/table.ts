import { columnsOf } from './columns';
import { asJson } from './json';
import type { JsonObject, KubernetesObject, ResourceKind } from './types';

/** Objects as the table that `kubectl get` prints. */
export function toTable(
  kind: ResourceKind,
  objects: KubernetesObject[],
  options: {
    now: number;
    /** `None`, `Metadata` or `Object`: what goes along with each row. */
    includeObject: string;
    metadata: JsonObject;
  },
): JsonObject {
  const columns = columnsOf(kind);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: columns.map(([title, , wide]) => ({
      name: title,
      type: 'string',
      format: title === 'Name' ? 'name' : '',
      description: title,
      priority: wide ? 1 : 0,
    })),
    rows: objects.map(object => ({
      cells: columns.map(([, cell]) => cell(asJson(object), options.now)),
      ...(options.includeObject !== 'None' && {
        object:
          options.includeObject === 'Object'
            ? asJson(object)
            : {
                kind: 'PartialObjectMetadata',
                apiVersion: 'meta.k8s.io/v1',
                metadata: asJson(object).metadata,
              },
      }),
    })),
  };
}
