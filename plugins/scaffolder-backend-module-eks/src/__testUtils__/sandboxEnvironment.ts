import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  type AwsClients,
  DefaultAwsClients,
  DefaultEksClusters,
} from '@slipway/backstage-plugin-eks-node';
import { type Sandbox, startSandbox } from '@slipway/sandbox';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A sandbox for the tests of one file, and what talks to it. */
export interface SandboxEnvironment {
  sandbox: Sandbox;
  config: ConfigReader;
  clusters: DefaultEksClusters;
  clients: AwsClients;
  /** Clients of somebody who may do everything, to prepare and to look. */
  administrator: DefaultAwsClients;
}

/** Under which of the documented policies the portal's role is. */
export interface SandboxUse {
  /**
   * Id of the action that is tested: the portal's role holds this action's
   * policy alone, and the file fails if its tests did not need all of it. The
   * policy for all, when left out.
   */
  action?: string;
  /**
   * For an action that asks what the portal may do: the portal's role holds
   * the policy for all nevertheless, and the file fails if its tests used more
   * than the action's.
   */
  asksWhatItMay?: boolean;
}

const policies = resolve(__dirname, '../../../../docs/iam-policies');

/** The actions that a policy of one action allows; each is written out. */
function allowedBy(policy: string): string[] {
  const document: { Statement: { Action: string | string[] }[] } = JSON.parse(
    readFileSync(resolve(policies, `${policy}.json`), 'utf8'),
  );
  return document.Statement.flatMap(({ Action }) => Action);
}

/**
 * Starts a sandbox before the tests of a file, points the AWS SDK at it by its
 * own environment variables, and stops it after them. Faults are switched off
 * between tests.
 */
export function useSandbox(use: SandboxUse = {}): SandboxEnvironment {
  let current: SandboxEnvironment | undefined;
  const before = { ...process.env };
  const policy = use.action && `actions/${use.action.replace(/:/g, '-')}`;

  beforeAll(async () => {
    const sandbox = await startSandbox({
      ports: 'ephemeral',
      timeScale: 20,
      ...(policy && !use.asksWhatItMay && { portalPolicies: [policy] }),
    });
    Object.assign(process.env, sandbox.env);
    const config = new ConfigReader(sandbox.config);
    const clusters = DefaultEksClusters.fromConfig(config, {
      logger: mockServices.logger.mock(),
    });
    const administrator = new DefaultAwsClients({
      async getCredentialProvider({ accountId = '' } = {}) {
        const role = `arn:aws:iam::${accountId}:role/administrator`;
        return {
          accountId,
          sdkCredentialProvider: async () =>
            sandbox.aws.roleCredentials(role, 'tests'),
        };
      },
    });
    current = {
      sandbox,
      config,
      clusters,
      clients: clusters.aws,
      administrator,
    };
  });

  afterEach(() => {
    current?.sandbox.faults.clear();
  });

  afterAll(() => {
    if (!policy || !current) {
      return;
    }
    const used = new Set(
      current.sandbox.aws
        .usedPermissions()
        .filter(
          ({ principalArn }) =>
            principalArn.includes(':role/') &&
            !principalArn.endsWith('/administrator'),
        )
        .map(({ action }) => action),
    );
    const allowed = allowedBy(policy);
    const unused = allowed.filter(action => !used.has(action));
    if (unused.length > 0) {
      throw new Error(
        `docs/iam-policies/${policy}.json: no test needs ${unused.join(', ')}`,
      );
    }
    const missing = [...used].filter(action => !allowed.includes(action));
    if (use.asksWhatItMay && missing.length > 0) {
      throw new Error(
        `docs/iam-policies/${policy}.json lacks ${missing.join(', ')}`,
      );
    }
  });

  afterAll(async () => {
    current?.administrator.destroy();
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
    get administrator() {
      return started().administrator;
    },
  };
}
