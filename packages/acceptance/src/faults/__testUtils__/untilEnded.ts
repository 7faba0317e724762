import { setTimeout as pause } from 'node:timers/promises';
import type { Portal, Task } from './portal';

/** A task that is over. */
export interface EndedTask extends Task {
  /** All that a person reads about it. */
  said: string;
}

/**
 * Waits until a task is over, however long it takes on a busy machine, as long
 * as it goes on saying something.
 *
 * @param silentMs - how long it may be silent, in milliseconds
 */
export async function untilEnded(
  portal: Portal,
  id: string,
  silentMs = 120_000,
): Promise<EndedTask> {
  let until = Date.now() + silentMs;
  let heard = 0;
  for (;;) {
    const task = await portal.task(id);
    if (['completed', 'failed', 'cancelled'].includes(task.status)) {
      const events = await portal.events(id);
      return {
        ...task,
        said: events.map(({ body }) => body.message ?? '').join('\n'),
      };
    }
    if (Date.now() > until) {
      const { length } = await portal.events(id);
      if (length <= heard) {
        throw new Error(
          `task ${id} is still ${task.status}, and silent for ${silentMs} ms`,
        );
      }
      heard = length;
      until = Date.now() + silentMs;
    }
    await pause(200);
  }
}
