/**
 * Whether two policies say the same: order of keys, white space and the choice
 * between `"a"` and `["a"]` do not count, as ECR stores policies in a form of
 * its own.
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

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    return items.length === 1 ? items[0] : items;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, canonical(item)]),
    );
  }
  return value;
}
