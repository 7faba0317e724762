/**
 * What the stand-ins of the sandbox have in common. Each stand-in (AWS,
 * Kubernetes, GitHub) is a small module of its own behind these shapes.
 */

/** A service the sandbox stands in for, as faults and the journal name it. */
export type ServiceName =
  | 'ecr'
  | 'eks'
  | 'iam'
  | 's3'
  | 'sts'
  | 'kubernetes'
  | 'github'
  | 'gitlab'
  | 'git';

/** One request, as far as it is known before it is answered. */
export interface RequestInfo {
  service: ServiceName;
  /**
   * The service's own name for the call: `CreateRepository`, `AssumeRole`,
   * `list pods`, `watch deployments.apps`, `POST /orgs/{org}/repos`,
   * `git-receive-pack`.
   */
  operation: string;
  /** What the call is about: a cluster ARN, `owner/repo`, a repository name. */
  target?: string;
  /** In a cluster: the object that the call names, as `namespace/name` or `name`. */
  object?: string;
  accountId?: string;
  region?: string;
  /** Who calls, where known: an IAM ARN, a Kubernetes user. */
  caller?: string;
}

/** A request and how it ended. */
export interface JournalEntry extends RequestInfo {
  /** ISO 8601. */
  at: string;
  /** HTTP status; 0 when the connection was reset or left hanging. */
  status: number;
  /** The error code of the service's own vocabulary, if the call failed. */
  error?: string;
  durationMs: number;
}

/** The last requests of every stand-in, newest last, bounded. */
export interface Journal {
  record(entry: JournalEntry): void;
  list(filter?: Partial<RequestInfo>): JournalEntry[];
}

/**
 * How a call is made to fail.
 *
 * - `throttle`, `server-error`, `access-denied`, `expired-token`: answered at
 *   once, in the service's own words and status.
 * - `timeout`: answered with a gateway timeout (504) after `delayMs`.
 * - `hang`: the connection is accepted and never answered.
 * - `hang-after`: the call takes effect, and is never answered.
 * - `reset-before`: the connection is cut before the call has any effect.
 * - `reset-after`: the call takes effect, then the connection is cut.
 * - `garbled`: half a JSON document is the answer.
 *
 * Of clusters alone:
 *
 * - `clock-skew`: the cluster's clock is 20 minutes ahead of ours, so that it
 *   takes every token for expired.
 * - `certificate-expired`, `certificate-foreign`: whoever connects is shown a
 *   certificate that has expired, or that another authority has made. What is
 *   connected is cut, as if the API server had been restarted with it.
 */
export type FaultKind =
  | 'throttle'
  | 'server-error'
  | 'access-denied'
  | 'expired-token'
  | 'timeout'
  | 'hang'
  | 'hang-after'
  | 'reset-before'
  | 'reset-after'
  | 'garbled'
  | 'clock-skew'
  | 'certificate-expired'
  | 'certificate-foreign';

/** A switch for one kind of failure. Fields left out match everything. */
export interface Fault {
  id: string;
  kind: FaultKind;
  service: ServiceName;
  operation?: string;
  target?: string;
  object?: string;
  accountId?: string;
  region?: string;
  /** How many calls that match pass before the first that fails; 0 when left out. */
  skip?: number;
  /** How many calls still fail; forever when left out. */
  remaining?: number;
  /** Milliseconds before the answer, for `timeout` (default 10 000). */
  delayMs?: number;
}

/** The faults that are switched on. */
export interface Faults {
  add(fault: Omit<Fault, 'id'>): Fault;
  remove(id: string): boolean;
  clear(): void;
  list(): Fault[];
  /** Tells whenever a fault was switched on or off by somebody. */
  onChange(listener: () => void): void;
  /** The first fault that matches the request; counts it as used. */
  take(request: RequestInfo): Fault | undefined;
  /**
   * Tells when a fault that hits every such request from now on begins, for
   * answers that are being streamed.
   *
   * @returns a function that ends it
   */
  onBegin(request: RequestInfo, listener: (fault: Fault) => void): () => void;
}

/** What every stand-in is started with. */
export interface StandInContext {
  journal: Journal;
  faults: Faults;
  /** Milliseconds since the epoch; tests may set the clock. */
  now(): number;
  log(message: string): void;
}
