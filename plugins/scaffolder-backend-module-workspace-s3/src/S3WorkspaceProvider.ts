import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ForwardedError } from '@backstage/errors';
import type { WorkspaceProvider } from '@backstage/plugin-scaffolder-node/alpha';
import * as tar from 'tar';

/**
 * An upload has at most 10,000 parts, so that 156 GB fit: more than a disk of
 * a backend has. Two at a time are in memory.
 */
const PART_BYTES = 16 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** What {@link S3WorkspaceProvider} needs. */
export interface S3WorkspaceProviderOptions {
  client: S3Client;
  bucketName: string;
  /** What keys begin with. */
  keyPrefix: string;
  kmsKeyId?: string;
  logger: LoggerService;
}

/**
 * Keeps each workspace as one archive, which comes and goes as a stream: its
 * size is neither memory's nor ours to limit.
 */
export class S3WorkspaceProvider implements WorkspaceProvider {
  constructor(private readonly options: S3WorkspaceProviderOptions) {}

  /** Keeps a workspace as it is now, in the place of what was kept before. */
  async serializeWorkspace({ path, taskId }: { path: string; taskId: string }) {
    const { client, kmsKeyId } = this.options;
    const archive = tar.create({ cwd: path, gzip: true }, ['.']);
    const upload = new Upload({
      client,
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
      params: {
        ...this.place(taskId),
        Body: Readable.from(archive, { objectMode: false }),
        ContentType: 'application/gzip',
        ...(kmsKeyId && {
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: kmsKeyId,
        }),
      },
    });
    // A part that is missing leaves what was kept before as it was.
    await this.explained('kept', taskId, 's3:PutObject', upload.done());
  }

  /** Puts what was kept into a folder; nothing where nothing was kept yet. */
  async rehydrateWorkspace({
    taskId,
    targetPath,
  }: {
    taskId: string;
    targetPath: string;
  }) {
    const body = await this.explained(
      'read',
      taskId,
      's3:GetObject and s3:ListBucket',
      this.read(taskId),
    );
    if (!body) {
      this.options.logger.info(
        `No files of task ${taskId} were kept: it starts with none.`,
      );
      return;
    }
    await this.explained(
      'unpacked',
      taskId,
      's3:GetObject',
      pipeline(body, tar.extract({ cwd: targetPath, strict: true })),
    );
  }

  /** Forgets a workspace. */
  async cleanWorkspace({ taskId }: { taskId: string }) {
    await this.explained(
      'removed',
      taskId,
      's3:DeleteObject',
      this.options.client.send(new DeleteObjectCommand(this.place(taskId))),
    );
  }

  private async read(taskId: string): Promise<Readable | undefined> {
    try {
      const { Body } = await this.options.client.send(
        new GetObjectCommand(this.place(taskId)),
      );
      if (!(Body instanceof Readable)) {
        throw new Error('S3 answered without a body');
      }
      return Body;
    } catch (error) {
      if (error instanceof NoSuchKey) {
        return undefined;
      }
      throw error;
    }
  }

  private place(taskId: string) {
    const { bucketName, keyPrefix } = this.options;
    return { Bucket: bucketName, Key: `${keyPrefix}${taskId}.tar.gz` };
  }

  private async explained<T>(
    what: string,
    taskId: string,
    permission: string,
    done: Promise<T>,
  ): Promise<T> {
    try {
      return await done;
    } catch (error) {
      const { Bucket, Key } = this.place(taskId);
      const denied = Object(error).name === 'AccessDenied';
      throw new ForwardedError(
        `The files of task ${taskId} could not be ${what} in s3://${Bucket}/${Key}${
          denied
            ? `; the portal needs ${permission} there (docs/iam-policies/workspaces.json)`
            : ''
        }`,
        error,
      );
    }
  }
}
