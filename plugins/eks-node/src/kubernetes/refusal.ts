import { isObject, textIn } from '../lib/text';

/** What is known of credentials that a cluster did not take (401). */
export interface Refusal {
  /** Milliseconds that the cluster's clock is ahead of ours, as its answer says. */
  clockAheadMs?: number;
  /** When the token that was sent ended. */
  tokenExpiredAt?: Date;
}

/** EKS takes a token for so long. */
const EKS_TOKEN_MS = 15 * 60_000;

/** As STS writes a time: `20261123T120000Z`. */
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Reads what an answer and the token that was sent say about a refusal.
 *
 * @param answer - headers of the answer
 * @param token - the value of the header `Authorization`
 */
export function refusalOf(
  answer: { date?: string },
  token: string | undefined,
  now = Date.now(),
): Refusal {
  const date = Date.parse(answer.date ?? '');
  const end = endOf(token?.replace(/^Bearer /, '') ?? '');
  return {
    ...(Number.isFinite(date) && { clockAheadMs: date - now }),
    ...(end !== undefined && end <= now && { tokenExpiredAt: new Date(end) }),
  };
}

/** When a token ends: one of EKS, or a JWT as service accounts have. */
function endOf(token: string): number | undefined {
  const [prefix, ...parts] = token.split('.');
  const encoded = parts[0];
  if (!encoded) {
    return undefined;
  }
  const text = Buffer.from(encoded, 'base64url').toString();
  if (prefix === 'k8s-aws-v1') {
    const signedAt = URL.parse(text)?.searchParams.get('X-Amz-Date') ?? '';
    const iso = signedAt.replace(AMZ_DATE, '$1-$2-$3T$4:$5:$6Z');
    const time = Date.parse(iso);
    return Number.isFinite(time) ? time + EKS_TOKEN_MS : undefined;
  }
  try {
    const claims: unknown = JSON.parse(text);
    const end = isObject(claims) ? claims.exp : undefined;
    return typeof end === 'number' ? end * 1000 : undefined;
  } catch {
    // Some other kind of token, of which only its cluster knows more.
    return undefined;
  }
}

/** The same of an error: ours, or one of `@kubernetes/client-node`. */
export function refusalIn(error: unknown): Refusal {
  if (!isObject(error)) {
    return {};
  }
  if (isObject(error.refusal)) {
    return error.refusal;
  }
  return refusalOf({ date: textIn(error.headers, 'date') }, undefined);
}
