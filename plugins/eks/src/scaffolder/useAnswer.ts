import { useEffect, useState } from 'react';

/** An answer that is on its way, here, or not to be had. */
export interface Answer<T> {
  value?: T;
  error?: Error;
  loading: boolean;
}

/**
 * Asks again whenever `key` changes, after it has rested for `delay`
 * milliseconds, and drops answers to questions that are no longer asked. An
 * undefined key asks nothing.
 */
export function useAnswer<T>(
  key: string | undefined,
  ask: (signal: AbortSignal) => Promise<T>,
  delay = 0,
): Answer<T> {
  const [state, setState] = useState<Answer<T> & { key?: string }>({
    loading: false,
  });

  useEffect(() => {
    if (key === undefined) {
      return undefined;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      ask(controller.signal).then(
        value =>
          controller.signal.aborted || setState({ key, value, loading: false }),
        error =>
          controller.signal.aborted || setState({ key, error, loading: false }),
      );
    }, delay);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
    // `ask` is a new function on every render; `key` says all it depends on.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, delay]);

  if (key === undefined) {
    return { loading: false };
  }
  return state.key === key ? state : { loading: true };
}
