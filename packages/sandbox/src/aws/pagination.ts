import { AwsError } from './errors';

/** One page and the token of the next, if there is one. */
export interface Page<T> {
  items: T[];
  nextToken?: string;
}

/**
 * Cuts a page out of a list that is ordered by `key`. The token holds the last
 * key seen, so that what is made or deleted between two pages neither repeats
 * nor hides an item.
 *
 * @param invalid - the service's error for a token it did not give
 */
export function paginate<T>(
  items: readonly T[],
  key: (item: T) => string,
  options: {
    size: number;
    token: string | undefined;
    invalid: () => AwsError;
  },
): Page<T> {
  const sorted = [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  let rest = sorted;
  if (options.token !== undefined) {
    const after = decodeToken(options.token);
    if (after === undefined) {
      throw options.invalid();
    }
    rest = sorted.filter(item => key(item) > after);
  }
  const page = rest.slice(0, options.size);
  return {
    items: page,
    ...(rest.length > page.length && {
      nextToken: encodeToken(key(page[page.length - 1])),
    }),
  };
}

const PREFIX = 'after:';

function encodeToken(key: string): string {
  return Buffer.from(PREFIX + key).toString('base64url');
}

function decodeToken(token: string): string | undefined {
  const text = Buffer.from(token, 'base64url').toString();
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}
