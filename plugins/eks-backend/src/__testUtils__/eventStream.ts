import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { TestBackend } from '@backstage/backend-test-utils';

/** An event as a browser reads it. */
export interface ReadEvent {
  event: string;
  data: string;
  id?: string;
}

/** Server-sent events of a backend under test. */
export interface EventReader {
  status: number;
  headers: IncomingMessage['headers'];
  /** The next event; rejects when the stream ends before it. */
  next(): Promise<ReadEvent>;
  /** Everything that was written so far. */
  text(): string;
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  close(): void;
}

/** Opens a stream, and reads its events one by one. */
export function openEvents(
  backend: TestBackend,
  path: string,
  headers: Record<string, string>,
): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: 'localhost',
        port: backend.server.port(),
        path,
        headers: { accept: 'text/event-stream', ...headers },
      },
      incoming => {
        let text = '';
        let rest = '';
        const events: ReadEvent[] = [];
        let wake = () => {};
        const more = () =>
          new Promise<void>(done => {
            wake = done;
          });
        let over = false;
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          rest += chunk;
          const blocks = rest.split('\n\n');
          rest = blocks.pop() ?? '';
          events.push(...blocks.flatMap(parseBlock));
          wake();
        });
        const ended = new Promise<void>(done => {
          incoming.on('close', () => {
            over = true;
            wake();
            done();
          });
        });
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          ended,
          text: () => text,
          close: () => outgoing.destroy(),
          async next() {
            for (;;) {
              const event = events.shift();
              if (event) {
                return event;
              }
              if (over) {
                throw new Error('The stream has ended');
              }
              await more();
            }
          },
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function parseBlock(block: string): ReadEvent[] {
  const fields = new Map(
    block.split('\n').map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  const event = fields.get('event');
  const id = fields.get('id');
  return event
    ? [{ event, data: fields.get('data') ?? '', ...(id && { id }) }]
    : [];
}
