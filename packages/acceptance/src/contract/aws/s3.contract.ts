import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type AwsTarget, type ContractCase, REGION, refuses } from './types';

const PART = 5 * 1024 * 1024;

async function newBucket({ s3, unique }: AwsTarget): Promise<string> {
  const Bucket = unique('bucket');
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  return Bucket;
}

/** An upload whose parts have these many bytes, each part full of its number. */
async function begun({ s3 }: AwsTarget, Bucket: string, sizes: number[]) {
  const place = { Bucket, Key: 'in parts' };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
  const Parts = await Promise.all(
    sizes.map(async (size, index) => {
      const PartNumber = index + 1;
      const { ETag } = await s3.send(
        new UploadPartCommand({
          ...place,
          UploadId,
          PartNumber,
          Body: Buffer.alloc(size, PartNumber),
        }),
      );
      return { PartNumber, ETag };
    }),
  );
  return { ...place, UploadId, MultipartUpload: { Parts } };
}

const read = async ({ s3 }: AwsTarget, Bucket: string, Key: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

const cases: ContractCase[] = [
  {
    operation: 's3:CreateBucket',
    holds: 'refuses one that is there already',
    async check(target) {
      const Bucket = await newBucket(target);
      await refuses(
        target.s3.send(
          new CreateBucketCommand({
            Bucket,
            CreateBucketConfiguration: { LocationConstraint: REGION },
          }),
        ),
        'BucketAlreadyOwnedByYou',
        409,
      );
    },
  },
  {
    operation: 's3:PutObject',
    holds: 'keeps bytes under any key, and the last ones win',
    async check(target) {
      const Bucket = await newBucket(target);
      const Key = 'workspaces/쿠버네티스 + a b/c&d.tar.gz';
      for (const byte of [1, 2]) {
        await target.s3.send(
          new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(9, byte) }),
        );
      }
      expect(await read(target, Bucket, Key)).toEqual(Buffer.alloc(9, 2));
    },
  },
  {
    operation: 's3:GetObject',
    holds: 'says that a key is not there',
    async check(target) {
      const Bucket = await newBucket(target);
      await refuses(
        target.s3.send(new GetObjectCommand({ Bucket, Key: 'missing' })),
        'NoSuchKey',
        404,
      );
    },
  },
  {
    operation: 's3:GetObject',
    holds: 'says that a bucket is not there',
    check: ({ s3, unique }) =>
      refuses(
        s3.send(new GetObjectCommand({ Bucket: unique('none'), Key: 'a' })),
        'NoSuchBucket',
        404,
      ),
  },
  {
    operation: 's3:DeleteObject',
    holds: 'deletes what is there, and what is not',
    async check(target) {
      const Bucket = await newBucket(target);
      await target.s3.send(
        new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }),
      );
      for (const _ of [1, 2]) {
        const { $metadata } = await target.s3.send(
          new DeleteObjectCommand({ Bucket, Key: 'a' }),
        );
        expect($metadata.httpStatusCode).toBe(204);
      }
      const { KeyCount } = await target.s3.send(
        new ListObjectsV2Command({ Bucket }),
      );
      expect(KeyCount).toBe(0);
    },
  },
  {
    operation: 's3:ListBucket',
    holds: 'lists what begins with a prefix, in order',
    async check(target) {
      const Bucket = await newBucket(target);
      for (const Key of ['b/2', 'a/1', 'b/1']) {
        await target.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      }
      const { Contents } = await target.s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'b/' }),
      );
      expect(Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
        ['b/1', 3],
        ['b/2', 3],
      ]);
    },
  },
  {
    operation: 's3:PutObject',
    holds: 'puts parts together when they are complete, not before',
    async check(target) {
      const Bucket = await newBucket(target);
      const upload = await begun(target, Bucket, [PART, 7]);
      await refuses(
        target.s3.send(new GetObjectCommand({ Bucket, Key: upload.Key })),
        'NoSuchKey',
        404,
      );
      const { ETag } = await target.s3.send(
        new CompleteMultipartUploadCommand(upload),
      );
      expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
      const content = await read(target, Bucket, upload.Key);
      expect(
        content.equals(
          Buffer.concat([Buffer.alloc(PART, 1), Buffer.alloc(7, 2)]),
        ),
      ).toBe(true);
      const { Uploads = [] } = await target.s3.send(
        new ListMultipartUploadsCommand({ Bucket }),
      );
      expect(Uploads).toEqual([]);
    },
  },
  {
    operation: 's3:PutObject',
    holds: 'takes no small part before the last',
    async check(target) {
      const Bucket = await newBucket(target);
      await refuses(
        target.s3.send(
          new CompleteMultipartUploadCommand(
            await begun(target, Bucket, [7, 7]),
          ),
        ),
        'EntityTooSmall',
        400,
      );
    },
  },
  {
    operation: 's3:PutObject',
    holds: 'takes no part that it does not have',
    async check(target) {
      const Bucket = await newBucket(target);
      const upload = await begun(target, Bucket, [7]);
      await refuses(
        target.s3.send(
          new CompleteMultipartUploadCommand({
            ...upload,
            MultipartUpload: {
              Parts: [{ PartNumber: 1, ETag: `"${'0'.repeat(32)}"` }],
            },
          }),
        ),
        'InvalidPart',
        400,
      );
    },
  },
  {
    operation: 's3:AbortMultipartUpload',
    holds: 'forgets all parts',
    async check(target) {
      const Bucket = await newBucket(target);
      const { MultipartUpload, ...upload } = await begun(target, Bucket, [7]);
      await target.s3.send(new AbortMultipartUploadCommand(upload));
      await refuses(
        target.s3.send(
          new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }),
        ),
        'NoSuchUpload',
        404,
      );
      const { Uploads = [] } = await target.s3.send(
        new ListMultipartUploadsCommand({ Bucket }),
      );
      expect(Uploads).toEqual([]);
    },
  },
];

export default cases;
