import { AwsError } from '../errors';
import { SignatureError } from '../iam/signature';
import { Protocol } from '../service';
import { isRecord } from '../../core';
import { escapeXml, toXml } from './xml';

/**
 * Puts a form's flat names back together: `Tags.member.1.Key` is the key of
 * the first of a list.
 */
function nest(form: URLSearchParams): Record<string, unknown> {
  // Without a prototype, so that no name means more than a field.
  const root: Record<string, unknown> = Object.create(null);
  for (const [name, value] of form) {
    const path = name.split('.');
    const last = path.pop() ?? '';
    let at = root;
    for (const part of path) {
      const next = at[part] ?? Object.create(null);
      if (!isRecord(next)) {
        throw new AwsError(
          'MalformedQueryString',
          400,
          `${name} is both a value and a structure`,
        );
      }
      at[part] = next;
      at = next;
    }
    at[last] = value;
  }
  return Object.fromEntries(
    Object.entries(root).map(([name, value]) => [name, withLists(value)]),
  );
}

function withLists(value: unknown): unknown {
  if (!isRecord(value)) {
    return value;
  }
  if (isRecord(value.member)) {
    return Object.entries(value.member)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, item]) => withLists(item));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withLists(item)]),
  );
}

const HEADERS = { 'content-type': 'text/xml' };

function untrusted(error: SignatureError): AwsError {
  switch (error.problem) {
    case 'missing':
      return new AwsError('MissingAuthenticationToken', 403, error.message);
    case 'incomplete':
      return new AwsError('IncompleteSignature', 400, error.message);
    case 'expired-token':
      return new AwsError('ExpiredToken', 403, error.message);
    case 'unknown-key':
    case 'unknown-token':
      return new AwsError('InvalidClientTokenId', 403, error.message);
    default:
      return new AwsError('SignatureDoesNotMatch', 403, error.message);
  }
}

/** The query protocol: a form in, XML out. */
export function queryProtocol(namespace: string): Protocol {
  return {
    parse(request, operations) {
      const text = request.body.length
        ? request.body.toString()
        : request.query;
      const fields = nest(new URLSearchParams(text));
      const name = typeof fields.Action === 'string' ? fields.Action : '';
      return {
        name,
        operation: operations.find(candidate => candidate.name === name),
        fields,
      };
    },
    answer(operation, output, requestId) {
      const { name } = operation;
      // An operation that answers nothing has no result at all.
      const result = Object.keys(output).length
        ? `<${name}Result>${toXml(output)}</${name}Result>`
        : '';
      return {
        status: 200,
        headers: { ...HEADERS, 'x-amzn-requestid': requestId },
        body: `<${name}Response xmlns="${namespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
      };
    },
    error(error, requestId) {
      const type = error.status >= 500 ? 'Receiver' : 'Sender';
      return {
        status: error.status,
        headers: { ...HEADERS, 'x-amzn-requestid': requestId },
        body: `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${escapeXml(
          error.code,
        )}</Code><Message>${escapeXml(
          error.message,
        )}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
        error: error.code,
      };
    },
    unknownOperation: name =>
      new AwsError(
        'InvalidAction',
        400,
        `Could not find operation ${name || '(none)'}`,
      ),
    accessDenied: message => new AwsError('AccessDenied', 403, message),
    untrusted,
  };
}
