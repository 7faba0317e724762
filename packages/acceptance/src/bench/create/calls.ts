import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Interval } from './intervals';

/** A request of this process, from its beginning to its answer's end. */
export interface Call extends Interval {
  port: string;
}

const now = () => performance.timeOrigin + performance.now();

/**
 * Notes every HTTP request that this process makes, in the client: with the
 * time for a connection and for TLS. Node tells of its own `http` and of its
 * `fetch` on channels of their own; what it tells is documented, not typed.
 */
export class Calls {
  private ended: Call[] = [];
  private readonly started = new Map<object, { port: string; from: number }>();
  private readonly channels: Record<string, (message: unknown) => void> = {
    'http.client.request.created': message => {
      const { request } = message as { request: ClientRequest };
      const [, port = '80'] = String(request.getHeader('host')).split(':');
      this.begin(request, port);
    },
    'http.client.response.finish': message => {
      const { request, response } = message as {
        request: ClientRequest;
        response: IncomingMessage;
      };
      response.once('close', () => this.end(request));
    },
    'http.client.request.error': message =>
      this.end((message as { request: ClientRequest }).request),
    'undici:request:create': message => {
      const { request } = message as { request: { origin: string } };
      this.begin(request, new URL(request.origin).port || '80');
    },
    'undici:request:trailers': message =>
      this.end((message as { request: object }).request),
    'undici:request:error': message =>
      this.end((message as { request: object }).request),
  };

  constructor() {
    for (const [name, listener] of Object.entries(this.channels)) {
      subscribe(name, listener);
    }
  }

  /** The requests that have ended since the last call. */
  take(): Call[] {
    const { ended } = this;
    this.ended = [];
    return ended;
  }

  stop(): void {
    for (const [name, listener] of Object.entries(this.channels)) {
      unsubscribe(name, listener);
    }
  }

  private begin(request: object, port: string) {
    this.started.set(request, { port, from: now() });
  }

  private end(request: object) {
    const call = this.started.get(request);
    if (call) {
      this.started.delete(request);
      this.ended.push({ ...call, to: now() });
    }
  }
}
