import type { TemplateAction } from '@backstage/plugin-scaffolder-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { JsonObject, JsonValue } from '@backstage/types';
import { validate } from 'jsonschema';

/** Which task runs the action. */
export interface ActionRun {
  task?: string;
  dryRun?: boolean;
}

/** As the scaffolder checks input: what has a default may be left out. */
function accepts<TInput extends JsonObject, TOutput extends JsonObject>(
  action: TemplateAction<TInput, TOutput>,
  input: JsonObject,
): input is TInput {
  return validate(input, action.schema?.input ?? {}).valid;
}

/**
 * Runs an action as a task of its own would, with no checkpoint of an earlier
 * run, and gives its outputs.
 */
export async function runAction<
  TInput extends JsonObject,
  TOutput extends JsonObject,
>(
  action: TemplateAction<TInput, TOutput>,
  input: JsonObject,
  { task = 'task-1', dryRun = false }: ActionRun = {},
): Promise<Record<string, JsonValue>> {
  if (!accepts(action, input)) {
    throw new Error(`${action.id} does not take this input`);
  }
  const outputs: Record<string, JsonValue> = {};
  const context = createMockActionContext<TInput, TOutput>({
    input,
    task: { id: task },
    templateInfo: { entityRef: 'template:default/eks-service' },
  });
  await action.handler({
    ...context,
    isDryRun: dryRun,
    checkpoint: async ({ fn }) => fn(),
    output: (name, value) => {
      outputs[String(name)] = JSON.parse(JSON.stringify(value));
    },
  });
  return outputs;
}
