import { parse } from 'yaml';
import { badRequest, StatusError } from './errors';
import type { Json } from './types';

/** @throws StatusError BadRequest for what is no JSON */
export function parseJson(body: Buffer): Json {
  return parseBody(body, 'application/json');
}

/**
 * What was sent, as JSON or YAML.
 *
 * @throws StatusError BadRequest, or UnsupportedMediaType for what is neither
 */
export function parseBody(body: Buffer, contentType: string): Json {
  if (!/json|yaml/.test(contentType)) {
    throw new StatusError({
      code: 415,
      reason: 'UnsupportedMediaType',
      message: `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml`,
    });
  }
  const text = body.toString('utf8');
  try {
    return contentType.includes('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
}
