import type {
  ConnectionCause,
  ConnectionCauseCode,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { explain, isOurs } from '../lib/explain';
import { causesOf, isObject, oneLine, textIn } from '../lib/text';
import { refusalIn } from './refusal';

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
  /** Whether the cluster has let the portal in before. */
  letInBefore?: boolean;
}

/** An error of ours and, of what keeps a cluster from being read, its cause. */
export interface MappedError {
  error: Error;
  cause?: ConnectionCause;
}

/** Codes of Node about a connection that there is not, or that breaks. */
const isOfConnection = (code: string | undefined) =>
  /^(E[A-Z]+|EAI_AGAIN|UND_ERR_\w+|ERR_STREAM_PREMATURE_CLOSE)$/.test(
    code ?? '',
  );

/** What is wrong with a certificate, by the code of the connection's error. */
const CERTIFICATES = new Map<
  string,
  [code: ConnectionCauseCode, sentence: string]
>(
  Object.entries({
    CERT_HAS_EXPIRED: [
      'certificate-expired',
      "its certificate has expired; compare the portal's clock with the time, and check what answers at its endpoint",
    ],
    CERT_NOT_YET_VALID: [
      'certificate-early',
      "its certificate is not valid yet; compare the portal's clock with the time",
    ],
    ERR_TLS_CERT_ALTNAME_INVALID: [
      'certificate-host',
      'its certificate is for another host; check what answers at its endpoint',
    ],
    ...Object.fromEntries<[ConnectionCauseCode, string]>(
      [
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'UNABLE_TO_GET_ISSUER_CERT',
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      ].map(code => [
        code,
        [
          'certificate-foreign',
          'its certificate is not of the authority that EKS names; check what answers at its endpoint',
        ],
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
 * - 401: `NotAllowedError`, the access entry is missing; or a clock is wrong or
 *   the token old, where the answer shows it
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
  return explainKubernetesError(error, context).error;
}

/** The same, and why as facts. */
export function explainKubernetesError(
  error: unknown,
  context: KubernetesCallContext,
): MappedError {
  if (isOurs(error)) {
    return {
      error,
      cause: { code: 'credentials', facts: { message: error.message } },
    };
  }
  const cluster = `cluster \`${context.clusterName}\``;
  const role = context.roleArn
    ? `role ${context.roleArn}`
    : `the portal's identity`;
  const said = sentenceOf(error);
  const status = statusOf(error);
  const { action } = context;
  const because = (
    code: ConnectionCauseCode,
    ErrorKind: new (message: string) => Error,
    sentence: string,
    facts: ConnectionCause['facts'] = {},
  ): MappedError => ({
    error: explain(ErrorKind, `${cluster}: ${sentence}`, error),
    cause: { code, facts },
  });

  switch (status) {
    case 401: {
      const { code, sentence, facts } = whyNotLetIn(error, role, context);
      return because(code, NotAllowedError, sentence, facts);
    }
    case 403:
      return because(
        'forbidden',
        NotAllowedError,
        `${role} may not ${action}; give its access entry the rights of docs/iam-policies/kubernetes-rbac.yaml, see docs/iam.md`,
        { action },
      );
    case 404:
      return {
        error: explain(
          NotFoundError,
          `${cluster}: not found: ${action}${said}`,
          error,
        ),
      };
    case 409:
      return {
        error: explain(
          ConflictError,
          `${cluster}: conflict at ${action}${said}`,
          error,
        ),
      };
    case 400:
    case 422:
      return {
        error: explain(
          InputError,
          `${cluster}: refuses ${action}${said}`,
          error,
        ),
      };
    case 429:
      return because(
        'busy',
        ServiceUnavailableError,
        `the Kubernetes API is too busy for ${action}; try again in a minute`,
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
    const [code, sentence] = certificate;
    return because(code, ServiceUnavailableError, sentence);
  }
  if (codes.some(code => code === 'AbortError' || code === 'TimeoutError')) {
    return because(
      'no-answer',
      ServiceUnavailableError,
      "the Kubernetes API did not answer in time; check that the portal's network reaches its endpoint",
    );
  }
  if (status !== undefined && status >= 500) {
    return because(
      'failing',
      ServiceUnavailableError,
      `the Kubernetes API could not be asked (${action}): it answers with status ${status}${said}; look at its health in the EKS console`,
      { status },
    );
  }
  return because(
    codes.some(isOfConnection) ? 'no-connection' : 'not-understood',
    ServiceUnavailableError,
    `the Kubernetes API could not be asked (${action})${said}; check that the portal's network reaches its endpoint, and try again`,
    { said: said.replace(/^: /, '') },
  );
}

/** No token is refused for clocks that differ by less. */
const CLOCK_TOLERANCE_MS = 4 * 60_000;

/**
 * Why a cluster does not take the portal's credentials, as far as its answer
 * and the token tell: it says no more itself.
 */
function whyNotLetIn(
  error: unknown,
  role: string,
  { letInBefore }: KubernetesCallContext,
): ConnectionCause & { sentence: string } {
  const { clockAheadMs = 0, tokenExpiredAt } = refusalIn(error);
  const minutes = Math.round(Math.abs(clockAheadMs) / 60_000);
  if (Math.abs(clockAheadMs) >= CLOCK_TOLERANCE_MS) {
    const direction = clockAheadMs > 0 ? 'behind' : 'ahead';
    return {
      code: 'clock',
      facts: { minutes, direction },
      sentence: `access denied for ${role}: the portal's clock is ${minutes} minutes ${direction} of the cluster's, so that its tokens are not valid there; set the clock that is wrong`,
    };
  }
  if (tokenExpiredAt) {
    const time = tokenExpiredAt.toISOString();
    return {
      code: 'token-expired',
      facts: { time },
      sentence: `access denied for ${role}: its token expired at ${time}; a new one is taken by itself, so if this stays, look in the backend's log for why AWS gives none`,
    };
  }
  return letInBefore
    ? {
        code: 'access-lost',
        facts: { role },
        sentence: `access denied for ${role}, which was let in before, with a token and a clock that are right; check that the role and its access entry are still there, see docs/iam.md`,
      }
    : {
        code: 'no-access',
        facts: { role },
        sentence: `access denied for ${role}; add an access entry with AmazonEKSViewPolicy, see docs/iam.md`,
      };
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
