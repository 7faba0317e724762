import type { HttpAnswer } from '../../core';
import { json } from '../answers';
import {
  contentTypeOf,
  isDryRun,
  isTrue,
  type ApiServerOptions,
  type Call,
} from '../call';
import { badRequest, invalid, StatusError } from '../errors';
import { storedKind } from '../kinds';
import type { Route } from '../route';
import { writeScale } from '../scale';
import type { FieldValidation } from '../schema/fields';
import {
  create,
  patch,
  replace,
  type WriteRequest,
  type WriteResult,
} from '../write';
import { required } from '../validation/causes';
import { presented } from './read';
import { trial } from './trial';

/** Create, update and patch, of objects and of their status and scale. */
export function writeObject(
  options: ApiServerOptions,
  call: Call,
  route: Route,
  body: Buffer,
): HttpAnswer {
  const { kind, namespace, name, subresource } = route;
  if ((call.verb === 'create') === Boolean(name)) {
    throw new StatusError({
      code: 405,
      reason: 'MethodNotAllowed',
      message:
        'the server does not allow this method on the requested resource',
      details: {},
    });
  }
  const store = isDryRun(call)
    ? trial(options, options.store.list(storedKind(kind), { namespace }))
    : options.store;
  const contentType = contentTypeOf(call.request);
  const fieldManager = call.query.get('fieldManager');
  if (contentType.startsWith('application/apply-patch') && !fieldManager) {
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      required('fieldManager', 'is required for apply patch'),
    ]);
  }
  const request: WriteRequest = {
    kind,
    namespace,
    name,
    subresource,
    body,
    contentType,
    fieldManager:
      fieldManager ||
      (call.request.headers['user-agent'] ?? 'unknown').split('/')[0],
    force: isTrue(call, 'force'),
    fieldValidation: fieldValidation(call),
    now: options.context.now(),
  };
  const result = change(store, request, call);
  if (isDryRun(call)) {
    // What is not stored gets no new version.
    const { metadata } = result.object;
    const live = options.store.get(storedKind(kind), namespace, metadata.name);
    metadata.resourceVersion = live?.metadata.resourceVersion;
  }
  const answer = json(
    result.created ? 201 : 200,
    presented(options, call, route, result.object),
  );
  return result.warnings.length === 0
    ? answer
    : {
        ...answer,
        headers: {
          ...answer.headers,
          warning: result.warnings
            .map(text => `299 - ${JSON.stringify(text)}`)
            .join(', '),
        },
      };
}

function change(
  store: ApiServerOptions['store'],
  request: WriteRequest,
  { method }: Call,
): WriteResult {
  if (request.subresource === 'scale') {
    return writeScale(store, request, method);
  }
  switch (method) {
    case 'POST':
      return create(store, request);
    case 'PUT':
      return replace(store, request);
    default:
      return patch(store, request);
  }
}

function fieldValidation({ query }: Call): FieldValidation {
  const value = query.get('fieldValidation') || 'Warn';
  if (value === 'Strict' || value === 'Warn' || value === 'Ignore') {
    return value;
  }
  throw badRequest(
    `CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: ${JSON.stringify(
      value,
    )}: supported values: "", "Ignore", "Strict", "Warn"`,
  );
}
