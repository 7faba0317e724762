import { parseBody } from './body';
import { conflict, invalid } from './errors';
import { asJson, asObject, at, isObject, objectAt } from './json';
import { storedKind } from './kinds';
import type { JsonObject, KubernetesObject, ObjectStore } from './types';
import {
  existing,
  patched,
  save,
  type WriteRequest,
  type WriteResult,
} from './write';

/** The `scale` of a workload: its replicas and nothing else. */
export function readScale(object: KubernetesObject): KubernetesObject {
  const workload = asJson(object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } =
    object.metadata;
  const labels = objectAt(workload, 'spec.selector.matchLabels');
  const scale = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(workload, 'spec.replicas') ?? 0 },
    status: {
      replicas: at(workload, 'status.replicas') ?? 0,
      selector: Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    },
  };
  return scale;
}

export function writeScale(
  store: ObjectStore,
  request: WriteRequest,
  method: string,
): WriteResult {
  const current = existing(store, request);
  const sent = parseBody(request.body, request.contentType);
  const wanted =
    method === 'PUT'
      ? sent
      : patched(request, asJson(readScale(current)), sent);
  const replicas = at(wanted, 'spec.replicas') ?? 0;
  if (typeof replicas !== 'number' || replicas < 0) {
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, request.name ?? '', [
      {
        field: 'spec.replicas',
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
      },
    ]);
  }
  const version = at(wanted, 'metadata.resourceVersion');
  if (version && version !== current.metadata.resourceVersion) {
    throw conflict(storedKind(request.kind), current.metadata.name);
  }
  const workload = asJson(current);
  const spec: JsonObject = isObject(workload.spec) ? workload.spec : {};
  const result = save(
    store,
    request,
    current,
    asObject({ ...workload, spec: { ...spec, replicas } }),
  );
  return { ...result, object: readScale(result.object) };
}
