import type { ServerResponse } from 'node:http';

/** How much may wait for a slow reader, in bytes. */
const MAXIMUM_WAITING_BYTES = 512 * 1024;

/** An event as it is written; the parts of `data` are one line. */
export interface ServerEvent {
  event: string;
  data: (string | Uint8Array)[];
  id?: string;
}

/**
 * Server-sent events on a response, which is kept from being changed, kept or
 * held back on the way.
 */
export class EventChannel {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      // Without `no-transform` it would be compressed, and so held back.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    response.flushHeaders();
  }

  /** Whether the reader is too slow for more; `drain` tells when it is not. */
  get full(): boolean {
    return this.#response.writableLength > MAXIMUM_WAITING_BYTES;
  }

  get open(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded;
  }

  send({ event, data, id }: ServerEvent): void {
    if (this.open) {
      const first = id === undefined ? '' : `id: ${id}\n`;
      this.#response.cork();
      this.#response.write(`${first}event: ${event}\ndata: `);
      data.forEach(part => this.#response.write(part));
      this.#response.write('\n\n');
      this.#response.uncork();
    }
  }

  /** Something for proxies that close what is silent. */
  beat(): void {
    if (this.open) {
      this.#response.write(':\n\n');
    }
  }

  onDrain(listener: () => void): void {
    this.#response.on('drain', listener);
  }

  onClose(listener: () => void): void {
    this.#response.on('close', listener);
  }

  end(): void {
    if (this.open) {
      this.#response.end();
    }
  }

  /** Gives up on a reader that takes nothing any more. */
  abandon(): void {
    this.#response.destroy();
  }
}
