/** Text from outside in a message: on one line, and not endless. */
export function oneLine(text: string, maximum = 300): string {
  const line = text.replace(/\p{C}+/gu, ' ').trim();
  return line.length > maximum ? `${line.slice(0, maximum)}…` : line;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text in a field of something unknown, such as an error's `code`. */
export function textIn(value: unknown, field: string): string | undefined {
  const text = isObject(value) ? value[field] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** An error and what caused it, outermost first. */
export function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  let current = error;
  while (current !== undefined && current !== null && chain.length < 5) {
    chain.push(current);
    current = isObject(current) ? current.cause : undefined;
  }
  return chain;
}
