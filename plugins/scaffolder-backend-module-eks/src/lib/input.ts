import { InputError } from '@backstage/errors';
import type { FieldProblem } from '@slipway/backstage-plugin-eks-node/resources';
import { z } from 'zod/v3';

export type { FieldProblem };

/**
 * The shape in which a scaffolder action declares its input: one function per
 * key, so that the scaffolder can derive a JSON Schema with its own zod.
 */
export type InputFields = Record<string, (zod: typeof z) => z.ZodTypeAny>;

/** What an action's declared input is after it was parsed. */
export type ParsedInput<TFields extends InputFields> = z.output<
  z.ZodObject<{ [K in keyof TFields]: ReturnType<TFields[K]> }>
>;

/**
 * An {@link InputError} that lists every problem, each with its field's name
 * in front, so that nobody has to fix them one run at a time.
 */
export function inputError(actionId: string, problems: FieldProblem[]) {
  const listed = problems.map(
    ({ field, message }) => `\`${field}\`: ${message}`,
  );
  return new InputError(
    listed.length === 1
      ? `${actionId}: ${listed[0]}`
      : `${actionId}: ${listed.length} problems:\n${listed
          .map(line => `- ${line}`)
          .join('\n')}`,
  );
}

/** Throws {@link inputError} when there is something to say. */
export function throwProblems(actionId: string, problems: FieldProblem[]) {
  if (problems.length > 0) {
    throw inputError(actionId, problems);
  }
}

function pathOf(path: (string | number)[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') {
        return `[${part}]`;
      }
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/**
 * Parses the input of an action again.
 *
 * The scaffolder checks input against the JSON Schema that it derives from the
 * declaration; zod's defaults and refinements are not part of that, so they
 * only take effect here.
 *
 * @throws InputError that names every field that is wrong.
 */
export function parseInput<TFields extends InputFields>(
  actionId: string,
  fields: TFields,
  input: unknown,
): ParsedInput<TFields>;
export function parseInput(
  actionId: string,
  fields: InputFields,
  input: unknown,
) {
  const schema = z
    .object(
      Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, field(z)]),
      ),
    )
    .strict();
  const result = schema.safeParse(input);
  if (result.success) {
    return result.data;
  }
  throw inputError(
    actionId,
    result.error.issues.flatMap(issue =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(key => ({
            field: pathOf([...issue.path, key]),
            message: 'this action has no such field',
          }))
        : [
            {
              field: pathOf(issue.path) || 'input',
              message: lowerFirst(issue.message),
            },
          ],
    ),
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLocaleLowerCase('en-US') + text.slice(1);
}

/**
 * Reads a text with a parser that throws an {@link InputError}, and gives its
 * message instead, so that it can be reported beside other problems.
 */
export function readWith<T>(
  parse: (text: string) => T,
  text: string,
): { value: T; problem?: undefined } | { value?: undefined; problem: string } {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (error instanceof InputError) {
      return { problem: error.message };
    }
    throw error;
  }
}
