import { setTimeout as pause } from 'node:timers/promises';
import type { Portal, Task } from './portal';

/** A task that is over. */
export interface EndedTask extends Task {
  /** All that a person reads about it. */
  said: string;
}

/** Waits until a task is over. */
export async function untilEnded(
  portal: Portal,
  id: string,
  withinMs = 180_000,
): Promise<EndedTask> {
  const until = Date.now() + withinMs;
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
      throw new Error(`task ${id} is still ${task.status}`);
    }
    await pause(200);
  }
}
