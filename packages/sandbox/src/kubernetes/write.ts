import { applyPatch, type Operation } from 'fast-json-patch';
import { parse } from 'yaml';
import { badRequest, conflict, notFound, StatusError } from './errors';
import { apiVersionOf, kinds } from './kinds';
import { setDefaults } from './defaults';
import { serverSideApply } from './patch/apply';
import { isObject } from './patch/listKeys';
import { asJson, trackUpdate } from './patch/managedFields';
import { mergePatch } from './patch/merge';
import { strategicMerge } from './patch/strategic';
import { restrictedViolations } from './podSecurity';
import type {
  Json,
  JsonObject,
  KubernetesObject,
  ObjectStore,
  ResourceKind,
} from './types';
import { validate } from './validation';

/** A change that somebody asks for. */
export interface WriteRequest {
  kind: ResourceKind;
  namespace?: string;
  name?: string;
  subresource?: string;
  body: Buffer;
  contentType: string;
  fieldManager: string;
  force: boolean;
  now: number;
}

export interface WriteResult {
  object: KubernetesObject;
  created: boolean;
  /** Sent as Warning headers. */
  warnings: string[];
}

/** What was sent, as an object of the kind the path names. */
function readObject(request: WriteRequest): KubernetesObject {
  const { kind, namespace, name } = request;
  const body = parseBody(request);
  if (!isObject(body)) {
    throw badRequest('the body of the request was not an object');
  }
  const metadata = isObject(body.metadata) ? body.metadata : {};
  // The path says which kind it is; a body that says nothing is taken for it.
  const said = {
    kind: body.kind ?? kind.kind,
    apiVersion: body.apiVersion ?? apiVersionOf(kind),
  };
  if (said.kind !== kind.kind || said.apiVersion !== apiVersionOf(kind)) {
    throw badRequest(
      `the API version in the data (${body.apiVersion}, ${
        body.kind
      }) does not match the expected API version (${apiVersionOf(kind)}, ${
        kind.kind
      })`,
    );
  }
  if (
    kind.namespaced &&
    metadata.namespace !== undefined &&
    metadata.namespace !== namespace
  ) {
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request`,
    );
  }
  if (name && metadata.name !== undefined && metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  return {
    ...body,
    ...said,
    metadata: {
      ...metadata,
      ...(name && { name }),
      ...(kind.namespaced && { namespace }),
    },
  } as unknown as KubernetesObject;
}

function parseBody({ body, contentType }: WriteRequest): Json {
  try {
    const text = body.toString('utf8');
    return contentType.includes('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`the object could not be read: ${error}`);
  }
}

export function create(store: ObjectStore, request: WriteRequest): WriteResult {
  const object = readObject(request);
  requireNamespace(store, request);
  delete (object as Partial<{ status: unknown }>).status;
  const complete = setDefaults(object);
  const warnings = admit(store, request, complete);
  trackUpdate(undefined, complete, writer(request, 'Update'));
  return {
    object: store.create(request.kind, complete),
    created: true,
    warnings,
  };
}

export function replace(
  store: ObjectStore,
  request: WriteRequest,
): WriteResult {
  const current = existing(store, request);
  return save(store, request, current, readObject(request));
}

export function patch(store: ObjectStore, request: WriteRequest): WriteResult {
  const type = request.contentType.split(';')[0].trim();
  if (type.startsWith('application/apply-patch')) {
    return apply(store, request);
  }
  const current = existing(store, request);
  const change = parseBody(request);
  const before = asJson(current);
  const after = patched(type, before, change);
  if (!isObject(after)) {
    throw badRequest('the patch does not make an object');
  }
  return save(
    store,
    request,
    current,
    structuredClone(after) as unknown as KubernetesObject,
  );
}

function patched(type: string, before: JsonObject, change: Json): Json {
  switch (type) {
    case 'application/json-patch+json':
      try {
        return applyPatch(
          structuredClone(before),
          change as unknown as Operation[],
          true,
        ).newDocument;
      } catch (error) {
        throw new StatusError({
          code: 422,
          reason: 'Invalid',
          message: `the server rejected our request due to an error in our request: ${error}`,
        });
      }
    case 'application/merge-patch+json':
      return mergePatch(before, change);
    case 'application/strategic-merge-patch+json':
      return strategicMerge(before, change);
    default:
      throw new StatusError({
        code: 415,
        reason: 'UnsupportedMediaType',
        message: `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml`,
      });
  }
}

function apply(store: ObjectStore, request: WriteRequest): WriteResult {
  const { kind, namespace, name = '', subresource } = request;
  const applied = readObject(request);
  if (applied.metadata.managedFields) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const live = store.get(kind, namespace, name);
  if (!live) {
    requireNamespace(store, request);
  }
  const merged = serverSideApply({
    live,
    applied,
    writer: {
      manager: request.fieldManager,
      time: timestamp(request.now),
      subresource,
    },
    force: request.force,
  });
  if (subresource === 'status' && live) {
    return {
      object: store.updateStatus(kind, merged),
      created: false,
      warnings: [],
    };
  }
  const complete = setDefaults(merged);
  const warnings = admit(store, request, complete, live);
  return live
    ? { object: store.update(kind, complete), created: false, warnings }
    : { object: store.create(kind, complete), created: true, warnings };
}

function save(
  store: ObjectStore,
  request: WriteRequest,
  current: KubernetesObject,
  next: KubernetesObject,
): WriteResult {
  const { kind, subresource } = request;
  if (subresource === 'status') {
    trackUpdate(current, next, writer(request, 'Update'));
    return {
      object: store.updateStatus(kind, next),
      created: false,
      warnings: [],
    };
  }
  const complete = setDefaults(next);
  const warnings = admit(store, request, complete, current);
  if ('status' in current) {
    Object.assign(complete, { status: current.status });
  }
  trackUpdate(current, complete, writer(request, 'Update'));
  return { object: store.update(kind, complete), created: false, warnings };
}

function existing(
  store: ObjectStore,
  { kind, namespace, name = '' }: WriteRequest,
): KubernetesObject {
  const current = store.get(kind, namespace, name);
  if (!current) {
    throw notFound(kind, name);
  }
  return current;
}

const writer = (
  { fieldManager, now, subresource }: WriteRequest,
  operation: 'Apply' | 'Update',
) => ({
  manager: fieldManager,
  operation,
  time: timestamp(now),
  ...(subresource && { subresource }),
});

const timestamp = (now: number) =>
  new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

function requireNamespace(
  store: ObjectStore,
  { kind, namespace, name }: WriteRequest,
) {
  if (!kind.namespaced) {
    return;
  }
  const found = store.get(kinds.namespaces, undefined, namespace ?? '');
  if (!found) {
    throw notFound(kinds.namespaces, namespace ?? '');
  }
  if (found.metadata.deletionTimestamp) {
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: `${kind.plural} "${name ?? ''}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    });
  }
}

/** Validation and Pod Security; returns warnings. */
function admit(
  store: ObjectStore,
  request: WriteRequest,
  object: KubernetesObject,
  previous?: KubernetesObject,
): string[] {
  const { kind, namespace } = request;
  if (!(object.metadata.generateName && !object.metadata.name) || previous) {
    validate(kind, object, previous);
  }
  const podSpec = podSpecOf(object);
  const labels =
    (namespace &&
      store.get(kinds.namespaces, undefined, namespace)?.metadata.labels) ||
    {};
  if (!podSpec || previous) {
    return [];
  }
  const level = (mode: string) =>
    labels[`pod-security.kubernetes.io/${mode}`] === 'restricted';
  const violations =
    level('enforce') || level('warn') ? restrictedViolations(podSpec) : [];
  if (violations.length === 0) {
    return [];
  }
  const text = violations.join(', ');
  if (kind.kind === 'Pod' && level('enforce')) {
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: `pods "${object.metadata.name}" is forbidden: violates PodSecurity "restricted:latest": ${text}`,
    });
  }
  return [`would violate PodSecurity "restricted:latest": ${text}`];
}

function podSpecOf(object: KubernetesObject): JsonObject | undefined {
  const { spec } = asJson(object);
  if (!isObject(spec)) {
    return undefined;
  }
  if (object.kind === 'Pod') {
    return spec;
  }
  const template = isObject(spec.template) ? spec.template.spec : undefined;
  return isObject(template) ? template : undefined;
}

/** The `scale` of a workload: its replicas and nothing else. */
export function readScale(object: KubernetesObject): KubernetesObject {
  const { spec, status } = asJson(object);
  const replicas = isObject(spec) ? spec.replicas : 0;
  const selector =
    isObject(spec) && isObject(spec.selector) ? spec.selector : {};
  const { name, namespace, uid, resourceVersion, creationTimestamp } =
    object.metadata;
  const scale = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas },
    status: {
      replicas: isObject(status) ? (status.replicas ?? 0) : 0,
      selector: Object.entries(
        isObject(selector.matchLabels) ? selector.matchLabels : {},
      )
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
  const body = parseBody(request);
  const wanted =
    method === 'PUT'
      ? body
      : patched(
          request.contentType.split(';')[0].trim(),
          asJson(readScale(current)),
          body,
        );
  const spec = isObject(wanted) && isObject(wanted.spec) ? wanted.spec : {};
  if (typeof spec.replicas !== 'number') {
    throw conflict(
      request.kind,
      request.name ?? '',
      'spec.replicas is missing',
    );
  }
  const next = asJson(current);
  const result = save(store, { ...request, subresource: undefined }, current, {
    ...next,
    spec: {
      ...(isObject(next.spec) ? next.spec : {}),
      replicas: spec.replicas,
    },
  } as unknown as KubernetesObject);
  return { ...result, object: readScale(result.object) };
}
