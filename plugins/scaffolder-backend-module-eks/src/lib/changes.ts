import type { z } from 'zod/v3';

/**
 * Something that was changed, or that a dry run would change.
 *
 * @public
 */
export type Change = {
  /** What: the resource itself, or a field as in the action's input. */
  field: string;
  /** Value before, in words; `none` when there was none. */
  before: string;
  /** Value after, in words. */
  after: string;
};

/**
 * A field that was left as it is although another value was asked for.
 *
 * @public
 */
export type Drift = {
  /** As in the action's input. */
  field: string;
  /** Value that was asked for, in words. */
  asked: string;
  /** Value that is there, in words; `none` when there is none. */
  found: string;
  /** Why it was left, and what to do. */
  explanation: string;
};

/**
 * An output `changes`.
 *
 * @param field - what its fields are called
 */
export function changesSchema(
  zod: typeof z,
  field: string,
): z.ZodType<Change[]> {
  return zod
    .array(
      zod.object({
        field: zod.string().describe(field),
        before: zod.string().describe('Value before, or `none`'),
        after: zod.string().describe('Value after'),
      }),
    )
    .describe('What was changed, or would be in a dry run');
}

/**
 * An output `drift`.
 *
 * @param words - what its fields are called, and what it has where that is special
 */
export function driftSchema(
  zod: typeof z,
  words: { field?: string; asked?: string; drift?: string } = {},
): z.ZodType<Drift[]> {
  return zod
    .array(
      zod.object({
        field: zod.string().describe(words.field ?? 'Field of the input'),
        asked: zod.string().describe(words.asked ?? 'Value that was asked for'),
        found: zod.string().describe('Value that is there, or `none`'),
        explanation: zod.string().describe('Why it stays, and what to do'),
      }),
    )
    .describe(
      words.drift ?? 'What differs from the input and was left as it is',
    );
}

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
