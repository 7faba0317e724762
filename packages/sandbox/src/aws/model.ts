import * as ecr from '@aws-sdk/client-ecr';
import * as eks from '@aws-sdk/client-eks';
import * as iam from '@aws-sdk/client-iam';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import { isRecord } from '../core';
import { AwsError } from './errors';
import type { Operation, Service } from './service';

// What AWS publishes of its services, as its SDK carries it. The SDK drops
// fields of an answer that it does not know, so that a field of our own would
// never be missed by its clients: it has to be looked for here.

const models: Record<Service['name'], Record<string, unknown>> = {
  ecr,
  eks,
  iam,
  s3,
  sts,
};

/** Says of a static schema what it is of: an error, or an operation. */
const ERROR = -3;
const OPERATION = 9;

/** Errors that every service may answer, and no model lists. */
const COMMON_ERRORS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InternalFailure',
  'InvalidAction',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MalformedQueryString',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'SignatureDoesNotMatch',
  'Throttling',
  'ThrottlingException',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationError',
  'ValidationException',
]);

/** The rest of what S3 answers: API reference, "Error responses". */
const S3_ERRORS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AuthorizationHeaderMalformed',
  'EntityTooSmall',
  'ExpiredToken',
  'InternalError',
  'InvalidAccessKeyId',
  'InvalidArgument',
  'InvalidPart',
  'InvalidPartOrder',
  'InvalidToken',
  'InvalidURI',
  'MalformedXML',
  'NotImplemented',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'SlowDown',
]);

/** An operation as AWS has it. */
export interface OperationModel {
  /** Of a service that speaks REST: `GET /clusters/{name}`. */
  route?: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
}

/**
 * What AWS says of an operation.
 *
 * @returns undefined if AWS has no such operation
 */
export function modelOf(
  service: Service['name'],
  operation: string,
): OperationModel | undefined {
  const schema = models[service][`${operation}$`];
  if (!Array.isArray(schema) || schema[0] !== OPERATION) {
    return undefined;
  }
  const [, , , traits, input, output] = schema;
  const [method, path] = isRecord(traits) ? Object(traits.http) : [];
  return {
    ...(method && { route: `${method} ${path}` }),
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
  };
}

/**
 * Holds an answer against what AWS publishes.
 *
 * @throws Error that names the fields, for the log: AWS would never answer so
 */
export function requireAnswer(
  service: Service['name'],
  { name }: Operation,
  output: Record<string, unknown>,
): void {
  const model = modelOf(service, name);
  const wrong = model
    ? misfits(output, model.output)
    : ['AWS has no such operation'];
  if (wrong.length > 0) {
    throw new Error(`not as AWS answers ${name}: ${wrong.join('; ')}`);
  }
}

/**
 * Holds an error against what AWS publishes.
 *
 * @throws Error that names the code or the fields, as {@link requireAnswer}
 */
export function requireError(
  service: Service['name'],
  { code, fields }: AwsError,
): void {
  const schema = Object.values(models[service]).find(
    candidate => Array.isArray(candidate) && isErrorOf(candidate, code),
  );
  const wrong =
    schema === undefined
      ? []
      : misfits(fields, NormalizedSchema.of(Object(schema)));
  const others = service === 's3' ? S3_ERRORS : COMMON_ERRORS;
  if (schema === undefined && !others.has(code)) {
    wrong.push('AWS has no such error');
  }
  if (wrong.length > 0) {
    throw new Error(`not as AWS answers ${code}: ${wrong.join('; ')}`);
  }
}

/** Errors of services that speak Query are known by the code they send. */
function isErrorOf(schema: unknown[], code: string): boolean {
  const [kind, , name, traits] = schema;
  const [sent] = isRecord(traits) ? Object(traits.awsQueryError ?? []) : [];
  return kind === ERROR && (sent ?? name) === code;
}

/** The types that a value has to have, by what its schema says it is. */
const scalars: [
  type: string,
  is: (schema: NormalizedSchema) => boolean,
  fits: (value: unknown) => boolean,
][] = [
  ['text', schema => schema.isStringSchema(), isText],
  ['a boolean', schema => schema.isBooleanSchema(), isBoolean],
  ['a number', schema => schema.isNumericSchema(), isNumber],
  // Seconds since 1970 in JSON, and a date in XML.
  [
    'a time',
    schema => schema.isTimestampSchema(),
    value =>
      isNumber(value) || (isText(value) && !Number.isNaN(Date.parse(value))),
  ],
];

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** What does not fit: fields that are not in the schema, and wrong types. */
export function misfits(
  value: unknown,
  schema: NormalizedSchema,
  path = '',
): string[] {
  if (value === undefined) {
    return [];
  }
  const wrong = (type: string) => [`${path || 'the answer'} is not ${type}`];
  if (schema.isStructSchema()) {
    if (!isRecord(value)) {
      return wrong('a structure');
    }
    const members = new Map(schema.structIterator());
    return Object.entries(value).flatMap(([name, item]) => {
      const member = members.get(name);
      const where = path ? `${path}.${name}` : name;
      return member ? misfits(item, member, where) : [`AWS has no ${where}`];
    });
  }
  if (schema.isListSchema()) {
    return Array.isArray(value)
      ? value.flatMap((item, index) =>
          misfits(item, schema.getValueSchema(), `${path}[${index}]`),
        )
      : wrong('a list');
  }
  if (schema.isMapSchema()) {
    return isRecord(value)
      ? Object.entries(value).flatMap(([key, item]) =>
          misfits(item, schema.getValueSchema(), `${path}["${key}"]`),
        )
      : wrong('a map');
  }
  if (schema.isUnitSchema()) {
    return isRecord(value) && Object.keys(value).length === 0
      ? []
      : wrong('empty');
  }
  const scalar = scalars.find(([, is]) => is(schema));
  return scalar && !scalar[2](value) ? wrong(scalar[0]) : [];
}
