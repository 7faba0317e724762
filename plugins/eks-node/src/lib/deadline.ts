/**
 * Gives up waiting when the signal fires. The work itself goes on unless it
 * listens to the signal too: some of what AWS clients do, such as taking a
 * role, cannot be told to stop.
 */
export async function withSignal<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) {
    return work;
  }
  let listener: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    listener = () => reject(signal.reason);
    if (signal.aborted) {
      listener();
    } else {
      signal.addEventListener('abort', listener, { once: true });
    }
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (listener) {
      signal.removeEventListener('abort', listener);
    }
  }
}

/** A signal that fires after a time, or when one of the others does. */
export function deadline(
  milliseconds: number,
  ...others: (AbortSignal | undefined)[]
): AbortSignal {
  return AbortSignal.any([
    AbortSignal.timeout(milliseconds),
    ...others.filter(signal => signal !== undefined),
  ]);
}
