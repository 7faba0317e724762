import type { App } from './app.ts';

/**
 * Ends the service without losing a request: it says that it is not ready, lets
 * what was begun finish, and closes. Whatever hangs is cut at the timeout.
 *
 * @returns the exit code: 0 when everything finished, 1 when it was cut.
 */
export async function shutDown(
  { server, metrics, drain }: App,
  timeout: number,
): Promise<number> {
  drain();
  const cut = new Promise<'cut'>((resolve) => {
    setTimeout(() => resolve('cut'), timeout).unref();
  });
  const closed = server
    .close()
    .then(() => metrics.close())
    .then(() => 'closed' as const);
  return (await Promise.race([closed, cut])) === 'closed' ? 0 : 1;
}
