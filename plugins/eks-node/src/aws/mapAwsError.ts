import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { partitionOfRegion } from '@slipway/backstage-plugin-eks-common';
import { explain, isOurs } from '../lib/explain';
import { causesOf, isObject, oneLine, textIn } from '../lib/text';
import { type AwsCallContext, whereIn } from './awsCall';
import { codes } from './awsErrorCodes';
import { explainDenied } from './explainDenied';

/** Names of quotas as Service Quotas lists them, where AWS's answer names none. */
const quotas: Record<string, string> = {
  'ecr:CreateRepository': 'Registered repositories',
  'eks:CreateFargateProfile': 'Fargate profiles per cluster',
  'iam:CreateRole': 'Roles per account',
};

// Services that know nothing of an account's state wrap it in names of their
// own; the words are the same.
const SUSPENDED =
  /\baccount (?:is|has been|was) (?:currently )?(?:suspended|blocked|closed|deactivated)\b/i;
const NOT_SIGNED_UP =
  /not subscribed to this service|needs a subscription for the service|pending verification/i;
const WRONG_REGION = /scoped to a valid region/i;

/**
 * Turns what an AWS client threw into an error of Backstage whose message
 * names the resource, the cause and the next step. The original is its cause.
 * Errors of Backstage pass as they are.
 *
 * - denied: `NotAllowedError` with the action that is missing, the resource,
 *   the kind of policy that decided, and the line of `docs/iam.md`; also where
 *   AWS does not serve the account (suspended, not signed up, not verified)
 * - not there: `NotFoundError`
 * - already there, in use, or beyond a quota of AWS: `ConflictError`, with the
 *   quota's name
 * - refused as invalid: `InputError`
 * - throttled (after the client's own retries), changed by somebody else at
 *   the same moment, timed out, not reachable, a region that does not answer,
 *   or credentials that AWS does not take (expired, unknown, of another
 *   partition): `ServiceUnavailableError`
 *
 * @public
 */
export function mapAwsError(error: unknown, context: AwsCallContext): Error {
  const chain = causesOf(error);
  const known = chain.find(isOurs);
  if (known) {
    return known;
  }

  const names = chain.flatMap(item =>
    [textIn(item, 'name'), textIn(item, 'code')].filter(
      name => name !== undefined,
    ),
  );
  const is = (set: Set<string>) => names.some(name => set.has(name));
  const { action, resource } = context;
  const where = whereIn(context);
  const message = oneLine(textIn(error, 'message') ?? String(error));
  const status = httpStatus(error);
  const unavailable = (sentence: string) =>
    explain(ServiceUnavailableError, `${resource}: ${sentence}`, error);

  if (is(codes.expired)) {
    return unavailable(
      `the portal's AWS credentials have expired (${action}${where}); renew them, and check the machine's clock`,
    );
  }
  if (is(codes.clockIsWrong)) {
    return unavailable(
      `AWS does not take the time of the portal's requests (${action}${where}); set the machine's clock`,
    );
  }
  if (is(codes.suspended) || SUSPENDED.test(message)) {
    return explain(
      NotAllowedError,
      `${resource}: AWS has suspended ${accountOf(
        context,
      )}, or closed it (${action}${where}: ${message}); the account's owner finds the reason under Billing, or asks AWS Support`,
      error,
    );
  }
  if (is(codes.notSignedUp) || NOT_SIGNED_UP.test(message)) {
    return explain(
      NotAllowedError,
      `${resource}: AWS does not serve ${accountOf(
        context,
      )} yet (${action}${where}: ${message}); the account's owner has to finish its sign-up or verification, or to enable the region in it`,
      error,
    );
  }
  if (is(codes.wrongRegion) || WRONG_REGION.test(message)) {
    return unavailable(
      `the call is for another region than AWS takes it in, or the region is not enabled for the account (${action}${where}: ${message}); check \`region\`, and AWS_REGION and AWS_ENDPOINT_URL* of the portal`,
    );
  }
  if (is(codes.unknownCredentials)) {
    return unavailable(unknownCredentials(context));
  }
  if (is(codes.denied) || status === 403) {
    return explainDenied(error, message, context);
  }
  if (is(codes.throttled) || status === 429) {
    return unavailable(
      `AWS throttles ${action}${where}, even after several tries; try again in a minute`,
    );
  }
  if (
    is(codes.notFound) ||
    names.some(name => /NotFound(Exception)?$/.test(name))
  ) {
    return explain(
      NotFoundError,
      `${resource}: not found${where}; check its name, and that it is in this account and region`,
      error,
    );
  }
  if (is(codes.quota)) {
    return explain(
      ConflictError,
      `${resource}: a quota of AWS is reached at ${action}${where}${quotaOf(
        error,
        message,
        context,
      )}: ${message}; remove what is not needed, or ask for more in Service Quotas`,
      error,
    );
  }
  if (is(codes.busy)) {
    return unavailable(
      `something else changes it at the same time (${action}${where}); try again in a minute`,
    );
  }
  if (is(codes.exists)) {
    return explain(ConflictError, `${resource}: ${message}`, error);
  }
  if (is(codes.key)) {
    return explain(
      InputError,
      `${resource}: AWS cannot use the KMS key (${action}${where}: ${message}); check that the key is there, enabled and in this region, and that its policy lets the portal's role use it`,
      error,
    );
  }
  if (is(codes.invalid)) {
    return explain(
      InputError,
      `${resource}: AWS refuses ${action}: ${message}${partitionHint(
        message,
        context,
      )}`,
      error,
    );
  }
  if (is(codes.noAddress)) {
    return unavailable(noAddress(context));
  }
  // Before what took too long: the SDK names a connection that was cut a
  // TimeoutError too, and keeps its code.
  if (is(codes.connection)) {
    return unavailable(
      `the connection to AWS for ${action}${where} failed; try again, and check the portal's network`,
    );
  }
  if (is(codes.tookTooLong)) {
    return unavailable(
      `AWS did not answer ${action}${where} in time; try again, and check the portal's network`,
    );
  }
  if (is(codes.noCredentials)) {
    return unavailable(
      `the portal has no AWS credentials for ${action}${where}; configure aws.accounts or the environment, see docs/configuration.md`,
    );
  }
  if (status !== undefined && status >= 500) {
    return unavailable(
      `AWS failed at ${action}${where} (${message}); try again`,
    );
  }
  return explain(Error, `${resource}: ${action} failed: ${message}`, error);
}

function accountOf({ accountId }: AwsCallContext): string {
  return accountId ? `account ${accountId}` : 'the account';
}

/**
 * Credentials that AWS does not know where they are used may be good ones
 * elsewhere: each partition knows its own alone, and a region that an account
 * has not enabled knows none of it.
 */
function unknownCredentials({ action, region }: AwsCallContext): string {
  if (!region) {
    return `AWS does not know the portal's credentials (${action}); check them, and that they are of this partition`;
  }
  const partition = partitionOfRegion(region);
  return partition === 'aws'
    ? `AWS does not know the portal's credentials in region ${region} (${action}); check that the region is enabled for the account and in the partition of the credentials, and the credentials themselves`
    : `AWS does not know the portal's credentials in region ${region} (${action}), which is in the partition ${partition} and knows only that partition's; set \`partition\`, \`region\` and credentials of the account in aws.accounts, see docs/configuration.md`;
}

function noAddress(context: AwsCallContext): string {
  const { action, region } = context;
  return region
    ? `AWS has no address for ${action}${whereIn(
        context,
      )}; check the region's name, its partition (${partitionOfRegion(
        region,
      )} by its name), and the portal's DNS`
    : `AWS has no address for ${action}${whereIn(
        context,
      )}; check the portal's DNS`;
}

/** AWS says only that a partition is wrong, and not which would be right. */
function partitionHint(message: string, { region }: AwsCallContext): string {
  return region && /\bpartition\b/i.test(message)
    ? `; region ${region} is in the partition ${partitionOfRegion(
        region,
      )}, and so have ARNs there to be`
    : '';
}

/** The quota by its name or code; AWS says it in one of several places. */
function quotaOf(
  error: unknown,
  message: string,
  { action }: AwsCallContext,
): string {
  const code = textIn(error, 'quotaCode');
  const name =
    /quota for ([A-Za-z]\w*)/.exec(message)?.[1] ?? code ?? quotas[action];
  return name ? ` (${oneLine(name, 80)})` : '';
}

function httpStatus(error: unknown): number | undefined {
  const metadata = isObject(error) ? error.$metadata : undefined;
  const status = isObject(metadata) ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}
