import { type Sandbox, startSandbox } from '@slipway/sandbox';

/**
 * Starts a sandbox before the tests of a file, points the AWS SDK at it with
 * the SDK's own variables, and stops it after them. Faults end with each test.
 */
export function useSandbox(): { readonly sandbox: Sandbox } {
  let sandbox: Sandbox | undefined;
  const environment = { ...process.env };

  beforeAll(async () => {
    sandbox = await startSandbox({ ports: 'ephemeral', timeScale: 20 });
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
      if (!sandbox) {
        throw new Error('The sandbox runs during tests only');
      }
      return sandbox;
    },
  };
}
