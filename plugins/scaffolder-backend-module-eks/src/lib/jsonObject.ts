/** Whether something from outside is an object with fields. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a JSON object; a sentence that says what is wrong, if it is none. */
export function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : 'the JSON is not an object';
  } catch (error) {
    return `this is not JSON: ${
      error instanceof Error ? error.message : 'it cannot be read'
    }`;
  }
}

/** A list of what may be written alone or in a list. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
