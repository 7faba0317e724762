import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { DefaultEksClusters } from '@slipway/backstage-plugin-eks-node';
import {
  type ApiAccess,
  createToken,
  type Sandbox,
  startSandbox,
} from '@slipway/sandbox';
import { clusterPrograms } from '../programs';

export const PROD_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';

/** A sandbox whose cluster `prod-eu` is run by Kubernetes' own programs. */
export interface RealSandbox {
  readonly sandbox: Sandbox;
  /** The cluster, for a role of its account, with a token for the named one. */
  accessOf(role: string, cluster?: string): Promise<ApiAccess>;
}

/** Starts it before the tests of a file, and stops it after them. */
export function useRealSandbox(): RealSandbox {
  const environment = { ...process.env };
  let sandbox: Sandbox | undefined;
  let reached: Pick<ApiAccess, 'url' | 'certificateAuthority'> | undefined;

  const started = <T>(value: T | undefined): T => {
    if (value === undefined) {
      throw new Error('the sandbox runs during tests only');
    }
    return value;
  };

  beforeAll(
    async () => {
      sandbox = await startSandbox({
        ports: 'ephemeral',
        timeScale: 20,
        services: true,
        realClusters: {
          names: ['prod-eu'],
          programs: await clusterPrograms({ user: 'npm run test:real' }),
        },
      });
      Object.assign(process.env, sandbox.env);
      // Found as the portal finds it.
      const clusters = DefaultEksClusters.fromConfig(
        new ConfigReader(sandbox.config),
        { logger: mockServices.logger.mock() },
      );
      const { clusters: found } = await clusters.list();
      clusters.stop();
      const { endpoint, certificateAuthority } = started(
        found.find(({ arn }) => arn === PROD_EU),
      );
      reached = {
        url: started(endpoint),
        certificateAuthority: Buffer.from(
          started(certificateAuthority),
          'base64',
        ).toString('utf8'),
      };
    },
    // Building the programs, the first time.
    30 * 60_000,
  );

  afterEach(() => sandbox?.faults.clear());

  afterAll(async () => {
    await sandbox?.stop();
    process.env = environment;
  });

  return {
    get sandbox() {
      return started(sandbox);
    },
    async accessOf(role, cluster = 'prod-eu') {
      return {
        ...started(reached),
        token: await createToken(
          started(sandbox).aws.roleCredentials(
            `arn:aws:iam::111122223333:role/${role}`,
            'test',
          ),
          cluster,
          'eu-west-1',
        ),
      };
    },
  };
}
