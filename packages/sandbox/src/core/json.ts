/** Whether a parsed JSON value is an object (not null, not a list). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy without the fields whose value is undefined, as JSON has none. */
export function compact<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
