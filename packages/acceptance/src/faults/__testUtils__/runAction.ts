import { mockServices } from '@backstage/backend-test-utils';
import type { TemplateAction } from '@backstage/plugin-scaffolder-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { JsonObject, JsonValue } from '@backstage/types';

/** What a task keeps of its checkpoints from one run to the next, as JSON. */
export type Checkpoints = Map<string, string>;

/** How an action ended: with outputs, or with an error. */
export interface Run {
  output: JsonObject;
  /** What a developer read meanwhile. */
  log: string[];
  error?: Error;
}

/** Runs an action as a task of the scaffolder does. */
export async function runAction(
  action: TemplateAction,
  input: JsonObject,
  task: {
    id: string;
    checkpoints: Checkpoints;
    workspacePath: string;
    isDryRun?: boolean;
  },
): Promise<Run> {
  const { id, checkpoints, workspacePath, isDryRun } = task;
  const run: Run = { output: {}, log: [] };
  const logger = mockServices.logger.mock();
  logger.info.mockImplementation(message => run.log.push(message));
  logger.warn.mockImplementation(message => run.log.push(message));
  const context = createMockActionContext<JsonObject>({
    input,
    logger,
    task: { id },
    templateInfo: { entityRef: 'template:default/eks-service' },
    workspacePath,
  });
  try {
    await action.handler({
      ...context,
      isDryRun,
      workspacePath,
      output(name: string, value: JsonValue) {
        run.output[name] = JSON.parse(JSON.stringify(value));
      },
      async checkpoint({ key, fn }) {
        const kept = checkpoints.get(key);
        if (kept !== undefined) {
          return JSON.parse(kept);
        }
        const value = await fn();
        checkpoints.set(key, JSON.stringify(value ?? {}));
        return value;
      },
    });
  } catch (error) {
    run.error = error instanceof Error ? error : new Error(String(error));
  }
  return run;
}
