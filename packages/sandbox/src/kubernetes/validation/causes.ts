import type { Cause } from '../errors';
import type { Json } from '../types';

const shown = (value: Json | undefined) => JSON.stringify(value ?? null);

/** A field that must be there. */
export const required = (field: string, message = ''): Cause => ({
  field,
  reason: 'FieldValueRequired',
  message: message ? `Required value: ${message}` : 'Required value',
});

/** A value that is not allowed. */
export const wrong = (
  field: string,
  value: Json | undefined,
  message: string,
): Cause => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${shown(value)}: ${message}`,
});

/** A value that is none of the known ones. */
export const unsupported = (
  field: string,
  value: Json | undefined,
  supported: string[],
): Cause => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown(value)}: supported values: ${supported
    .map(text => JSON.stringify(text))
    .join(', ')}`,
});

/** A value that is there already. */
export const duplicate = (field: string, value: Json | undefined): Cause => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${shown(value)}`,
});

/** A reference to what is not there. */
export const missing = (field: string, value: Json | undefined): Cause => ({
  field,
  reason: 'FieldValueNotFound',
  message: `Not found: ${shown(value)}`,
});
