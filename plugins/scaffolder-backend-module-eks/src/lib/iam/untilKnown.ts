import { setTimeout as pause } from 'node:timers/promises';

/**
 * IAM answers from many places, and one that has not heard of a new role yet
 * says that there is none: milliseconds to wait before asking again.
 */
const propagationDelays = [500, 1_000, 2_000, 4_000];

/**
 * Makes a call again while AWS has not heard of a role everywhere.
 *
 * @param isUnknown - whether an error may come from that
 * @throws the error of the last call, after 7.5 seconds; the signal's reason, as soon as it is aborted
 */
export async function untilKnown<T>(
  call: () => Promise<T>,
  isUnknown: (error: unknown) => boolean,
  signal?: AbortSignal,
): Promise<T> {
  for (const delay of propagationDelays) {
    try {
      return await call();
    } catch (error) {
      if (!isUnknown(error)) {
        throw error;
      }
      await pause(delay, undefined, { signal });
    }
  }
  return await call();
}
