import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/**
 * Sends what a container wrote as plain text: no browser takes it for anything
 * else, whatever it holds. A reader that is slow slows the cluster down.
 *
 * @param signal - fires when it shall end, such as with the viewer's token
 */
export async function sendLogs(
  logs: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    // Nobody keeps them, and nobody holds them back to compress them.
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  try {
    await pipeline(logs, response, { signal });
  } catch {
    // The reader left, or the cluster went away. Headers are sent: an answer
    // that breaks off is all that can be told.
    logs.destroy();
    response.destroy();
  }
}
