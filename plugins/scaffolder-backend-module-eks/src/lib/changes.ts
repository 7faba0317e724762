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

/**
 * Changes of an earlier run and of this one: each field once, from what it was
 * before the first of them to what it is now.
 */
export function mergeChanges(earlier: Change[], now: Change[]): Change[] {
  const latest = new Map(now.map(change => [change.field, change]));
  const fields = new Set(earlier.map(({ field }) => field));
  return [
    ...earlier.map(change => ({
      ...change,
      after: latest.get(change.field)?.after ?? change.after,
    })),
    ...now.filter(({ field }) => !fields.has(field)),
  ];
}

/**
 * Called with what is about to be changed in something that was there, before
 * anything is: a run that is interrupted half-way has changed some of it, and
 * the next one finds only the rest to do.
 *
 * @returns what the first run of the task was about to change
 */
export type RememberPlan = (changes: Change[]) => Promise<Change[]>;

/** Writes what was left as it is to the task's log. */
export function reportDrift(drift: Drift[], warn: (message: string) => void) {
  for (const { field, asked, found, explanation } of drift) {
    warn(`${field} is ${found}, asked was ${asked}: ${explanation}`);
  }
}
