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
 * A call to AWS, for the message of the error that it ended with.
 *
 * @public
 */
export interface AwsCallContext {
  /** The permission that the call needs, such as `eks:DescribeCluster`. */
  action: string;
  /** What the call is about, as a sentence begins: "cluster `prod-eu`". */
  resource: string;
  accountId?: string;
  region?: string;
}

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'Forbidden',
  'NotAuthorized',
  'UnauthorizedOperation',
]);
const EXPIRED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
]);
const UNKNOWN_CREDENTIALS = new Set([
  'AuthFailure',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const THROTTLED = new Set([
  'RequestLimitExceeded',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
]);
const EXISTS = new Set([
  'DeleteConflict',
  'DeleteConflictException',
  'EntityAlreadyExists',
  'EntityAlreadyExistsException',
  'UnmodifiableEntity',
  'UnmodifiableEntityException',
  'ResourceInUseException',
  'RepositoryAlreadyExistsException',
  'OperationAbortedException',
]);
const INVALID = new Set([
  'InvalidInput',
  'InvalidInputException',
  'InvalidParameter',
  'InvalidParameterException',
  'InvalidParameterValue',
  'InvalidRequestException',
  'MalformedPolicyDocument',
  'MalformedPolicyDocumentException',
  'ValidationError',
  'ValidationException',
]);
const NOT_FOUND = new Set(['NoSuchEntity', 'NoSuchEntityException']);
const QUOTA = new Set([
  'LimitExceeded',
  'LimitExceededException',
  'ResourceLimitExceededException',
  'ServiceQuotaExceededException',
]);
const BUSY = new Set([
  'ConcurrentModification',
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiable',
  'EntityTemporarilyUnmodifiableException',
]);
const NOT_THERE = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const TOOK_TOO_LONG = new Set(['AbortError', 'TimeoutError', 'ETIMEDOUT']);
const CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'NetworkingError',
]);

/**
 * Turns what an AWS client threw into an error of Backstage whose message
 * names the resource, the cause and the next step. The original is its cause.
 * Errors of Backstage pass as they are.
 *
 * - denied: `NotAllowedError` with the action that is missing
 * - not there: `NotFoundError`
 * - already there, in use, or beyond a quota of AWS: `ConflictError`
 * - refused as invalid: `InputError`
 * - throttled (after the client's own retries), changed by somebody else at
 *   the same moment, timed out, not reachable, or
 *   credentials that AWS does not take: `ServiceUnavailableError`
 *
 * @public
 */
export function mapAwsError(error: unknown, context: AwsCallContext): Error {
  const chain = causesOf(error);
  const known = chain.find(isOurs);
  if (known) {
    return known;
  }

  const codes = chain.flatMap(item =>
    [textIn(item, 'name'), textIn(item, 'code')].filter(
      code => code !== undefined,
    ),
  );
  const is = (set: Set<string>) => codes.some(code => set.has(code));
  const { action, resource } = context;
  const message = oneLine(textIn(error, 'message') ?? String(error));
  const status = httpStatus(error);

  if (is(EXPIRED)) {
    return explain(
      ServiceUnavailableError,
      `${resource}: the portal's AWS credentials have expired (${action}${where(
        context,
      )}); renew them, and check the machine's clock`,
      error,
    );
  }
  if (is(UNKNOWN_CREDENTIALS)) {
    return explain(
      ServiceUnavailableError,
      `${resource}: AWS does not know the portal's credentials${
        context.region ? ` in region ${context.region}` : ''
      } (${action}); check that the region is enabled for the account and in the partition of the credentials, and the credentials themselves`,
      error,
    );
  }
  if (is(DENIED) || status === 403) {
    return denied(error, message, context);
  }
  if (is(THROTTLED) || status === 429) {
    return explain(
      ServiceUnavailableError,
      `${resource}: AWS throttles ${action}${where(
        context,
      )}, even after several tries; try again in a minute`,
      error,
    );
  }
  if (is(NOT_FOUND) || codes.some(code => /NotFound(Exception)?$/.test(code))) {
    return explain(
      NotFoundError,
      `${resource}: not found${where(
        context,
      )}; check its name, and that it is in this account and region`,
      error,
    );
  }
  if (is(QUOTA)) {
    return explain(
      ConflictError,
      `${resource}: a quota of AWS is reached at ${action}${where(
        context,
      )}: ${message}; remove what is not needed, or ask for more in Service Quotas`,
      error,
    );
  }
  if (is(BUSY)) {
    return explain(
      ServiceUnavailableError,
      `${resource}: something else changes it at the same time (${action}${where(
        context,
      )}); try again in a minute`,
      error,
    );
  }
  if (is(EXISTS)) {
    return explain(ConflictError, `${resource}: ${message}`, error);
  }
  if (is(INVALID)) {
    return explain(
      InputError,
      `${resource}: AWS refuses ${action}: ${message}`,
      error,
    );
  }
  if (is(NOT_THERE)) {
    return explain(
      ServiceUnavailableError,
      `${resource}: AWS has no address for ${action}${where(
        context,
      )}; check the region's name, its partition, and the portal's DNS`,
      error,
    );
  }
  if (is(TOOK_TOO_LONG)) {
    return explain(
      ServiceUnavailableError,
      `${resource}: AWS did not answer ${action}${where(
        context,
      )} in time; try again, and check the portal's network`,
      error,
    );
  }
  if (codes.includes('CredentialsProviderError')) {
    return explain(
      ServiceUnavailableError,
      `${resource}: the portal has no AWS credentials for ${action}${where(
        context,
      )}; configure aws.accounts or the environment, see docs/configuration.md`,
      error,
    );
  }
  if (is(CONNECTION)) {
    return explain(
      ServiceUnavailableError,
      `${resource}: the connection to AWS for ${action}${where(
        context,
      )} failed; try again, and check the portal's network`,
      error,
    );
  }
  if (status !== undefined && status >= 500) {
    return explain(
      ServiceUnavailableError,
      `${resource}: AWS failed at ${action}${where(context)} (${oneLine(
        message,
      )}); try again`,
      error,
    );
  }
  return explain(Error, `${resource}: ${action} failed: ${message}`, error);
}

function denied(
  error: unknown,
  message: string,
  context: AwsCallContext,
): NotAllowedError {
  // AWS says who was refused what; where it does, it knows better than we do,
  // for it may have been the role that could not be taken.
  const action =
    /not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9*]+)/.exec(
      message,
    )?.[1] ?? context.action;
  const principal = /(arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]+)/.exec(
    message,
  )?.[1];
  const who = principal ? ` for ${principal}` : '';
  if (action === 'sts:AssumeRole') {
    return explain(
      NotAllowedError,
      `${context.resource}: access denied${who}: the portal may not take its role${where(
        context,
      )}; check the role's trust policy and its external id, see docs/iam.md`,
      error,
    );
  }
  return explain(
    NotAllowedError,
    `${context.resource}: access denied${who}: ${action} is not allowed${where(
      context,
    )}; add that action to the role's policy, see docs/iam.md`,
    error,
  );
}

function where({ accountId, region }: AwsCallContext): string {
  const parts = [
    accountId && `account ${accountId}`,
    region && `region ${region}`,
  ].filter(Boolean);
  return parts.length > 0 ? ` in ${parts.join(', ')}` : '';
}

function httpStatus(error: unknown): number | undefined {
  const metadata = isObject(error) ? error.$metadata : undefined;
  const status = isObject(metadata) ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}
