import { isObject } from './jsonObject';

/**
 * Whether two policies say the same. Order of keys and of lists, white space
 * and the choice between `"a"` and `["a"]` do not count, nor whether an account
 * is named by its id or by the ARN of its root: AWS keeps policies in a form of
 * its own. In every list of a policy the order has no meaning.
 */
export function samePolicy(
  one: string | undefined,
  other: string | undefined,
): boolean {
  return normalize(one) === normalize(other);
}

function normalize(text: string | undefined): string {
  if (text === undefined) {
    return '';
  }
  try {
    return JSON.stringify(canonical(JSON.parse(text)));
  } catch {
    return text;
  }
}

function canonical(value: unknown, key?: string): unknown {
  if (Array.isArray(value)) {
    const items = value
      .map(item => canonical(item, key))
      .map(item => ({ item, text: JSON.stringify(item) }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ item }) => item);
    return items.length === 1 ? items[0] : items;
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, item]) => [name, canonical(item, name)]),
    );
  }
  return typeof value === 'string' && key === 'AWS'
    ? value.replace(/^arn:aws[a-z-]*:iam::(\d{12}):root$/, '$1')
    : value;
}
