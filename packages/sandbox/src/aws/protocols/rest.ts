import { AwsError } from '../errors';
import { parseQuery } from '../iam/signature';
import { Operation, Protocol } from '../service';
import { parseJsonBody, untrustedJson } from './json';

function matchRoute(
  route: string,
  method: string,
  path: string,
): Record<string, string> | undefined {
  const [routeMethod, template] = route.split(' ');
  const wanted = template.split('/');
  const given = path.replace(/\/$/, '').split('/');
  if (routeMethod !== method || wanted.length !== given.length) {
    return undefined;
  }
  const labels: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const label = /^\{(.+)\}$/.exec(part)?.[1];
    if (label === undefined) {
      if (part !== given[index]) {
        return undefined;
      }
    } else {
      try {
        labels[label] = decodeURIComponent(given[index]);
      } catch {
        return undefined;
      }
    }
  }
  return labels;
}

function findRoute(
  operations: readonly Operation[],
  method: string,
  path: string,
) {
  for (const operation of operations) {
    const labels = operation.route && matchRoute(operation.route, method, path);
    if (labels) {
      return { operation, labels };
    }
  }
  return undefined;
}

/** REST JSON: the operation is the method and path; errors name a header. */
export const restProtocol: Protocol = {
  parse(request, operations) {
    const found = findRoute(operations, request.method, request.path);
    return {
      name: found?.operation.name ?? `${request.method} ${request.path}`,
      operation: found?.operation,
      // Labels come last: neither query nor body may speak for the path.
      fields: {
        ...parseQuery(request.query),
        ...parseJsonBody(
          request.body,
          () => new AwsError('SerializationException', 400, ''),
        ),
        ...found?.labels,
      },
    };
  },
  answer(_operation, output, requestId) {
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
      },
      body: JSON.stringify(output),
    };
  },
  error(error, requestId) {
    return {
      status: error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.code,
      },
      body: JSON.stringify({ message: error.message, ...error.fields }),
      error: error.code,
    };
  },
  unknownOperation: name =>
    new AwsError(
      'UnknownOperationException',
      404,
      `The sandbox does not play the operation ${name}`,
    ),
  accessDenied: message => new AwsError('AccessDeniedException', 403, message),
  untrusted: untrustedJson(403),
};
