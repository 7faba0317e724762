import { createHash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { Caller, Identities, StoredCredentials } from './identities';

/** A request as it came over the wire. */
export interface SignedRequest {
  method: string;
  /** Path as sent, still percent-encoded. */
  path: string;
  /** Query as sent, without the question mark. */
  query: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Why a request is not believed; protocols have different words for these. */
export type SignatureProblem =
  | 'missing'
  | 'incomplete'
  | 'unknown-key'
  | 'unknown-token'
  | 'expired-token'
  | 'expired-signature'
  | 'mismatch';

/** A request that is not believed. */
export class SignatureError extends Error {
  constructor(
    readonly problem: SignatureProblem,
    message: string,
  ) {
    super(message);
    this.name = 'SignatureError';
  }
}

/** The credential scope: which key, and for which region and service. */
export interface CredentialScope {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
}

/** What is known of the signature before it is checked. */
interface ClaimedSignature {
  scope: CredentialScope;
  signedHeaders: string[];
  signature: string;
}

const MAX_SKEW_MS = 5 * 60 * 1000;

/** Reads a query string; a repeated name becomes a list. */
export function parseQuery(query: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const part of query.split('&').filter(Boolean)) {
    const [name, value = ''] = part.split(/=(.*)/s);
    const key = decode(name);
    const text = decode(value);
    const existing = Object.hasOwn(result, key) ? result[key] : undefined;
    if (existing === undefined) {
      result[key] = text;
    } else {
      result[key] = [existing, text].flat();
    }
  }
  return result;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseScope(credential: string): CredentialScope {
  const [accessKeyId, date, region, service, end] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request') {
    throw new SignatureError(
      'incomplete',
      `Credential should be scoped as 'key/date/region/service/aws4_request'.`,
    );
  }
  return { accessKeyId, date, region, service };
}

/** Reads the Authorization header. */
export function parseAuthorization(
  header: string | undefined,
): ClaimedSignature {
  if (!header) {
    throw new SignatureError('missing', 'Missing Authentication Token');
  }
  const match =
    /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (!match) {
    throw new SignatureError(
      'incomplete',
      `Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.`,
    );
  }
  return {
    scope: parseScope(match[1]),
    signedHeaders: match[2].split(';'),
    signature: match[3],
  };
}

/** `20261123T101112Z` to milliseconds; NaN for anything else. */
function parseAmzDate(text: string | undefined): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (!match) {
    return NaN;
  }
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function pick(
  headers: Record<string, string>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names
      .filter(name => headers[name] !== undefined)
      .map(name => [name, headers[name]]),
  );
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

function signer(
  stored: StoredCredentials,
  scope: CredentialScope,
  applyChecksum: boolean,
) {
  return new SignatureV4({
    credentials: {
      accessKeyId: stored.accessKeyId,
      secretAccessKey: stored.secretAccessKey,
      ...(stored.sessionToken && { sessionToken: stored.sessionToken }),
    },
    region: scope.region,
    service: scope.service,
    sha256: Sha256,
    applyChecksum,
    // S3 alone takes the path as it is sent.
    uriEscapePath: scope.service !== 's3',
  });
}

/** Finds the key and checks the session token that came with it. */
function believe(
  identities: Identities,
  scope: CredentialScope,
  token: string | undefined,
  now: number,
): { stored: StoredCredentials; caller: Caller } {
  const stored = identities.credentialsOf(scope.accessKeyId);
  const caller = stored && identities.callerOf(stored);
  if (!stored || !caller) {
    throw new SignatureError(
      'unknown-key',
      'The security token included in the request is invalid.',
    );
  }
  if (
    stored.sessionToken !== undefined &&
    !same(stored.sessionToken, token ?? '')
  ) {
    throw new SignatureError(
      'unknown-token',
      'The security token included in the request is invalid.',
    );
  }
  if (stored.expiresAt !== undefined && stored.expiresAt <= now) {
    throw new SignatureError(
      'expired-token',
      'The security token included in the request is expired',
    );
  }
  return { stored, caller };
}

/**
 * Checks the SigV4 signature of a request.
 *
 * @throws SignatureError
 */
export async function verifyRequest(
  request: SignedRequest,
  identities: Identities,
  now: number,
): Promise<{ caller: Caller; scope: CredentialScope }> {
  const claimed = parseAuthorization(request.headers.authorization);
  const { scope, signedHeaders } = claimed;
  const { stored, caller } = believe(
    identities,
    scope,
    request.headers['x-amz-security-token'],
    now,
  );

  const amzDate = request.headers['x-amz-date'];
  const signedAt = parseAmzDate(amzDate);
  if (Number.isNaN(signedAt) || !signedHeaders.includes('host')) {
    throw new SignatureError(
      'incomplete',
      `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header, and a signed 'host'.`,
    );
  }
  if (Math.abs(now - signedAt) > MAX_SKEW_MS) {
    const when = signedAt < now ? 'expired' : 'not yet current';
    throw new SignatureError(
      'expired-signature',
      `Signature ${when}: ${amzDate} is more than 5 min. away from ${new Date(
        now,
      )
        .toISOString()
        .replace(/[-:]|\.\d+/g, '')}`,
    );
  }

  const claimedHash = request.headers['x-amz-content-sha256'];
  if (
    claimedHash !== undefined &&
    !same(claimedHash, createHash('sha256').update(request.body).digest('hex'))
  ) {
    throw new SignatureError('mismatch', MISMATCH);
  }
  const signed = await signer(
    stored,
    scope,
    signedHeaders.includes('x-amz-content-sha256'),
  ).sign(
    new HttpRequest({
      method: request.method,
      path: request.path,
      query: parseQuery(request.query),
      headers: pick(request.headers, signedHeaders),
      body: request.body,
    }),
    // What the client signed is signed again, also `user-agent` and the like.
    {
      signingDate: new Date(signedAt),
      signableHeaders: new Set(signedHeaders),
    },
  );
  const expected = parseAuthorization(signed.headers.authorization);
  if (
    expected.scope.date !== scope.date ||
    !same(expected.signature, claimed.signature)
  ) {
    throw new SignatureError('mismatch', MISMATCH);
  }
  return { caller, scope };
}

/**
 * Checks a presigned URL.
 *
 * @param headers - the headers that are sent along when the URL is called
 * @param maxAgeMs - how long after it was signed the URL is believed, whatever
 *   it says itself
 * @throws SignatureError
 */
export async function verifyPresignedUrl(
  url: URL,
  headers: Record<string, string>,
  identities: Identities,
  options: { now: number; maxAgeMs: number },
): Promise<{ caller: Caller; scope: CredentialScope }> {
  const {
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': credential,
    'X-Amz-Date': amzDate,
    'X-Amz-Expires': expires,
    'X-Amz-SignedHeaders': signedHeaders,
    'X-Amz-Signature': signature,
    'X-Amz-Security-Token': token,
    ...query
  } = parseQuery(url.search.slice(1));
  if (
    algorithm !== 'AWS4-HMAC-SHA256' ||
    typeof credential !== 'string' ||
    typeof amzDate !== 'string' ||
    typeof expires !== 'string' ||
    typeof signedHeaders !== 'string' ||
    typeof signature !== 'string' ||
    Array.isArray(token)
  ) {
    throw new SignatureError(
      'incomplete',
      'The URL lacks parameters of a presigned request',
    );
  }
  const names = signedHeaders.split(';');
  const scope = parseScope(credential);
  const { stored, caller } = believe(identities, scope, token, options.now);
  const signedAt = parseAmzDate(amzDate);
  const age = options.now - signedAt;
  const expiresIn = Number(expires);
  if (
    !(age <= options.maxAgeMs && age >= -MAX_SKEW_MS) ||
    !(expiresIn >= 0 && expiresIn * 1000 <= options.maxAgeMs)
  ) {
    throw new SignatureError('expired-signature', 'The URL has expired');
  }
  if (!Object.keys(headers).every(name => names.includes(name))) {
    throw new SignatureError(
      'mismatch',
      `The URL does not sign ${Object.keys(headers).join(', ')}`,
    );
  }
  const presigned = await signer(stored, scope, true).presign(
    new HttpRequest({
      method: 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: pick({ ...headers, host: url.host }, names),
    }),
    { expiresIn, signingDate: new Date(signedAt) },
  );
  const expected = presigned.query?.['X-Amz-Signature'];
  if (typeof expected !== 'string' || !same(expected, signature)) {
    throw new SignatureError('mismatch', MISMATCH);
  }
  return { caller, scope };
}
