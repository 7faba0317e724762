import {
  ConflictError,
  ForwardedError,
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';

/**
 * Turns an error of a cluster's API into one of `@backstage/errors`, with the
 * cluster's name, the cause and the next step. What a cluster says is cut
 * short: it is not ours.
 *
 * @public
 */
export function mapKubernetesError(
  error: unknown,
  context: { clusterName: string; action: string; principal?: string },
): Error {
  const { clusterName, action } = context;
  const where = `cluster \`${clusterName}\``;
  const who = context.principal ? ` for ${context.principal}` : '';
  const status = statusOf(error);
  const said = messageOf(error);
  switch (status) {
    case 401:
      return new NotAllowedError(
        `${where}: access denied${who}: the cluster does not know the portal's role. Add an access entry with AmazonEKSViewPolicy for it, see docs/iam.md`,
        error,
      );
    case 403:
      return new NotAllowedError(
        `${where}: the portal's role may not ${action}: ${said}. Give it the cluster role of docs/kubernetes/slipway-rbac.yaml, see docs/iam.md`,
        error,
      );
    case 404:
      return new NotFoundError(`${where}: could not ${action}: ${said}`, error);
    case 409:
      return new ConflictError(`${where}: could not ${action}: ${said}`, error);
    case 400:
    case 415:
    case 422:
      return new InputError(`${where}: refused to ${action}: ${said}`, error);
    case undefined:
      break;
    default:
      return new ServiceUnavailableError(
        `${where}: could not ${action}, it answered ${status}: ${said}. Try again`,
        error,
      );
  }
  if (
    isError(error) &&
    (error.name === 'TimeoutError' || error.name === 'AbortError')
  ) {
    return new ServiceUnavailableError(
      `${where}: no answer in time to ${action}. Check that the portal can reach the cluster's endpoint`,
      error,
    );
  }
  if (isError(error)) {
    return new ServiceUnavailableError(
      `${where}: could not be reached to ${action} (${said}). Check that the portal can reach the cluster's endpoint`,
      error,
    );
  }
  return new ForwardedError(`${where}: could not ${action}`, error);
}

function statusOf(error: unknown): number | undefined {
  return isError(error) && typeof error.code === 'number'
    ? error.code
    : undefined;
}

function messageOf(error: unknown): string {
  if (!isError(error)) {
    return 'unknown error';
  }
  const text = statusMessage(error.body) ?? error.message;
  const clean = text.replace(/\p{C}+/gu, ' ').trim();
  return clean.length > 500 ? `${clean.slice(0, 500)}…` : clean;
}

/** The message of a Kubernetes Status, which clients give parsed or as text. */
function statusMessage(body: unknown): string | undefined {
  let status = body;
  if (typeof body === 'string') {
    try {
      status = JSON.parse(body);
    } catch {
      return undefined;
    }
  }
  return typeof status === 'object' &&
    status !== null &&
    'message' in status &&
    typeof status.message === 'string'
    ? status.message
    : undefined;
}
