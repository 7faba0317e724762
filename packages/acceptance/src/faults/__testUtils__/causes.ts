import type { FaultKind, ServiceName } from '@slipway/sandbox';

/** The faults of the matrix; the sandbox has more, for people. */
export const KINDS = [
  'throttle',
  'server-error',
  'timeout',
  'reset-before',
  'reset-after',
  'access-denied',
  'expired-token',
] as const satisfies FaultKind[];

export type MatrixKind = (typeof KINDS)[number];

/**
 * How a message has to name what went wrong, for a call to AWS and for one to
 * a cluster. A cluster answers an expired token as it answers an unknown one.
 */
const CAUSES: Record<MatrixKind, { aws: RegExp; kubernetes: RegExp }> = {
  throttle: { aws: /AWS throttles/, kubernetes: /API is too busy/ },
  'server-error': { aws: /AWS failed at/, kubernetes: /[Ii]nternal error/ },
  timeout: {
    aws: /AWS failed at|did not answer/,
    kubernetes: /[Tt]imeout|did not answer in time/,
  },
  'reset-before': {
    aws: /the connection to AWS .* failed/,
    kubernetes: /socket hang up|ECONNRESET/,
  },
  'reset-after': {
    aws: /the connection to AWS .* failed/,
    kubernetes: /socket hang up|ECONNRESET/,
  },
  'access-denied': { aws: /access denied/, kubernetes: /may not/ },
  'expired-token': {
    aws: /credentials have expired/,
    kubernetes: /access denied/,
  },
};

/** What a message about a call that failed that way has to match. */
export function causeOf(kind: MatrixKind, service: ServiceName): RegExp {
  return CAUSES[kind][service === 'kubernetes' ? 'kubernetes' : 'aws'];
}
