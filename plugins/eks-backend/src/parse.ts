import { InputError } from '@backstage/errors';
import type { z } from 'zod';

/** @throws InputError that names each field that cannot be used */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new InputError(
      result.error.issues
        .map(({ path, message }) => [path.join('.'), message])
        .map(([path, message]) => (path ? `${path}: ${message}` : message))
        .join('; '),
    );
  }
  return result.data;
}
