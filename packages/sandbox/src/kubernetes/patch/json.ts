import { applyPatch, type Operation } from 'fast-json-patch';
import { StatusError } from '../errors';
import type { Json, JsonObject } from '../types';

/**
 * JSON Patch (RFC 6902).
 *
 * @throws StatusError Invalid, when an operation cannot be done or a test fails
 */
export function jsonPatch(target: JsonObject, patch: Json): Json {
  try {
    // Checked operation by operation by the library.
    const operations = patch as unknown as Operation[];
    return applyPatch(structuredClone(target), operations, true).newDocument;
  } catch (error) {
    throw new StatusError({
      code: 422,
      reason: 'Invalid',
      message: `the server rejected our request due to an error in our request: ${
        error instanceof Error ? error.name : error
      }`,
      details: {},
    });
  }
}
