import { AwsError } from '../errors';
import { parseQuery, SignatureError } from '../iam/signature';
import { toXml } from '../protocols/xml';
import { Operation, Protocol } from '../service';

/** Names in a query that say which operation is meant, and not with what. */
const MARKS = ['list-type', 'partNumber', 'uploadId', 'uploads'];

/** The operations by method, by whether there is a key, and by those names. */
const REQUESTS: [request: string, operation: string][] = [
  ['PUT bucket', 'CreateBucket'],
  ['GET bucket list-type', 'ListObjectsV2'],
  ['GET bucket uploads', 'ListMultipartUploads'],
  ['PUT key', 'PutObject'],
  ['PUT key partNumber uploadId', 'UploadPart'],
  ['POST key uploads', 'CreateMultipartUpload'],
  ['POST key uploadId', 'CompleteMultipartUpload'],
  ['DELETE key', 'DeleteObject'],
  ['DELETE key uploadId', 'AbortMultipartUpload'],
  ['GET key', 'GetObject'],
];

/** The fields that a query has, by the names that they have there. */
const FIELDS: Record<string, string> = {
  partNumber: 'PartNumber',
  prefix: 'Prefix',
  uploadId: 'UploadId',
};

const PARTS = /<Part>(.*?)<\/Part>/gs;

/** The one structure that comes as XML. */
function multipartUpload(body: string) {
  return {
    Parts: [...body.matchAll(PARTS)].map(([, part]) => ({
      PartNumber: /<PartNumber>(\d+)<\/PartNumber>/.exec(part)?.[1],
      ETag: /<ETag>(.*?)<\/ETag>/s
        .exec(part)?.[1]
        .replace(/&quot;|&#34;/g, '"'),
    })),
  };
}

function decodePath(path: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
}

function untrusted(error: SignatureError): AwsError {
  switch (error.problem) {
    case 'missing':
      return new AwsError('AccessDenied', 403, 'Access Denied');
    case 'incomplete':
      return new AwsError('AuthorizationHeaderMalformed', 400, error.message);
    case 'expired-token':
      return new AwsError(
        'ExpiredToken',
        400,
        'The provided token has expired.',
      );
    case 'unknown-token':
      return new AwsError(
        'InvalidToken',
        400,
        'The provided token is malformed or otherwise invalid.',
      );
    case 'unknown-key':
      return new AwsError(
        'InvalidAccessKeyId',
        403,
        'The AWS Access Key Id you provided does not exist in our records.',
      );
    case 'expired-signature':
      return new AwsError(
        'RequestTimeTooSkewed',
        403,
        'The difference between the request time and the current time is too large.',
      );
    default:
      return new AwsError('SignatureDoesNotMatch', 403, error.message);
  }
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** The element that an answer's XML is in. */
const ROOTS: Record<string, string> = {
  CreateMultipartUpload: 'InitiateMultipartUploadResult',
  CompleteMultipartUpload: 'CompleteMultipartUploadResult',
  ListObjectsV2: 'ListBucketResult',
  ListMultipartUploads: 'ListMultipartUploadsResult',
};

const STATUS: Record<string, number> = {
  AbortMultipartUpload: 204,
  DeleteObject: 204,
};

function answer(
  operation: Operation,
  { ETag, Body, ContentType, Uploads, ...rest }: Record<string, unknown>,
  requestId: string,
) {
  const root = ROOTS[operation.name];
  const headers = {
    'x-amz-request-id': requestId,
    ...(typeof ETag === 'string' && !root && { etag: ETag }),
    ...(typeof ContentType === 'string' && { 'content-type': ContentType }),
  };
  const status = STATUS[operation.name] ?? 200;
  if (typeof Body === 'string') {
    return { status, headers, body: Buffer.from(Body, 'base64') };
  }
  return root
    ? {
        status,
        headers: { ...headers, 'content-type': 'application/xml' },
        body: `${XML}<${root} xmlns="${NAMESPACE}">${toXml(
          // The one list that has another name there.
          { ...rest, Upload: Uploads, ETag },
          'flat',
        )}</${root}>`,
      }
    : { status, headers };
}

/** REST XML as S3 speaks it, with the bucket in the path. */
export const s3Protocol: Protocol = {
  parse({ method, path, query, headers, body }, operations) {
    const { bucket, key } = decodePath(path);
    const given = parseQuery(query);
    const asked = [
      method,
      key ? 'key' : 'bucket',
      ...MARKS.filter(name => Object.hasOwn(given, name)),
    ].join(' ');
    const name = REQUESTS.find(([request]) => request === asked)?.[1] ?? asked;
    return {
      name,
      operation: operations.find(candidate => candidate.name === name),
      // Labels come last: the query does not speak for the path.
      fields: {
        ...Object.fromEntries(
          Object.entries(FIELDS).map(([sent, field]) => [field, given[sent]]),
        ),
        ...(name === 'CompleteMultipartUpload'
          ? { MultipartUpload: multipartUpload(body.toString('utf8')) }
          : { Body: body.toString('base64') }),
        ContentType: headers['content-type'],
        Bucket: bucket,
        Key: key,
      },
    };
  },
  answer,
  error(error, requestId) {
    return {
      status: error.status,
      headers: {
        'content-type': 'application/xml',
        'x-amz-request-id': requestId,
      },
      body: `${XML}<Error>${toXml({
        Code: error.code,
        Message: error.message,
        ...error.fields,
        RequestId: requestId,
      })}</Error>`,
      error: error.code,
    };
  },
  unknownOperation: name =>
    new AwsError(
      'NotImplemented',
      501,
      `The sandbox does not play the operation ${name}`,
    ),
  accessDenied: message => new AwsError('AccessDenied', 403, message),
  untrusted,
};
