import { randomBytes } from 'node:crypto';
import { JsonObject } from '@backstage/types';
import { AwsStandIn, startAws } from './aws';
import { createControlServer } from './control/server';
import { describeCompute, viewRegistries } from './control/awsView';
import { StateView } from './control/views';
import { close, createFaults, createJournal, listen } from './core';
import {
  ACCOUNTS,
  createAwsSeed,
  EXTERNAL_ID,
  PORTAL_ROLE,
  PORTAL_USER_ARN,
  PRINCIPALS,
} from './seed';
import { readSnapshot, SnapshotWriter } from './snapshot';
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
  urls: { status: string; aws: string };
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

const DEFAULT_PORTS = { status: 7100, aws: 7101 };

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

function viewState(aws: AwsStandIn): StateView {
  return {
    accounts: ACCOUNTS.map(({ id, name, regions }) => ({
      id,
      name,
      regions: [...regions],
    })),
    registries: viewRegistries(aws),
    clusters: aws.clusters().map(cluster => ({
      arn: cluster.arn,
      name: cluster.name,
      accountId: cluster.accountId,
      region: cluster.region,
      version: cluster.version,
      compute: describeCompute(cluster),
      nodes: [],
      namespaces: [],
      workloads: [],
      pods: [],
      autoscalers: [],
    })),
    repositories: [],
    pipelines: [],
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
  const portOf = (name: keyof typeof DEFAULT_PORTS) =>
    ports === 'default' ? DEFAULT_PORTS[name] : 0;
  const faults = createFaults();
  const journal = createJournal();
  const context: StandInContext = {
    faults,
    journal,
    now: () => Date.now(),
    log,
  };
  const kept = options.snapshotFile
    ? readSnapshot(options.snapshotFile)
    : undefined;
  const awsState = kept?.aws ?? createAwsSeed();
  const githubToken =
    kept?.githubToken ?? `sandbox_${randomBytes(18).toString('hex')}`;
  const snapshot = new SnapshotWriter(
    options.snapshotFile,
    () => ({ aws: awsState, githubToken, clusters: {} }),
    log,
  );

  const aws = await startAws({
    context,
    port: portOf('aws'),
    state: awsState,
    principals: PRINCIPALS,
    timeScale,
    changed: snapshot.changed,
  });
  const portal = aws.userCredentials(PORTAL_USER_ARN);
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: portal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: portal.secretAccessKey,
    SANDBOX_GITHUB_TOKEN: githubToken,
  };
  const control = createControlServer({
    faults,
    journal,
    ready: () => true,
    environment: () => env,
    state: () => viewState(aws),
    setLoad: () => false,
  });
  const statusPort = await listen(control, portOf('status'), 'its status page');
  let stopping: Promise<void> | undefined;
  return {
    urls: { status: `http://localhost:${statusPort}`, aws: aws.url },
    env,
    config: createConfig(),
    faults,
    journal,
    aws,
    stop() {
      stopping ??= Promise.all([close(control), aws.stop()]).then(() =>
        snapshot.finish(),
      );
      return stopping;
    },
  };
}
