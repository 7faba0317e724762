/**
 * An error whose message is ours alone. The errors of Backstage append the
 * message of their cause and send it to browsers; here it was worked into the
 * sentence already, and the cause is for whoever debugs.
 */
export function explain<E extends Error>(
  ErrorKind: new (message: string) => E,
  message: string,
  cause: unknown,
): E {
  return Object.defineProperty(new ErrorKind(message), 'cause', {
    value: cause,
    configurable: true,
    writable: true,
  });
}

const NAMES = new Set([
  'ConflictError',
  'InputError',
  'NotAllowedError',
  'NotFoundError',
  'ServiceUnavailableError',
]);

/** Whether an error is explained already: by its name, as Backstage compares. */
export function isOurs(error: unknown): error is Error {
  return error instanceof Error && NAMES.has(error.name);
}
