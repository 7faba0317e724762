import { useApi } from '@backstage/core-plugin-api';
import { toError } from '@backstage/errors';
import type { RuntimesItem } from '@slipway/backstage-plugin-eks-common/runtime';
import { useEffect, useState } from 'react';
import { eksApiRef } from '../api/EksApi';

/** The backend answers from memory, so asking often costs little. */
const REFRESH_MS = 5_000;
/** After this long without an answer the page says what it waits for. */
const SLOW_MS = 10_000;

/** What is known of many entities, and how true it still is. */
export interface Summaries {
  items: RuntimesItem[];
  following: 'connecting' | 'polling' | 'lost';
  /** When `items` were true. */
  updatedAt?: Date;
  /** Why there is nothing, or nothing newer. */
  error?: Error;
  /** The first answer is awaited for longer than it should take. */
  slow: boolean;
}

const beginning: Summaries = {
  items: [],
  following: 'connecting',
  slow: false,
};

/**
 * What each of the entities has running, asked for again and again while the
 * page can be seen. Older answers stay when there is no newer one.
 *
 * @param entityRefs - the same array as long as they are the same entities
 */
export function useSummaries(entityRefs: string[]): Summaries {
  const api = useApi(eksApiRef);
  const [state, setState] = useState(beginning);

  useEffect(() => {
    setState(beginning);
    if (entityRefs.length === 0) {
      return undefined;
    }
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;

    const ask = async () => {
      asking = true;
      try {
        const { items } = await api.getSummaries(entityRefs, {
          signal: ended.signal,
        });
        if (!ended.signal.aborted) {
          setState({
            items,
            following: 'polling',
            updatedAt: new Date(),
            slow: false,
          });
        }
      } catch (error) {
        if (!ended.signal.aborted) {
          setState(now => ({
            ...now,
            following: 'lost',
            error: toError(error),
            slow: false,
          }));
        }
      }
      asking = false;
      if (!ended.signal.aborted && document.visibilityState === 'visible') {
        timer = setTimeout(ask, REFRESH_MS);
      }
    };
    const onVisibility = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible' && !asking) {
        void ask();
      }
    };
    const slowTimer = setTimeout(
      () =>
        setState(now => ({
          ...now,
          slow: now.following === 'connecting',
        })),
      SLOW_MS,
    );

    document.addEventListener('visibilitychange', onVisibility);
    void ask();
    return () => {
      ended.abort();
      clearTimeout(timer);
      clearTimeout(slowTimer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [api, entityRefs]);

  return state;
}
