import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  scaffolderWorkspaceProviderExtensionPoint,
  type WorkspaceProvider,
} from '@backstage/plugin-scaffolder-node/alpha';
import workspaceS3Module from '@slipway/backstage-plugin-scaffolder-backend-module-workspace-s3';
import { type AwsTarget, type ContractCase, REGION, refuses } from './types';

/** The provider as a portal in production has it, with the target's keys. */
async function startProvider(target: AwsTarget, bucketName: string) {
  const { accessKeyId, secretAccessKey, sessionToken } =
    await target.s3.config.credentials();
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
  });
  const providers: Record<string, WorkspaceProvider> = {};
  const backend = await startTestBackend({
    features: [
      createBackendPlugin({
        pluginId: 'scaffolder',
        register(reg) {
          reg.registerExtensionPoint(
            scaffolderWorkspaceProviderExtensionPoint,
            { addProviders: added => Object.assign(providers, added) },
          );
          reg.registerInit({ deps: {}, async init() {} });
        },
      }),
      workspaceS3Module,
      mockServices.rootConfig.factory({
        data: {
          scaffolder: {
            taskRecovery: {
              workspaceProvider: 's3',
              s3: { bucketName, region: REGION, forcePathStyle: true },
            },
          },
        },
      }),
    ],
  });
  return {
    provider: providers.s3,
    async stop() {
      await backend.stop();
      process.env = before;
    },
  };
}

const cases: ContractCase[] = [
  {
    operation: 'workspace provider s3',
    holds: 'brings a large workspace back, and cleans up',
    async check(target) {
      const Bucket = target.unique('workspaces');
      await target.s3.send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: REGION },
        }),
      );
      const { provider, stop } = await startProvider(target, Bucket);
      const from = mkdtempSync(join(tmpdir(), 'workspace-'));
      const to = mkdtempSync(join(tmpdir(), 'workspace-'));
      try {
        // Random, so that it takes more than one part however it is packed.
        const content = randomBytes(20 * 1024 * 1024);
        writeFileSync(join(from, 'large'), content);
        await provider.serializeWorkspace({ path: from, taskId: 'one' });
        await provider.rehydrateWorkspace({ taskId: 'one', targetPath: to });
        expect(readFileSync(join(to, 'large')).equals(content)).toBe(true);
        const { Contents } = await target.s3.send(
          new ListObjectsV2Command({ Bucket }),
        );
        expect(Contents?.map(({ Key }) => Key)).toEqual([
          'workspaces/one.tar.gz',
        ]);

        await provider.cleanWorkspace({ taskId: 'one' });
        await refuses(
          target.s3.send(
            new GetObjectCommand({ Bucket, Key: 'workspaces/one.tar.gz' }),
          ),
          'NoSuchKey',
          404,
        );
        const { Uploads = [] } = await target.s3.send(
          new ListMultipartUploadsCommand({ Bucket }),
        );
        expect(Uploads).toEqual([]);
        await provider.rehydrateWorkspace({ taskId: 'one', targetPath: to });
      } finally {
        await stop();
        rmSync(from, { recursive: true });
        rmSync(to, { recursive: true });
      }
    },
  },
];

export default cases;
