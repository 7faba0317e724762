import { checkPodSecurity, requireNamespace } from './admission';
import { parseBody } from './body';
import { fromVersion, toVersion } from './conversion';
import { setDefaults } from './defaults';
import { badRequest, notFound, StatusError } from './errors';
import { asJson, asObject, isObject } from './json';
import { apiVersionOf, storedKind } from './kinds';
import { serverSideApply } from './patch/apply';
import { jsonPatch } from './patch/json';
import { trackUpdate } from './patch/managedFields';
import { mergePatch } from './patch/merge';
import { strategicMerge } from './patch/strategic';
import { knownFields, type FieldValidation } from './schema/fields';
import { randomSuffix } from './store';
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
  /** As the path names it. */
  kind: ResourceKind;
  namespace?: string;
  name?: string;
  subresource?: string;
  body: Buffer;
  contentType: string;
  fieldManager: string;
  /** Take over what other managers own. */
  force: boolean;
  fieldValidation: FieldValidation;
  now: number;
}

export interface WriteResult {
  object: KubernetesObject;
  created: boolean;
  /** Sent as Warning headers. */
  warnings: string[];
}

/** An object that is wanted, and what is odd about how it was said. */
interface Wanted {
  object: KubernetesObject;
  warnings: string[];
}

/** JSON as an object of the kind and place that the path names. */
function placed(request: WriteRequest, body: Json): JsonObject {
  const { kind, namespace, name } = request;
  if (!isObject(body)) {
    throw badRequest('the body of the request was not an object');
  }
  // What is left out is what the path says.
  const { apiVersion = apiVersionOf(kind), kind: sentKind = kind.kind } = body;
  if (sentKind !== kind.kind || apiVersion !== apiVersionOf(kind)) {
    throw badRequest(
      `the API version in the data (${apiVersion}, ${sentKind}) does not match the expected API version (${apiVersionOf(kind)}, ${
        kind.kind
      })`,
    );
  }
  const metadata = isObject(body.metadata) ? body.metadata : {};
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
    apiVersion,
    kind: sentKind,
    metadata: {
      ...metadata,
      ...(name && { name }),
      ...(kind.namespaced && { namespace }),
    },
  };
}

/**
 * The object that was sent, in the version that is stored, without what its
 * kind does not have.
 */
function understood(request: WriteRequest, body: Json, where: string): Wanted {
  const { object, warnings } = knownFields(
    request.kind,
    placed(request, body),
    { validation: request.fieldValidation, where },
  );
  return { object: fromVersion(request.kind, asObject(object)), warnings };
}

const readBody = ({ body, contentType }: WriteRequest) =>
  parseBody(body, contentType);

const mediaType = ({ contentType }: WriteRequest) =>
  contentType.split(';')[0].trim();

const timestamp = (now: number) =>
  new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

const writer = ({ fieldManager, now, subresource }: WriteRequest) => ({
  manager: fieldManager,
  operation: 'Update' as const,
  time: timestamp(now),
  ...(subresource && { subresource }),
});

export function create(store: ObjectStore, request: WriteRequest): WriteResult {
  const kind = storedKind(request.kind);
  const { object, warnings } = understood(request, readBody(request), 'body');
  const { metadata } = object;
  if (!metadata.name && metadata.generateName) {
    metadata.name = metadata.generateName + randomSuffix();
  }
  if (metadata.resourceVersion) {
    throw badRequest(
      'resourceVersion should not be set on objects to be created',
    );
  }
  requireNamespace(store, { ...request, kind }, metadata.name ?? '');
  const fresh = kind.subresources?.includes('status')
    ? asObject({ ...asJson(object), status: undefined })
    : object;
  const complete = setDefaults(fresh);
  validate(kind, complete);
  warnings.push(...checkPodSecurity(store, complete));
  trackUpdate(undefined, complete, writer(request));
  return { object: store.create(kind, complete), created: true, warnings };
}

export function replace(
  store: ObjectStore,
  request: WriteRequest,
): WriteResult {
  const current = existing(store, request);
  const { object, warnings } = understood(request, readBody(request), 'body');
  return save(store, request, current, object, warnings);
}

export function patch(store: ObjectStore, request: WriteRequest): WriteResult {
  if (mediaType(request) === 'application/apply-patch+yaml') {
    return apply(store, request);
  }
  const current = existing(store, request);
  const before = asJson(toVersion(request.kind, current));
  const after = patched(request, before, readBody(request));
  if (!isObject(after)) {
    throw badRequest('the patch does not make an object');
  }
  const { object, warnings } = understood(
    request,
    structuredClone(after),
    'patch',
  );
  return save(store, request, current, object, warnings);
}

/** @throws StatusError UnsupportedMediaType */
export function patched(
  request: WriteRequest,
  before: JsonObject,
  change: Json,
): Json {
  switch (mediaType(request)) {
    case 'application/json-patch+json':
      return jsonPatch(before, change);
    case 'application/merge-patch+json':
      return mergePatch(before, change);
    case 'application/strategic-merge-patch+json':
      if (!request.kind.custom) {
        return strategicMerge(before, change);
      }
      break;
    default:
  }
  throw new StatusError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json${
      request.kind.custom ? '' : ', application/strategic-merge-patch+json'
    }, application/apply-patch+yaml`,
    details: {},
  });
}

function apply(store: ObjectStore, request: WriteRequest): WriteResult {
  const { namespace, name = '', subresource } = request;
  const kind = storedKind(request.kind);
  const { object: applied, warnings } = understood(
    request,
    readBody(request),
    'apply',
  );
  if (applied.metadata.managedFields) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const live = store.get(kind, namespace, name);
  if (!live) {
    if (applied.metadata.uid) {
      throw notFound(kind, name);
    }
    requireNamespace(store, { ...request, kind }, name);
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
      warnings,
    };
  }
  const complete = setDefaults(merged);
  validate(kind, complete, live);
  warnings.push(...checkPodSecurity(store, complete));
  return live
    ? { object: store.update(kind, complete), created: false, warnings }
    : { object: store.create(kind, complete), created: true, warnings };
}

/** Stores the next state of an object, or of its status. */
export function save(
  store: ObjectStore,
  request: WriteRequest,
  current: KubernetesObject,
  next: KubernetesObject,
  warnings: string[] = [],
): WriteResult {
  const kind = storedKind(request.kind);
  if (request.subresource === 'status') {
    trackUpdate(current, next, writer(request));
    return { object: store.updateStatus(kind, next), created: false, warnings };
  }
  const complete = setDefaults(next);
  if (kind.subresources?.includes('status')) {
    Object.assign(complete, { status: asJson(current).status });
  }
  validate(kind, complete, current);
  warnings.push(...checkPodSecurity(store, complete));
  trackUpdate(current, complete, writer(request));
  return { object: store.update(kind, complete), created: false, warnings };
}

/** @throws StatusError NotFound */
export function existing(
  store: ObjectStore,
  { kind, namespace, name = '' }: WriteRequest,
): KubernetesObject {
  const current = store.get(storedKind(kind), namespace, name);
  if (!current) {
    throw notFound(kind, name);
  }
  return current;
}
