import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Fault, RequestInfo, StandInContext } from '../types';

/** A complete answer to one request. */
export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The error code of the service's own vocabulary, for the journal. */
  error?: string;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** What a proxy that gave up in the middle leaves of an answer. */
const HALF_A_DOCUMENT = '{"kind":"';

/** Cuts the connection the way a crashed peer or a firewall would. */
export function cutConnection(request: IncomingMessage): void {
  const socket: Socket = request.socket;
  // Only a bare TCP socket can be told to send RST; over TLS the close comes
  // without close_notify, which clients report as a reset too.
  if (socket instanceof TLSSocket) {
    socket.destroy();
  } else {
    socket.resetAndDestroy();
  }
}

function untilClosed(
  response: ServerResponse,
  delayMs: number,
): Promise<'elapsed' | 'closed'> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve('elapsed'), delayMs);
    response.once('close', () => {
      clearTimeout(timer);
      resolve('closed');
    });
  });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
) {
  if (response.destroyed) {
    return;
  }
  const body = answer.body ?? '';
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** How a call goes on after the faults have been asked. */
export type Interruption =
  /** No fault: do the call and answer it. */
  | 'none'
  /** Do the call, then call {@link cutConnection} in place of the answer. */
  | 'cut-after'
  /** Do the call and never answer it. */
  | 'hang-after'
  /** The fault took the call; it is answered (or not) and journalled. */
  | 'taken';

/** What {@link interrupt} and {@link exchange} are given. */
export interface ExchangeOptions {
  context: StandInContext;
  info: RequestInfo;
  request: IncomingMessage;
  response: ServerResponse;
  /**
   * The fault in the service's own words: called for `throttle`,
   * `server-error`, `access-denied`, `expired-token`, `clock-skew` and `timeout`.
   */
  failure(fault: Fault): HttpAnswer;
}

/** Writes one journal entry for a request that began at `startedAt`. */
export function journalRequest(
  context: StandInContext,
  info: RequestInfo,
  startedAt: number,
  outcome: { status: number; error?: string },
): void {
  context.journal.record({
    ...info,
    at: new Date(startedAt).toISOString(),
    status: outcome.status,
    ...(outcome.error !== undefined && { error: outcome.error }),
    durationMs: Math.max(0, context.now() - startedAt),
  });
}

/**
 * Asks the faults whether this call is to fail, and makes it fail. For stand-ins
 * that stream (watches, git); the others use {@link exchange}.
 */
export async function interrupt(
  options: ExchangeOptions,
): Promise<Interruption> {
  const { context, info, request, response } = options;
  const startedAt = context.now();
  const fault = context.faults.take(info);
  if (!fault) {
    return 'none';
  }
  switch (fault.kind) {
    case 'reset-after':
      return 'cut-after';
    case 'hang-after':
      return 'hang-after';
    case 'reset-before':
      journalRequest(context, info, startedAt, { status: 0, error: 'reset' });
      cutConnection(request);
      return 'taken';
    case 'hang':
      // Journalled now: whoever waits for the answer looks here meanwhile.
      journalRequest(context, info, startedAt, { status: 0, error: 'hang' });
      return 'taken';
    case 'garbled':
      journalRequest(context, info, startedAt, {
        status: 200,
        error: 'garbled',
      });
      send(request, response, {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: HALF_A_DOCUMENT,
      });
      return 'taken';
    default: {
      const answer = options.failure(fault);
      if (fault.kind === 'timeout') {
        const wait = fault.delayMs ?? DEFAULT_TIMEOUT_MS;
        if ((await untilClosed(response, wait)) === 'closed') {
          journalRequest(context, info, startedAt, {
            status: 0,
            error: 'timeout',
          });
          return 'taken';
        }
      }
      journalRequest(context, info, startedAt, answer);
      send(request, response, answer);
      return 'taken';
    }
  }
}

/**
 * Lets faults that begin while an answer is streamed hit it, too: it falls
 * silent, is cut, or ends, so that the client meets the fault when it comes
 * again.
 */
export function interruptStream({
  context,
  info,
  request,
  response,
}: Omit<ExchangeOptions, 'failure'>): void {
  const end = context.faults.onBegin(info, ({ kind }) => {
    switch (kind) {
      case 'hang':
      case 'hang-after':
      case 'timeout':
        // What is written stays here.
        response.cork();
        break;
      case 'reset-before':
      case 'reset-after':
      case 'certificate-expired':
      case 'certificate-foreign':
        cutConnection(request);
        break;
      case 'garbled':
        response.end(`${HALF_A_DOCUMENT}\n`);
        break;
      default:
        response.end();
    }
  });
  response.once('close', end);
}

/**
 * Answers one request: lets a fault take it, else does the call and sends what
 * it returns, and journals how it ended.
 *
 * @param handle - does the call; must not throw (an error is an answer)
 */
export async function exchange(
  options: ExchangeOptions & { handle(): Promise<HttpAnswer> },
): Promise<void> {
  const { context, info, request, response } = options;
  const startedAt = context.now();
  const interruption = await interrupt(options);
  if (interruption === 'taken') {
    return;
  }
  const answer = await options.handle();
  if (interruption === 'hang-after') {
    journalRequest(context, info, startedAt, { status: 0, error: 'hang' });
    return;
  }
  if (interruption === 'cut-after') {
    journalRequest(context, info, startedAt, { status: 0, error: 'reset' });
    cutConnection(request);
    return;
  }
  journalRequest(context, info, startedAt, answer);
  send(request, response, answer);
}
