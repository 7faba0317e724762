import { JsonObject } from '@backstage/types';
import { AwsStandIn, startAws } from './aws';
import { createFaults, createJournal } from './core';
import {
  ACCOUNTS,
  createAwsSeed,
  EXTERNAL_ID,
  PORTAL_ROLE,
  PORTAL_USER_ARN,
  PRINCIPALS,
} from './seed';
import { Faults, Journal, StandInContext } from './types';

/** How {@link startSandbox} starts. */
export interface SandboxOptions {
  /**
   * `default`: 7100 and up, as documented; `ephemeral`: whatever is free, for
   * tests. Default `default`.
   */
  ports?: 'default' | 'ephemeral';
  /** Where the state is kept across restarts; in memory alone when left out. */
  snapshotFile?: string;
  log?: (message: string) => void;
  /** Above 1, simulated pods and pipelines are faster; default 1. */
  timeScale?: number;
}

/** A running sandbox. */
export interface Sandbox {
  urls: { aws: string };
  /** Environment of a portal or an SDK that is to use the sandbox. */
  env: Record<string, string>;
  /** Backstage configuration that points at this sandbox. */
  config: JsonObject;
  faults: Faults;
  journal: Journal;
  aws: AwsStandIn;
  /** Stops every stand-in and writes the snapshot; may be called twice. */
  stop(): Promise<void>;
}

const AWS_PORT = 7101;

function createConfig(): JsonObject {
  return {
    aws: {
      accounts: ACCOUNTS.map(({ id }) => ({
        accountId: id,
        roleName: PORTAL_ROLE,
        externalId: EXTERNAL_ID,
      })),
    },
    eks: {
      discovery: {
        accounts: ACCOUNTS.map(({ id, regions }) => ({
          accountId: id,
          regions: [...regions],
        })),
      },
    },
  };
}

/**
 * Starts stand-ins for AWS, Kubernetes and GitHub on loopback.
 *
 * @throws PortTakenError
 */
export async function startSandbox(
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const { ports = 'default', log = () => {}, timeScale = 1 } = options;
  const faults = createFaults();
  const journal = createJournal();
  const context: StandInContext = {
    faults,
    journal,
    now: () => Date.now(),
    log,
  };
  const aws = await startAws({
    context,
    port: ports === 'default' ? AWS_PORT : 0,
    state: createAwsSeed(),
    principals: PRINCIPALS,
    timeScale,
  });
  const portal = aws.userCredentials(PORTAL_USER_ARN);
  return {
    urls: { aws: aws.url },
    env: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: portal.accessKeyId,
      AWS_SECRET_ACCESS_KEY: portal.secretAccessKey,
    },
    config: createConfig(),
    faults,
    journal,
    aws,
    stop: () => aws.stop(),
  };
}
