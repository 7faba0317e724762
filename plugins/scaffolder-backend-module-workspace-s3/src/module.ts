import { S3Client } from '@aws-sdk/client-s3';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { DefaultAwsCredentialsManager } from '@backstage/integration-aws-node';
import { scaffolderWorkspaceProviderExtensionPoint } from '@backstage/plugin-scaffolder-node/alpha';
import { readS3Config } from './readS3Config';
import { S3WorkspaceProvider } from './S3WorkspaceProvider';

/** Names the portal in AWS's own logs. */
const USER_AGENT: [string, string][] = [['slipway-backstage', '0.1']];

/**
 * Gives the scaffolder the workspace provider `s3`.
 *
 * @public
 */
export const workspaceS3Module = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'workspace-s3',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        workspaces: scaffolderWorkspaceProviderExtensionPoint,
      },
      async init({ config, lifecycle, logger, workspaces }) {
        const s3 = readS3Config(config);
        if (!s3) {
          return;
        }
        const { accountId, region, forcePathStyle, ...place } = s3;
        const credentials = await DefaultAwsCredentialsManager.fromConfig(
          config,
        ).getCredentialProvider(accountId ? { accountId } : undefined);
        const client = new S3Client({
          credentialDefaultProvider: () => credentials.sdkCredentialProvider,
          customUserAgent: USER_AGENT,
          forcePathStyle,
          ...(region && { region }),
        });
        lifecycle.addShutdownHook(() => client.destroy());
        workspaces.addProviders({
          s3: new S3WorkspaceProvider({ client, logger, ...place }),
        });
      },
    });
  },
});
