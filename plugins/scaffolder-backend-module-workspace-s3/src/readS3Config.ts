import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** The section of the configuration that is about this provider. */
export const SECTION = 'scaffolder.taskRecovery.s3';

/** Where workspaces are kept. */
export interface S3Config {
  bucketName: string;
  keyPrefix: string;
  region?: string;
  accountId?: string;
  kmsKeyId?: string;
  forcePathStyle: boolean;
}

const DEFAULT_PREFIX = 'workspaces/';

/**
 * Reads where workspaces are kept; nothing where another provider keeps them.
 *
 * @throws InputError that names the key
 */
export function readS3Config(config: Config): S3Config | undefined {
  if (
    config.getOptionalString('scaffolder.taskRecovery.workspaceProvider') !==
    's3'
  ) {
    return undefined;
  }
  const section = config.getOptionalConfig(SECTION);
  if (!section) {
    throw new InputError(
      `scaffolder.taskRecovery.workspaceProvider is s3, and ${SECTION}.bucketName is not there: name the bucket that is to hold the files of running tasks.`,
    );
  }
  const accountId = section.getOptionalString('accountId');
  if (accountId !== undefined && !/^\d{12}$/.test(accountId)) {
    throw new InputError(
      `${SECTION}.accountId is "${accountId}", and an account has twelve digits. Write it in quotes.`,
    );
  }
  return {
    bucketName: section.getString('bucketName'),
    keyPrefix: section.getOptionalString('keyPrefix') ?? DEFAULT_PREFIX,
    region: section.getOptionalString('region'),
    accountId,
    kmsKeyId: section.getOptionalString('kmsKeyId'),
    forcePathStyle: section.getOptionalBoolean('forcePathStyle') ?? false,
  };
}
