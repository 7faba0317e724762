import type { IncomingMessage } from 'node:http';

/** What a request shows of itself. */
export type Caller = 'anonymous' | 'known' | 'wrong';

/** The token of a request that has one as a bearer does. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^(?:bearer|token)\s+(.+)$/i.exec(
    request.headers.authorization ?? '',
  )?.[1];
}

/**
 * Who calls: clients send the token as `Bearer`, as `token`, or, as git does, as
 * the password or the user of basic authentication.
 */
export function callerOf(request: IncomingMessage, token: string): Caller {
  const header = request.headers.authorization;
  if (header === undefined) {
    return 'anonymous';
  }
  const [, scheme, value] = /^(\w+)\s+(.+)$/.exec(header) ?? [];
  const shown = /^basic$/i.test(scheme ?? '')
    ? passwordsOf(value)
    : [/^(bearer|token)$/i.test(scheme ?? '') ? value : undefined];
  return shown.includes(token) ? 'known' : 'wrong';
}

function passwordsOf(value: string): string[] {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}
