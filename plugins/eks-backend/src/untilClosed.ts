import type { ServerResponse } from 'node:http';

/** Fires when nobody waits for the answer any more. */
export function untilClosed(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  return controller.signal;
}
