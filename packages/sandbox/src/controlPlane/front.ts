import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpsRequest, type Server } from 'node:https';
import {
  cutConnection,
  interrupt,
  interruptStream,
  journalRequest,
  type ServerCertificate,
} from '../core';
import { faultAnswer } from '../kubernetes/answers';
import { isTrue, understand, type Understanding } from '../kubernetes/call';
import { showCertificates } from '../kubernetes/showCertificates';
import type { ClusterIdentity } from '../kubernetes/types';
import type { ApiAccess } from './client';

interface FrontOptions extends Understanding {
  tls: ServerCertificate;
  /** The API server behind it. */
  behind: Pick<ApiAccess, 'url' | 'certificateAuthority'>;
  /** Who calls, for the journal; the API server decides by itself. */
  authenticate(token: string): Promise<ClusterIdentity | undefined>;
}

/**
 * What stands at a cluster's address in the sandbox: passes every request on to
 * the real API server as it is, writes it down, and lets faults hit it.
 */
export function createFront(options: FrontOptions): Server {
  const server = createServer(
    { cert: options.tls.certificate, key: options.tls.key },
    (request, response) => {
      pass(options, request, response).catch(error => {
        // Whoever has left already hears of nothing.
        if (!response.destroyed) {
          options.context.log(`kubernetes: ${error?.stack ?? error}`);
          response.destroy();
        }
      });
    },
  );
  showCertificates(server, options);
  return server;
}

async function callerOf(
  { authenticate }: FrontOptions,
  { headers }: IncomingMessage,
) {
  const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const identity = token ? await authenticate(token) : undefined;
  return identity?.username;
}

async function pass(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { context, behind } = options;
  const call = understand(options, request, response);
  const { info, startedAt } = call;
  const interruption = await interrupt({
    context,
    info,
    request,
    response,
    failure: faultAnswer,
  });
  if (interruption === 'taken') {
    return;
  }
  info.caller = await callerOf(options, request);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const passed = httpsRequest(
      `${behind.url}${request.url}`,
      {
        method: request.method,
        ca: behind.certificateAuthority,
        agent: false,
        headers: { ...request.headers, host: new URL(behind.url).host },
      },
      resolve,
    );
    passed.once('error', reject);
    // Whoever leaves takes the call along.
    response.once('close', () => passed.destroy());
    request.pipe(passed);
  });
  const unanswered = { 'cut-after': 'reset', 'hang-after': 'hang' } as const;
  journalRequest(
    context,
    info,
    startedAt,
    interruption === 'none'
      ? { status: answer.statusCode ?? 0 }
      : { status: 0, error: unanswered[interruption] },
  );
  if (interruption === 'none') {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
    answer.once('error', () => response.destroy());
    if (call.verb === 'watch' || isTrue(call, 'follow')) {
      interruptStream({ context, info, request, response });
    }
    return;
  }
  // It has had its effect, and nobody hears of it.
  answer.resume();
  if (interruption === 'cut-after') {
    cutConnection(request);
  } else if (request.method === 'GET') {
    response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
  }
}
