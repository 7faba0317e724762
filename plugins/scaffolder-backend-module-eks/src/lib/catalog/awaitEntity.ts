import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between the first looks; the later ones are further apart. */
const FIRST_INTERVAL_MS = 200;
const LONGEST_INTERVAL_MS = 2_000;

/** How a wait for an entity ended. */
export interface AwaitedEntity {
  found: boolean;
  /** Why the catalog could not be asked the last time, if it could not. */
  problem?: string;
}

/**
 * Looks into the catalog until an entity is there, or the time is up. A
 * catalog that does not answer is asked again: what it says last counts.
 *
 * @param seconds - how long at most; 0 looks once
 * @throws the signal's reason, as soon as it is aborted
 */
export async function awaitEntity(options: {
  catalog: CatalogService;
  credentials: BackstageCredentials;
  entityRef: string;
  seconds: number;
  signal?: AbortSignal;
}): Promise<AwaitedEntity> {
  const { catalog, credentials, entityRef, seconds, signal } = options;
  const deadline = Date.now() + seconds * 1_000;
  let interval = FIRST_INTERVAL_MS;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await unlessAborted(
      catalog.getEntityByRef(entityRef, { credentials }).then(
        (entity): AwaitedEntity => ({ found: entity !== undefined }),
        (error): AwaitedEntity => ({ found: false, problem: String(error) }),
      ),
      signal,
    );
    const left = deadline - Date.now();
    if (answer.found || left <= 0) {
      return answer;
    }
    await unlessAborted(pause(Math.min(interval, left)), signal);
    interval = Math.min(interval * 1.5, LONGEST_INTERVAL_MS);
  }
}

async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) {
    return work;
  }
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
