import { isRecord } from '../../core';
import { AwsError } from '../errors';
import { SignatureError } from '../iam/signature';
import { Protocol } from '../service';

/** Reads a JSON object out of a body; an empty body is an empty object. */
export function parseJsonBody(
  body: Buffer,
  malformed: () => AwsError,
): Record<string, unknown> {
  if (body.length === 0) {
    return {};
  }
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (isRecord(parsed)) {
      return parsed;
    }
  } catch {
    // Answered below: the service does not say what is wrong with the text.
  }
  throw malformed();
}

/** The codes that the JSON protocols share for requests that are not believed. */
export function untrustedJson(status: number) {
  return (error: SignatureError): AwsError => {
    switch (error.problem) {
      case 'missing':
        return new AwsError(
          'MissingAuthenticationTokenException',
          status,
          error.message,
        );
      case 'incomplete':
        return new AwsError(
          'IncompleteSignatureException',
          status,
          error.message,
        );
      case 'expired-token':
        return new AwsError('ExpiredTokenException', status, error.message);
      case 'unknown-key':
      case 'unknown-token':
        return new AwsError(
          'UnrecognizedClientException',
          status,
          error.message,
        );
      default:
        return new AwsError('InvalidSignatureException', status, error.message);
    }
  };
}

/** AWS JSON 1.1: one path, the operation in `X-Amz-Target`. */
export function jsonProtocol(targetPrefix: string): Protocol {
  return {
    parse(request, operations) {
      const [prefix, name = ''] = (request.headers['x-amz-target'] ?? '').split(
        '.',
      );
      const operation =
        prefix === targetPrefix
          ? operations.find(candidate => candidate.name === name)
          : undefined;
      const fields = parseJsonBody(
        request.body,
        () => new AwsError('SerializationException', 400, ''),
      );
      return { name: name || prefix, operation, fields };
    },
    answer(_operation, output, requestId) {
      return {
        status: 200,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amzn-requestid': requestId,
        },
        body: JSON.stringify(output),
      };
    },
    error(error, requestId) {
      return {
        status: error.status,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amzn-requestid': requestId,
          'x-amzn-errortype': error.code,
        },
        body: JSON.stringify({
          __type: error.code,
          message: error.message,
          ...error.fields,
        }),
        error: error.code,
      };
    },
    unknownOperation: name =>
      new AwsError(
        'UnknownOperationException',
        400,
        `The sandbox does not play the operation ${name}`,
      ),
    accessDenied: message =>
      new AwsError('AccessDeniedException', 400, message),
    untrusted: untrustedJson(400),
  };
}
