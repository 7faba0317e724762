import type { DatabaseService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';

/** What the scaffolder remembers of a task for the time when it runs again. */
export interface TaskMemory {
  /** Whether steps that were completed in an earlier run are skipped. */
  readonly skipsCompletedSteps: boolean;
  /**
   * Has all steps run again, with nothing in their memory but whose names were
   * free and what was taken back.
   */
  forgetSteps(taskId: string): Promise<void>;
  /** Has the task begin as if it had never run. */
  forgetAll(taskId: string): Promise<void>;
}

/** A task, as far as it matters, in the scaffolder's table. */
interface TaskRow {
  id: string;
  state: string | null;
}

/**
 * What the scaffolder remembers of its tasks. A task whose things were taken
 * back has to forget it: retried, it would skip the steps that it completed
 * (with task recovery on) and trust the checkpoints of actions that do not
 * look at what is there, such as `publish:github`, and end with half of its
 * things missing. The scaffolder has no call to say so, hence its record is
 * changed in its database, which is that of its modules, too.
 */
export function taskMemory(
  config: Config,
  database: DatabaseService,
): TaskMemory {
  const change = async (
    taskId: string,
    toState: (state: string) => string | null,
  ) => {
    const client = await database.getClient();
    await client.transaction(async transaction => {
      const row = await transaction<TaskRow>('tasks')
        .where({ id: taskId })
        .first('state');
      if (row?.state) {
        await transaction<TaskRow>('tasks')
          .where({ id: taskId })
          .update({ state: toState(row.state) });
      }
    });
  };
  return {
    skipsCompletedSteps:
      config.getOptionalBoolean('scaffolder.taskRecovery.enabled') ??
      config.getOptionalBoolean('scaffolder.EXPERIMENTAL_recoverTasks') ??
      false,
    forgetSteps: taskId => change(taskId, withoutSteps),
    forgetAll: taskId => change(taskId, () => null),
  };
}

/** Checkpoints of the actions that look at a service as a whole. */
const KEPT = /\.service\.(preflight|undo)\./;

function withoutSteps(text: string): string {
  const saved: { state?: { checkpoints?: Record<string, unknown> } } =
    JSON.parse(text);
  const checkpoints = Object.fromEntries(
    Object.entries(saved.state?.checkpoints ?? {}).filter(([key]) =>
      KEPT.test(key),
    ),
  );
  return JSON.stringify({ state: { checkpoints } });
}
