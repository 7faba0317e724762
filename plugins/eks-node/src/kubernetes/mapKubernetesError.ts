import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { explain, isOurs } from '../lib/explain';
import { causesOf, isObject, oneLine, textIn } from '../lib/text';

/**
 * A request to a cluster's Kubernetes API, for the message of the error that
 * it ended with.
 *
 * @public
 */
export interface KubernetesCallContext {
  /** Short name, such as `prod-eu`. */
  clusterName: string;
  /** What was asked, such as "list ingress classes". */
  action: string;
  /** Role that the portal acts with, where it takes one. */
  roleArn?: string;
}

/** What is wrong with a certificate, by the code of the connection's error. */
const CERTIFICATES = new Map(
  Object.entries({
    CERT_HAS_EXPIRED:
      "its certificate has expired; compare the portal's clock with the time, and check what answers at its endpoint",
    CERT_NOT_YET_VALID:
      "its certificate is not valid yet; compare the portal's clock with the time",
    ERR_TLS_CERT_ALTNAME_INVALID:
      'its certificate is for another host; check what answers at its endpoint',
    ...Object.fromEntries(
      [
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'UNABLE_TO_GET_ISSUER_CERT',
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      ].map(code => [
        code,
        'its certificate is not of the authority that EKS names; check what answers at its endpoint',
      ]),
    ),
  }),
);

/**
 * Turns what a request to a Kubernetes API ended with into an error of
 * Backstage whose message names the cluster, the cause and the next step. It
 * takes the `ApiException` of `@kubernetes/client-node`, anything with a
 * numeric `code`, `statusCode` or `status`, and errors of the connection.
 *
 * - 401: `NotAllowedError`, the access entry is missing
 * - 403: `NotAllowedError`, the access entry has too few rights
 * - 404: `NotFoundError`; 409: `ConflictError`; 400 and 422: `InputError`
 * - everything else: `ServiceUnavailableError`
 *
 * @public
 */
export function mapKubernetesError(
  error: unknown,
  context: KubernetesCallContext,
): Error {
  if (isOurs(error)) {
    return error;
  }
  const cluster = `cluster \`${context.clusterName}\``;
  const role = context.roleArn
    ? `role ${context.roleArn}`
    : `the portal's identity`;
  const said = sentenceOf(error);

  switch (statusOf(error)) {
    case 401:
      return explain(
        NotAllowedError,
        `${cluster}: access denied for ${role}; add an access entry with AmazonEKSViewPolicy, see docs/iam.md`,
        error,
      );
    case 403:
      return explain(
        NotAllowedError,
        `${cluster}: ${role} may not ${context.action}; give its access entry the rights of docs/iam-policies/kubernetes-rbac.yaml, see docs/iam.md`,
        error,
      );
    case 404:
      return explain(
        NotFoundError,
        `${cluster}: not found: ${context.action}${said}`,
        error,
      );
    case 409:
      return explain(
        ConflictError,
        `${cluster}: conflict at ${context.action}${said}`,
        error,
      );
    case 400:
    case 422:
      return explain(
        InputError,
        `${cluster}: refuses ${context.action}${said}`,
        error,
      );
    case 429:
      return explain(
        ServiceUnavailableError,
        `${cluster}: the Kubernetes API is too busy for ${context.action}; try again in a minute`,
        error,
      );
    default:
  }

  const codes = causesOf(error).flatMap(item => [
    textIn(item, 'name'),
    textIn(item, 'code'),
  ]);
  const certificate = codes
    .map(code => CERTIFICATES.get(code ?? ''))
    .find(problem => problem !== undefined);
  if (certificate) {
    return explain(
      ServiceUnavailableError,
      `${cluster}: ${certificate}`,
      error,
    );
  }
  if (codes.some(code => code === 'AbortError' || code === 'TimeoutError')) {
    return explain(
      ServiceUnavailableError,
      `${cluster}: the Kubernetes API did not answer in time; check that the portal's network reaches its endpoint`,
      error,
    );
  }
  return explain(
    ServiceUnavailableError,
    `${cluster}: the Kubernetes API could not be asked (${context.action})${said}; check that the portal's network reaches its endpoint, and try again`,
    error,
  );
}

function statusOf(error: unknown): number | undefined {
  if (!isObject(error)) {
    return undefined;
  }
  return [error.statusCode, error.code, error.status].find(
    value => typeof value === 'number',
  );
}

/** What the API server said, from its Status object where there is one. */
function sentenceOf(error: unknown): string {
  let text = textIn(error, 'message');
  let body = isObject(error) ? error.body : undefined;
  if (typeof body === 'string') {
    try {
      body = JSON.parse(body);
    } catch {
      // Not a Status object; the error's own message has to do.
    }
  }
  text = textIn(body, 'message') ?? text;
  return text ? `: ${oneLine(text)}` : '';
}
