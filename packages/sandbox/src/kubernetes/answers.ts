import type { HttpAnswer } from '../core';
import type { Fault } from '../types';
import { StatusError } from './errors';
import type { JsonObject, KubernetesObject, ResourceKind } from './types';

/** A JSON answer. */
export const json = (status: number, body: JsonObject): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** An error as its `Status`. */
export function statusAnswer(error: StatusError): HttpAnswer {
  const answer = json(error.code, error.toStatus());
  const wait = error.details?.retryAfterSeconds;
  return {
    ...answer,
    ...(wait !== undefined && {
      headers: { ...answer.headers, 'retry-after': String(wait) },
    }),
    error: error.reason,
  };
}

/** The `Status` of what has succeeded, about an object where there is one. */
export const success = (
  kind?: ResourceKind,
  object?: KubernetesObject,
): JsonObject => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  ...(kind &&
    object && {
      details: {
        name: object.metadata.name,
        kind: kind.plural,
        ...(kind.group && { group: kind.group }),
        uid: object.metadata.uid,
      },
    }),
});

/** So much is a cluster's clock ahead, where a fault says that it is wrong. */
const SKEW_MS = 20 * 60_000;

/** An answer with the time of a clock that is wrong. */
const skewed = (answer: HttpAnswer): HttpAnswer => ({
  ...answer,
  headers: {
    ...answer.headers,
    date: new Date(Date.now() + SKEW_MS).toUTCString(),
  },
});

/** Each fault as an API server would say it. */
export function faultAnswer(fault: Fault): HttpAnswer {
  switch (fault.kind) {
    case 'throttle':
      return statusAnswer(
        new StatusError({
          code: 429,
          reason: 'TooManyRequests',
          message:
            'the server has received too many requests and has asked us to try again later',
          details: { retryAfterSeconds: 1 },
        }),
      );
    case 'access-denied':
      return statusAnswer(
        new StatusError({
          code: 403,
          reason: 'Forbidden',
          message: 'forbidden by a fault of the sandbox',
          details: {},
        }),
      );
    case 'clock-skew':
      return skewed(faultAnswer({ ...fault, kind: 'expired-token' }));
    case 'expired-token':
      return statusAnswer(
        new StatusError({
          code: 401,
          reason: 'Unauthorized',
          message: 'Unauthorized',
        }),
      );
    case 'timeout':
      return statusAnswer(
        new StatusError({
          code: 504,
          reason: 'Timeout',
          message:
            'Timeout: request did not complete within the allotted timeout',
        }),
      );
    default:
      return statusAnswer(
        new StatusError({
          code: 500,
          reason: 'InternalError',
          message:
            'Internal error occurred: an error on the server has prevented the request from succeeding',
          details: {},
        }),
      );
  }
}
