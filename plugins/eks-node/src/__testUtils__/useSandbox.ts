import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { type Sandbox, startSandbox } from '@slipway/sandbox';

/** A sandbox for the tests of one file. */
export interface SandboxUse {
  readonly sandbox: Sandbox;
  /** The sandbox's configuration, with other discovery settings if wanted. */
  config(discovery?: JsonObject): ConfigReader;
}

/**
 * Starts a sandbox before the tests of a file, points the AWS SDK at it with
 * the SDK's own variables, and stops it after them. Faults end with each test.
 *
 * @param portalPolicies - documents of docs/iam-policies that the portal's
 * role holds; the one for all when left out
 */
export function useSandbox(portalPolicies?: readonly string[]): SandboxUse {
  let sandbox: Sandbox | undefined;
  const environment = { ...process.env };
  const started = () => {
    if (!sandbox) {
      throw new Error('The sandbox runs during tests only');
    }
    return sandbox;
  };

  beforeAll(async () => {
    sandbox = await startSandbox({
      ports: 'ephemeral',
      timeScale: 20,
      ...(portalPolicies && { portalPolicies }),
    });
    Object.assign(process.env, sandbox.env);
  });

  afterEach(() => {
    sandbox?.faults.clear();
  });

  afterAll(async () => {
    await sandbox?.stop();
    process.env = environment;
  });

  return {
    get sandbox() {
      return started();
    },
    config(discovery) {
      return ConfigReader.fromConfigs([
        { context: 'sandbox', data: started().config },
        { context: 'test', data: { eks: { discovery: discovery ?? {} } } },
      ]);
    },
  };
}
