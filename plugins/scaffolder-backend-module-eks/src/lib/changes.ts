/** Something that was changed, or that a dry run would change. */
export type Change = {
  /** What: the resource itself, or a field as in the action's input. */
  field: string;
  /** Value before, in words; `none` when there was none. */
  before: string;
  /** Value after, in words. */
  after: string;
};

/** A field that was left as it is although another value was asked for. */
export type Drift = {
  field: string;
  asked: string;
  found: string;
  /** Why it was left, and what to do. */
  explanation: string;
};

/** What a checkpoint keeps of an earlier run of the same task. */
export type Remembered = { created: boolean; changes: Change[] };

/** Changes of an earlier run and of this one; of one field, the latest. */
export function mergeChanges(earlier: Change[], now: Change[]): Change[] {
  const fields = new Set(now.map(({ field }) => field));
  return [...earlier.filter(({ field }) => !fields.has(field)), ...now];
}

/** Writes what was left as it is to the task's log. */
export function reportDrift(drift: Drift[], warn: (message: string) => void) {
  for (const { field, asked, found, explanation } of drift) {
    warn(`${field} is ${found}, asked was ${asked}: ${explanation}`);
  }
}
