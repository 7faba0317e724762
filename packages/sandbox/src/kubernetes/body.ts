import { parse } from 'yaml';
import { badRequest, StatusError } from './errors';
import { PROTOBUF, readProtobuf } from './protobuf';
import type { Json } from './types';

/**
 * What was sent, as JSON, YAML or protobuf.
 *
 * @throws StatusError BadRequest, or UnsupportedMediaType for what is neither
 */
export function parseBody(body: Buffer, contentType: string): Json {
  if (contentType.startsWith(PROTOBUF)) {
    return readProtobuf(body);
  }
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
