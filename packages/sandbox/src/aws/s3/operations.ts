import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../errors';
import { decideFor } from '../iam/identities';
import { Call, Operation } from '../service';
import { emptyBucket, S3Bucket, S3Upload } from './state';

const bucketArn = ({ input }: Call) =>
  `arn:aws:s3:::${input.requiredText('Bucket')}`;
const objectArn = (call: Call) =>
  `${bucketArn(call)}/${call.input.requiredText('Key')}`;

const etagOf = (content: Buffer): string =>
  `"${createHash('md5').update(content).digest('hex')}"`;

const noSuchUpload = () =>
  new AwsError(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  );

function bucketOf({ input, world, accountId }: Call): S3Bucket {
  const name = input.requiredText('Bucket');
  const { buckets } = world.state.s3;
  const bucket = Object.hasOwn(buckets, name) ? buckets[name] : undefined;
  if (!bucket) {
    throw new AwsError(
      'NoSuchBucket',
      404,
      'The specified bucket does not exist',
    );
  }
  if (bucket.accountId !== accountId) {
    throw new AwsError('AccessDenied', 403, 'Access Denied');
  }
  return bucket;
}

function uploadOf(call: Call): { id: string; upload: S3Upload } {
  const { uploads } = bucketOf(call);
  const id = call.input.requiredText('UploadId');
  const upload = Object.hasOwn(uploads, id) ? uploads[id] : undefined;
  if (upload?.key !== call.input.requiredText('Key')) {
    throw noSuchUpload();
  }
  return { id, upload };
}

function contentOf({ input }: Call): Buffer {
  return Buffer.from(input.text('Body') ?? '', 'base64');
}

const contentTypeOf = ({ input }: Call): string =>
  input.text('ContentType') || 'binary/octet-stream';

/** Whether a missing object may be said to be missing. */
function mayList(call: Call): boolean {
  const { principal } = call.caller;
  return (
    decideFor(principal, {
      action: 's3:ListBucket',
      resource: bucketArn(call),
      context: { 'aws:PrincipalArn': principal.arn },
    }) === 'allowed'
  );
}

/** S3 takes no part below this but the last; neither does it here. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

function complete(call: Call) {
  const { id, upload } = uploadOf(call);
  const wanted = (
    call.input.object('MultipartUpload')?.objects('Parts') ?? []
  ).map(part => ({
    number: part.requiredText('PartNumber'),
    etag: part.requiredText('ETag'),
  }));
  if (!wanted.length) {
    throw new AwsError(
      'MalformedXML',
      400,
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const contents = wanted.map(({ number, etag }, index) => {
    const part = upload.parts[number];
    if (part?.etag !== etag) {
      throw new AwsError(
        'InvalidPart',
        400,
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    }
    if (index > 0 && Number(number) <= Number(wanted[index - 1].number)) {
      throw new AwsError(
        'InvalidPartOrder',
        400,
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    }
    const content = Buffer.from(part.content, 'base64');
    if (index < wanted.length - 1 && content.length < MIN_PART_BYTES) {
      throw new AwsError(
        'EntityTooSmall',
        400,
        'Your proposed upload is smaller than the minimum allowed size',
      );
    }
    return content;
  });
  const bucket = bucketOf(call);
  const digests = contents.map(content =>
    createHash('md5').update(content).digest(),
  );
  const etag = `"${createHash('md5')
    .update(Buffer.concat(digests))
    .digest('hex')}-${contents.length}"`;
  bucket.objects[upload.key] = {
    content: Buffer.concat(contents).toString('base64'),
    contentType: upload.contentType,
    etag,
    lastModified: call.world.now(),
  };
  delete bucket.uploads[id];
  return {
    Location: `/${call.input.requiredText('Bucket')}/${upload.key}`,
    Bucket: call.input.requiredText('Bucket'),
    Key: upload.key,
    ETag: etag,
  };
}

/**
 * The part of S3 that workspaces need, buckets in the path.
 * Shapes and errors: Amazon S3 API reference, "Actions" and "Error responses".
 */
export const operations: Operation[] = [
  {
    name: 'CreateBucket',
    route: 'PUT /',
    resource: bucketArn,
    mutates: true,
    run(call) {
      const name = call.input.requiredText('Bucket', {
        pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      });
      const { buckets } = call.world.state.s3;
      if (Object.hasOwn(buckets, name)) {
        throw buckets[name].accountId === call.accountId
          ? new AwsError(
              'BucketAlreadyOwnedByYou',
              409,
              'Your previous request to create the named bucket succeeded and you already own it.',
            )
          : new AwsError(
              'BucketAlreadyExists',
              409,
              'The requested bucket name is not available.',
            );
      }
      buckets[name] = emptyBucket(call.accountId, call.region);
      return {};
    },
  },
  {
    name: 'PutObject',
    route: 'PUT /{Key+}?x-id=PutObject',
    resource: objectArn,
    mutates: true,
    run(call) {
      const content = contentOf(call);
      const ETag = etagOf(content);
      bucketOf(call).objects[call.input.requiredText('Key')] = {
        content: content.toString('base64'),
        contentType: contentTypeOf(call),
        etag: ETag,
        lastModified: call.world.now(),
      };
      return { ETag };
    },
  },
  {
    name: 'GetObject',
    route: 'GET /{Key+}?x-id=GetObject',
    resource: objectArn,
    run(call) {
      const { objects } = bucketOf(call);
      const key = call.input.requiredText('Key');
      const object = Object.hasOwn(objects, key) ? objects[key] : undefined;
      if (!object) {
        throw mayList(call)
          ? new AwsError('NoSuchKey', 404, 'The specified key does not exist.')
          : new AwsError('AccessDenied', 403, 'Access Denied');
      }
      return {
        Body: object.content,
        ContentType: object.contentType,
        ETag: object.etag,
      };
    },
  },
  {
    name: 'DeleteObject',
    route: 'DELETE /{Key+}?x-id=DeleteObject',
    resource: objectArn,
    mutates: true,
    run(call) {
      // What is not there is deleted, as S3 sees it.
      delete bucketOf(call).objects[call.input.requiredText('Key')];
      return {};
    },
  },
  {
    name: 'ListObjectsV2',
    route: 'GET /?list-type=2',
    action: 's3:ListBucket',
    resource: bucketArn,
    conditions: ({ input }) => ({ 's3:prefix': input.text('Prefix') ?? '' }),
    run(call) {
      const prefix = call.input.text('Prefix') ?? '';
      const found = Object.entries(bucketOf(call).objects)
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        Name: call.input.requiredText('Bucket'),
        Prefix: prefix,
        KeyCount: found.length,
        MaxKeys: 1000,
        IsTruncated: false,
        Contents: found.map(([Key, { etag, content, lastModified }]) => ({
          Key,
          LastModified: new Date(lastModified).toISOString(),
          ETag: etag,
          Size: Buffer.byteLength(content, 'base64'),
          StorageClass: 'STANDARD',
        })),
      };
    },
  },
  {
    name: 'ListMultipartUploads',
    route: 'GET /?uploads',
    action: 's3:ListBucketMultipartUploads',
    resource: bucketArn,
    run(call) {
      return {
        Bucket: call.input.requiredText('Bucket'),
        MaxUploads: 1000,
        IsTruncated: false,
        Uploads: Object.entries(bucketOf(call).uploads).map(
          ([UploadId, { key, startedAt }]) => ({
            Key: key,
            UploadId,
            Initiated: new Date(startedAt).toISOString(),
          }),
        ),
      };
    },
  },
  {
    name: 'CreateMultipartUpload',
    route: 'POST /{Key+}?uploads',
    action: 's3:PutObject',
    resource: objectArn,
    mutates: true,
    run(call) {
      const UploadId = randomBytes(24).toString('base64url');
      const Key = call.input.requiredText('Key');
      bucketOf(call).uploads[UploadId] = {
        key: Key,
        contentType: contentTypeOf(call),
        startedAt: call.world.now(),
        parts: {},
      };
      return { Bucket: call.input.requiredText('Bucket'), Key, UploadId };
    },
  },
  {
    name: 'UploadPart',
    route: 'PUT /{Key+}?x-id=UploadPart',
    action: 's3:PutObject',
    resource: objectArn,
    mutates: true,
    run(call) {
      const { upload } = uploadOf(call);
      const number = call.input.requiredText('PartNumber', {
        pattern: /^([1-9]\d{0,3}|10000)$/,
      });
      const content = contentOf(call);
      const ETag = etagOf(content);
      upload.parts[number] = {
        content: content.toString('base64'),
        etag: ETag,
      };
      return { ETag };
    },
  },
  {
    name: 'CompleteMultipartUpload',
    route: 'POST /{Key+}',
    action: 's3:PutObject',
    resource: objectArn,
    mutates: true,
    run: complete,
  },
  {
    name: 'AbortMultipartUpload',
    route: 'DELETE /{Key+}?x-id=AbortMultipartUpload',
    resource: objectArn,
    mutates: true,
    run(call) {
      const { id } = uploadOf(call);
      delete bucketOf(call).uploads[id];
      return {};
    },
  },
];
