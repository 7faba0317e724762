import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  type AwsClients,
  DefaultEksClusters,
} from '@slipway/backstage-plugin-eks-node';
import { type Sandbox, startSandbox } from '@slipway/sandbox';

/** A sandbox for the tests of one file, and what talks to it. */
export interface SandboxEnvironment {
  sandbox: Sandbox;
  config: ConfigReader;
  clusters: DefaultEksClusters;
  clients: AwsClients;
}

/**
 * Starts a sandbox before the tests of a file, points the AWS SDK at it by its
 * own environment variables, and stops it after them. Faults are switched off
 * between tests.
 */
export function useSandbox(): SandboxEnvironment {
  let current: SandboxEnvironment | undefined;
  const before = { ...process.env };

  beforeAll(async () => {
    const sandbox = await startSandbox({ ports: 'ephemeral', timeScale: 20 });
    Object.assign(process.env, sandbox.env);
    const config = new ConfigReader(sandbox.config);
    const clusters = DefaultEksClusters.fromConfig(config, {
      logger: mockServices.logger.mock(),
    });
    current = { sandbox, config, clusters, clients: clusters.aws };
  });

  afterEach(() => {
    current?.sandbox.faults.clear();
  });

  afterAll(async () => {
    await current?.clusters.stop();
    await current?.sandbox.stop();
    process.env = before;
  });

  const started = () => {
    if (!current) {
      throw new Error('the sandbox is only there while tests run');
    }
    return current;
  };
  return {
    get sandbox() {
      return started().sandbox;
    },
    get config() {
      return started().config;
    },
    get clusters() {
      return started().clusters;
    },
    get clients() {
      return started().clients;
    },
  };
}
