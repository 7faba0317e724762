import type { JsonObject } from './types';

/** An error in Kubernetes' own words: a `Status` with its reason and code. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details?: JsonObject;

  constructor(options: {
    code: number;
    reason: string;
    message: string;
    details?: JsonObject;
  }) {
    super(options.message);
    this.code = options.code;
    this.reason = options.reason;
    this.details = options.details;
  }

  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

interface Subject {
  group: string;
  plural: string;
  kind?: string;
}

const subjectName = ({ group, plural }: Subject) =>
  group ? `${plural}.${group}` : plural;
const detailsOf = ({ group, plural }: Subject, name: string) => ({
  name,
  ...(group && { group }),
  kind: plural,
});

export const notFound = (subject: Subject, name: string) =>
  new StatusError({
    code: 404,
    reason: 'NotFound',
    message: `${subjectName(subject)} "${name}" not found`,
    details: detailsOf(subject, name),
  });

export const alreadyExists = (subject: Subject, name: string) =>
  new StatusError({
    code: 409,
    reason: 'AlreadyExists',
    message: `${subjectName(subject)} "${name}" already exists`,
    details: detailsOf(subject, name),
  });

export const conflict = (
  subject: Subject,
  name: string,
  reason = 'the object has been modified; please apply your changes to the latest version and try again',
) =>
  new StatusError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${subjectName(
      subject,
    )} "${name}": ${reason}`,
    details: detailsOf(subject, name),
  });

export interface Cause {
  /** Path of the field, such as `spec.replicas`. */
  field: string;
  reason: string;
  message: string;
}

export const invalid = (
  subject: { group: string; kind: string },
  name: string,
  causes: Cause[],
) => {
  const texts = causes.map(cause => `${cause.field}: ${cause.message}`);
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: `${subject.kind}${
      subject.group ? `.${subject.group}` : ''
    } "${name}" is invalid: ${
      texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
    }`,
    details: {
      name,
      ...(subject.group && { group: subject.group }),
      kind: subject.kind,
      causes: causes.map(cause => ({ ...cause })),
    },
  });
};

export const badRequest = (message: string) =>
  new StatusError({ code: 400, reason: 'BadRequest', message });

export const expired = (message: string) =>
  new StatusError({ code: 410, reason: 'Expired', message });

/** A version that has not been yet. */
export const tooNew = (asked: number, current: number) =>
  new StatusError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [
        {
          reason: 'ResourceVersionTooLarge',
          message: 'Too large resource version',
        },
      ],
      retryAfterSeconds: 1,
    },
  });
