import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import {
  cutConnection,
  interrupt,
  interruptStream,
  journalRequest,
  readBody,
  type HttpAnswer,
} from '../core';
import { faultAnswer, json, statusAnswer } from './answers';
import { forbiddenMessage, isAllowed } from './authorization';
import {
  attributesOf,
  isTrue,
  kindsOf,
  understand,
  type ApiServerOptions,
  type Call,
} from './call';
import { discoveryDocument } from './discovery';
import { StatusError } from './errors';
import { computed } from './handlers/computed';
import { followLog, readLog } from './handlers/logs';
import { getObject, listObjects, watchObjects } from './handlers/read';
import { evict, removeObject, removeObjects } from './handlers/remove';
import { writeObject } from './handlers/write';
import type { Route } from './route';
import { showCertificates } from './showCertificates';
import type { ClusterIdentity } from './types';

/** Paths that say no secrets; anybody may ask. */
const OPEN_PATHS = ['/healthz', '/livez', '/readyz', '/version'];

/** A Kubernetes API server over TLS. */
export function createApiServer(options: ApiServerOptions): Server {
  const server = createServer(
    { cert: options.tls.certificate, key: options.tls.key },
    (request, response) => {
      serve(options, request, response).catch(error => {
        options.context.log(`kubernetes: ${error?.stack ?? error}`);
        response.destroy();
      });
    },
  );
  showCertificates(server, options);
  return server;
}

async function serve(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { context } = options;
  const call = understand(options, request, response);
  const interruption = await interrupt({
    context,
    info: call.info,
    request,
    response,
    failure: faultAnswer,
  });
  if (interruption === 'taken') {
    return;
  }
  const cut = interruption === 'cut-after';
  const unanswered =
    interruption === 'none'
      ? undefined
      : { status: 0, error: cut ? 'reset' : 'hang' };
  let answer: HttpAnswer | undefined;
  try {
    answer = await answerOf(options, call);
  } catch (error) {
    if (!(error instanceof StatusError)) {
      context.log(
        `kubernetes: ${error instanceof Error ? error.stack : error}`,
      );
    }
    answer = statusAnswer(
      error instanceof StatusError
        ? error
        : new StatusError({
            code: 500,
            reason: 'InternalError',
            message: `Internal error occurred: ${error}`,
            details: {},
          }),
    );
  }
  journalRequest(
    context,
    call.info,
    call.startedAt,
    unanswered ?? answer ?? { status: 200 },
  );
  if (interruption === 'hang-after') {
    if (answer && isRead(call)) {
      response.writeHead(answer.status, answer.headers).flushHeaders();
    }
    // Of what has begun, nothing more arrives.
    response.cork();
    return;
  }
  if (cut) {
    cutConnection(request);
  } else if (answer) {
    finish(call, answer);
  }
}

const isRead = ({ method }: Call) => method === 'GET';

/** The answer to send; undefined for a stream, which is being sent. */
async function answerOf(
  options: ApiServerOptions,
  call: Call,
): Promise<HttpAnswer | undefined> {
  const identity = await identify(options, call);
  call.info.caller = identity.username;
  const { route } = call;
  if (!route) {
    return answerPath(options, call);
  }
  authorize(options, identity, call, route);
  requireSubresource(route);
  if (call.verb === 'watch' && !route.kind.virtual) {
    watchObjects(options, call, route);
    interruptStream({ context: options.context, ...call });
    return undefined;
  }
  if (route.subresource === 'log' && isTrue(call, 'follow')) {
    followLog(options, call, route);
    interruptStream({ context: options.context, ...call });
    return undefined;
  }
  const body = await readBody(call.request);
  if (!body) {
    throw new StatusError({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
    });
  }
  return route.kind.virtual
    ? computed(options, identity, call, route, body)
    : stored(options, call, route, body);
}

async function identify(
  options: ApiServerOptions,
  { request, path }: Call,
): Promise<ClusterIdentity> {
  if (OPEN_PATHS.includes(path)) {
    return { username: 'system:anonymous', groups: [], accessPolicies: [] };
  }
  const [, token] =
    /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const identity = token ? await options.authenticate(token) : undefined;
  if (!identity) {
    throw new StatusError({
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
  }
  return identity;
}

function authorize(
  options: ApiServerOptions,
  identity: ClusterIdentity,
  call: Call,
  route: Route,
): void {
  const attributes = attributesOf(call, route);
  if (!isAllowed(options.store, identity, attributes)) {
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: forbiddenMessage(identity, attributes),
      details: {
        ...(attributes.name && { name: attributes.name }),
        ...(attributes.group && { group: attributes.group }),
        kind: attributes.resource,
      },
    });
  }
}

const noSuchResource = () =>
  new StatusError({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });

function requireSubresource({ kind, subresource }: Route) {
  if (subresource && !kind.subresources?.includes(subresource)) {
    throw noSuchResource();
  }
}

/** Health and discovery. */
function answerPath(options: ApiServerOptions, call: Call): HttpAnswer {
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(call.path)) {
    return {
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'ok',
    };
  }
  const document = discoveryDocument(
    call.path,
    kindsOf(options),
    options.version,
    call.request.headers.accept ?? '',
  );
  if (!document) {
    throw noSuchResource();
  }
  const answer = json(200, document.body);
  return document.contentType
    ? { ...answer, headers: { 'content-type': document.contentType } }
    : answer;
}

function stored(
  options: ApiServerOptions,
  call: Call,
  route: Route,
  body: Buffer,
): HttpAnswer {
  switch (call.verb) {
    case 'list':
      return listObjects(options, call, route);
    case 'get':
      return route.subresource === 'log'
        ? readLog(options, call, route)
        : getObject(options, call, route);
    case 'delete':
      return removeObject(options, call, route, body);
    case 'deletecollection':
      return removeObjects(options, call, route, body);
    default:
      return route.subresource === 'eviction'
        ? evict(options, call, route, body)
        : writeObject(options, call, route, body);
  }
}

function finish({ request, response }: Call, answer: HttpAnswer): void {
  if (response.headersSent || response.destroyed) {
    response.end();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}
