import { isError } from '@backstage/errors';
import { RepositoryNotEmptyError } from '../ecr/deleteRepository';
import type { LeftThing, Outcome, Part, Thing } from './types';

/** `namespace orders in prod-eu` */
export const nameOf = ({ kind, name, where }: Thing) =>
  `${kind} ${name} in ${where}`;

function sentenceOf(thing: Thing, dryRun: boolean): string {
  const [would, did] = thing.archived
    ? ['archive', 'Archived']
    : ['remove', 'Removed'];
  const detail = thing.detail === undefined ? '' : ` ${thing.detail}`;
  return `${dryRun ? `Would ${would}` : did} ${nameOf(thing)}${detail}`;
}

/**
 * Removes one part after the other. What cannot be removed does not keep the
 * rest from going: it is in the outcome, with its reason.
 */
export async function removeParts(
  parts: Part[],
  options: {
    signal?: AbortSignal;
    dryRun: boolean;
    log(message: string): void;
  },
): Promise<Outcome> {
  const { signal, dryRun, log } = options;
  const outcome: Outcome = { removed: [], left: [] };
  for (const part of parts) {
    signal?.throwIfAborted();
    const { removed, left } = await removePart(part, signal);
    for (const thing of removed) {
      log(sentenceOf(thing, dryRun));
    }
    for (const thing of left) {
      log(
        `${thing.remains ? 'Could not remove' : 'Left'} ${nameOf(thing)}: ${
          thing.reason
        }`,
      );
    }
    outcome.removed.push(...removed);
    outcome.left.push(...left);
  }
  return outcome;
}

/** Removes one part; what keeps it from going is in the outcome. */
export async function removePart(
  part: Part,
  signal?: AbortSignal,
): Promise<Outcome> {
  try {
    return await part.remove();
  } catch (error) {
    signal?.throwIfAborted();
    // A conflict says that it is somebody else's.
    const remains =
      error instanceof RepositoryNotEmptyError ||
      !(isError(error) && error.name === 'ConflictError');
    const reason = isError(error) ? error.message : String(error);
    return { removed: [], left: [{ ...part.thing, reason, remains }] };
  }
}

/** What an earlier run of the same task removed, and what this one did. */
export function mergeThings(earlier: Thing[], now: Thing[]): Thing[] {
  const known = new Set(earlier.map(nameOf));
  return [...earlier, ...now.filter(thing => !known.has(nameOf(thing)))];
}

/** A sentence about what should have gone and is still there; undefined when all is gone. */
export function explainRemains(left: LeftThing[]): string | undefined {
  const remains = left.filter(thing => thing.remains);
  return remains.length === 0
    ? undefined
    : `${remains.length === 1 ? 'one thing was' : `${remains.length} things were`} not removed:\n${remains
        .map(thing => `- ${nameOf(thing)}: ${thing.reason}`)
        .join('\n')}`;
}
