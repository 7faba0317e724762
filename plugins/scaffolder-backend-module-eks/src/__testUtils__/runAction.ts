import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { InputError } from '@backstage/errors';
import type { TemplateAction } from '@backstage/plugin-scaffolder-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { JsonObject, JsonValue } from '@backstage/types';
import { validate } from 'jsonschema';
import { parse } from 'yaml';

/** What a task keeps of its checkpoints from one run to the next. */
export type Checkpoints = Map<string, unknown>;

/** How the scaffolder would run the action. */
export interface RunOptions {
  taskId?: string;
  isDryRun?: boolean;
  checkpoints?: Checkpoints;
  signal?: AbortSignal;
  workspacePath?: string;
  /** Whose task it is; a user's when left out. */
  credentials?: BackstageCredentials;
}

/** What the action did. */
export interface ActionRun {
  output: Record<string, JsonValue | undefined>;
  log: string[];
}

function fits<TInput extends JsonObject, TOutput extends JsonObject>(
  action: TemplateAction<TInput, TOutput>,
  input: JsonObject,
): input is TInput {
  const { errors } = validate(input, action.schema?.input ?? {});
  if (errors.length > 0) {
    throw new InputError(
      `Invalid input passed to action ${action.id}, ${errors.join(', ')}`,
    );
  }
  return true;
}

/**
 * Runs an action as the scaffolder does: input checked against the derived
 * JSON Schema, checkpoints kept, outputs made JSON.
 */
export async function runAction<
  TInput extends JsonObject,
  TOutput extends JsonObject,
>(
  action: TemplateAction<TInput, TOutput>,
  input: JsonObject,
  options: RunOptions = {},
): Promise<ActionRun> {
  const {
    checkpoints = new Map(),
    taskId = 'task-1',
    credentials,
    ...rest
  } = options;
  const output: Record<string, JsonValue | undefined> = {};
  const log: string[] = [];
  const logger = mockServices.logger.mock();
  logger.info.mockImplementation(message => log.push(message));
  logger.warn.mockImplementation(message => log.push(message));
  if (fits(action, input)) {
    const context = createMockActionContext<TInput, TOutput>({
      input,
      logger,
      task: { id: taskId },
      templateInfo: { entityRef: 'template:default/eks-service' },
      workspacePath: options.workspacePath,
    });
    await action.handler({
      ...context,
      ...rest,
      ...(credentials && { getInitiatorCredentials: async () => credentials }),
      workspacePath: options.workspacePath ?? context.workspacePath,
      output: (name, value) => {
        output[String(name)] = JSON.parse(JSON.stringify(value));
      },
      checkpoint: async ({ key, fn }) => {
        if (checkpoints.has(key)) {
          return JSON.parse(String(checkpoints.get(key)));
        }
        const value = await fn();
        checkpoints.set(key, JSON.stringify(value ?? {}));
        return value;
      },
    });
  }
  return { output, log };
}

/** The input of an example's only step. */
export function exampleInput(example: string): JsonObject {
  return parse(example).steps[0].input;
}
