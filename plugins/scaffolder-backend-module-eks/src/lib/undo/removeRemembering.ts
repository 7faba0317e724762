import { mergeThings, nameOf } from './removeParts';
import type { Outcome, Thing } from './types';

/** How a task remembers from one run to the next. */
export interface Memory {
  checkpoint(options: {
    key: string;
    fn: () => Promise<Thing[]>;
  }): Promise<Thing[]>;
}

/**
 * Removes things, and tells of all that the task removed, over all its runs:
 * what there was to remove is kept before it goes, and what went after it. A
 * run that is interrupted may have removed something and not have heard of it,
 * and one that could not look at everything may have removed more than it saw.
 */
export async function removeRemembering(
  memory: Memory,
  options: {
    /** Names what is removed, in the task's checkpoints. */
    key: string;
    /** What there is to remove; removes nothing. */
    plan(): Promise<Thing[]>;
    remove(): Promise<Outcome>;
  },
): Promise<Outcome> {
  const { key, plan, remove } = options;
  const planned = await memory.checkpoint({ key: `${key}.plan`, fn: plan });
  let outcome: Outcome | undefined;
  const done = await memory.checkpoint({
    key,
    fn: async () => {
      outcome = await remove();
      return outcome.removed;
    },
  });
  // A checkpoint of an earlier run answers from memory: look again.
  const { removed, left } = outcome ?? (await remove());
  const stays = new Set(left.map(nameOf));
  return {
    removed: mergeThings(mergeThings(done, planned), removed).filter(
      thing => !stays.has(nameOf(thing)),
    ),
    left,
  };
}
