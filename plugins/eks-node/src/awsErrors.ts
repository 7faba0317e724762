import {
  AuthenticationError,
  ConflictError,
  ForwardedError,
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';

/**
 * What was being done when AWS refused, for the message.
 *
 * @public
 */
export interface AwsErrorContext {
  /** IAM name of the call, such as `ecr:CreateRepository`. */
  action: string;
  /** What it was about, such as `repository orders`. */
  resource: string;
  accountId: string;
  region: string;
}

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'NotAuthorized',
]);
const EXPIRED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenRefreshRequired',
]);
const UNKNOWN_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const THROTTLED = new Set([
  'LimitExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const NOT_FOUND = /NotFound(Exception)?$/;
const CONFLICT =
  /^(ResourceInUseException|RepositoryAlreadyExistsException|RepositoryNotEmptyException|ConflictException)$/;
const INVALID =
  /^(InvalidParameter(Exception|Value)?|InvalidRequestException|ValidationException|ValidationError|InvalidTagParameterException|TooManyTagsException)$/;

/**
 * Turns an error of the AWS SDK into one of `@backstage/errors` that names the
 * thing, the cause and the next step; its `cause` is the original. Errors that
 * are not AWS's pass unchanged.
 *
 * - access denied → `NotAllowedError`, naming action, resource and docs/iam.md
 * - credentials expired or unknown → `AuthenticationError`
 * - not found → `NotFoundError`; already there or in use → `ConflictError`
 * - invalid → `InputError`; quota → `ConflictError`
 * - throttled, no answer, a fault of AWS → `ServiceUnavailableError`
 *
 * @public
 */
export function mapAwsError(error: unknown, context: AwsErrorContext): Error {
  if (!isError(error)) {
    return new ForwardedError(`${place(context)} failed`, error);
  }
  const { name } = error;
  const where = place(context);
  const said = sentence(error.message);

  if (/^LimitExceeded|QuotaExceeded|^ServiceQuota/.test(name)) {
    return new ConflictError(
      `${where}: a service quota is reached. ${said} Ask for more in the Service Quotas console of account ${context.accountId}.`,
      error,
    );
  }
  if (DENIED.has(name)) {
    const assuming =
      /sts:AssumeRole/.test(error.message) && !/^sts:/.test(context.action);
    return new NotAllowedError(
      assuming
        ? `${where}: the portal's role in account ${context.accountId} could not be assumed. ${said} Check the role's trust policy and external id, and aws.accounts in the configuration; see docs/iam.md.`
        : `${where}: access denied. ${said} Allow ${context.action} on it to the portal's role in account ${context.accountId}, see docs/iam.md.`,
      error,
    );
  }
  if (EXPIRED.has(name)) {
    return new AuthenticationError(
      `${where}: the AWS credentials have expired. Renew what the portal was started with, and check its clock.`,
      error,
    );
  }
  if (UNKNOWN_CREDENTIALS.has(name)) {
    return new AuthenticationError(
      `${where}: AWS does not accept the portal's credentials. Check the credentials and that they belong to the partition of ${context.region}.`,
      error,
    );
  }
  if (/There is no AWS integration that matches/.test(error.message)) {
    return new InputError(
      `${where}: there are no credentials for account ${context.accountId}. Add it to aws.accounts in the configuration, see docs/configuration.md.`,
      error,
    );
  }
  if (THROTTLED.has(name)) {
    return new ServiceUnavailableError(
      `${where}: AWS is throttling account ${context.accountId} and did not let the call through after several tries. Try again in a minute.`,
      error,
    );
  }
  if (NOT_FOUND.test(name)) {
    return new NotFoundError(
      `${where}: there is no such thing in account ${context.accountId}, ${context.region}. ${said}`,
      error,
    );
  }
  if (CONFLICT.test(name)) {
    return new ConflictError(`${where}: ${said}`, error);
  }
  if (INVALID.test(name)) {
    return new InputError(`${where}: AWS refuses the request. ${said}`, error);
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(codeOf(error) ?? error.message)) {
    return new ServiceUnavailableError(
      `${where}: the AWS endpoint of ${context.region} was not found. Check the region's name and the portal's network.`,
      error,
    );
  }
  if (name === 'AbortError') {
    return error instanceof Error ? error : new ForwardedError(where, error);
  }
  if (isServiceFault(error)) {
    return new ServiceUnavailableError(
      `${where}: AWS did not answer properly (${name}). ${said} Try again.`,
      error,
    );
  }
  return new ForwardedError(`${where} failed`, error);
}

function place({ action, resource, accountId, region }: AwsErrorContext) {
  return `${action} on ${resource} (account ${accountId}, ${region})`;
}

/** AWS ends some messages with a full stop and others without. */
function sentence(message: string): string {
  const text = message.trim();
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

function codeOf(error: object): string | undefined {
  return 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

function isServiceFault(error: object): boolean {
  if (
    /ECONN|ETIMEDOUT|EPIPE|socket hang up/.test(
      `${codeOf(error) ?? ''} ${'message' in error ? error.message : ''}`,
    ) ||
    ('name' in error && error.name === 'TimeoutError')
  ) {
    return true;
  }
  const metadata =
    '$metadata' in error
      ? (error.$metadata as { httpStatusCode?: number })
      : {};
  return (metadata?.httpStatusCode ?? 0) >= 500;
}
