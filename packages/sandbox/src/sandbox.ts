import { randomBytes } from 'node:crypto';
import { JsonObject } from '@backstage/types';
import { AwsStandIn, startAws } from './aws';
import { RunningCluster, startCluster } from './clusters';
import { createControlServer } from './control/server';
import { close, createFaults, createJournal, listen } from './core';
import { startDelivery } from './delivery';
import { GitHubStandIn } from './github';
import { GitLabStandIn } from './gitlab';
import { KubernetesStandIn, kinds } from './kubernetes';
import { GitHost, PipelineRunner } from './pipeline';
import {
  ACCOUNTS,
  createAwsSeed,
  createManagedPolicies,
  EXTERNAL_ID,
  GITHUB_ISSUER,
  GITLAB_ISSUER,
  PIPELINE_BOUNDARY,
  PIPELINE_ROLE_PATH,
  PORTAL_ROLE,
  PORTAL_USER_ARN,
  createPrincipals,
} from './seed';
import { readSnapshot, SnapshotWriter } from './snapshot';
import { Faults, Journal, StandInContext } from './types';
import { Loads, viewState } from './view';

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
  /**
   * Whether pipelines run the tests of the services; default true. They take
   * longer than all the rest, and most tests are not about them.
   */
  testServices?: boolean;
  /**
   * Whether some services run from the start, for people to look at; default
   * false, since most tests count what is there.
   */
  services?: boolean;
  /**
   * Clusters, by name, that Kubernetes' own programs run, from the folder that
   * has them; none by default. They start empty each time.
   */
  realClusters?: { names: readonly string[]; programs: string };
  /**
   * Documents of `docs/iam-policies` that the portal's role holds, without
   * `.json`. Default `['portal']`; a test of one action names that action's.
   */
  portalPolicies?: readonly string[];
}

/** A running sandbox. */
export interface Sandbox {
  urls: {
    status: string;
    aws: string;
    /** Web pages and git; REST is under `/api/v3`. */
    github: string;
    /** Web pages and git; REST is under `/api/v4`. */
    gitlab: string;
    /** Kubernetes APIs by cluster ARN. */
    clusters: Record<string, string>;
  };
  /** Environment of a portal or an SDK that is to use the sandbox. */
  env: Record<string, string>;
  /** Backstage configuration that points at this sandbox. */
  config: JsonObject;
  faults: Faults;
  journal: Journal;
  aws: AwsStandIn;
  github: GitHubStandIn;
  gitlab: GitLabStandIn;
  pipelines: PipelineRunner;
  /**
   * A cluster by its name or ARN.
   *
   * @throws Error when there is no such cluster
   */
  cluster(nameOrArn: string): KubernetesStandIn;
  /**
   * Puts load on a workload: per cent of its CPU request, undefined to let it
   * idle. Drives `metrics.k8s.io` and so the autoscaler.
   */
  setLoad(
    clusterArn: string,
    namespace: string,
    workload: string,
    cpuUtilization: number | undefined,
  ): void;
  /** Stops every stand-in and writes the snapshot; may be called twice. */
  stop(): Promise<void>;
}

const DEFAULT_PORTS = {
  status: 7100,
  aws: 7101,
  github: 7102,
  gitlab: 7103,
  firstCluster: 7111,
};

function createConfig(
  urls: Record<GitHost, string>,
  tokens: Record<GitHost, string>,
): JsonObject {
  const hostOf = (url: string) => new URL(url).host;
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
      pipelineRole: {
        path: PIPELINE_ROLE_PATH,
        permissionsBoundary: PIPELINE_BOUNDARY,
        // Its git hosts have addresses of their own, and issue tokens as
        // github.com and gitlab.com do.
        issuers: [
          { host: hostOf(urls.github), issuer: GITHUB_ISSUER },
          { host: hostOf(urls.gitlab), issuer: GITLAB_ISSUER },
        ],
      },
    },
    integrations: {
      github: [
        {
          host: hostOf(urls.github),
          apiBaseUrl: `${urls.github}/api/v3`,
          rawBaseUrl: `${urls.github}/raw`,
          token: tokens.github,
        },
      ],
      gitlab: [
        {
          host: hostOf(urls.gitlab),
          apiBaseUrl: `${urls.gitlab}/api/v4`,
          baseUrl: urls.gitlab,
          token: tokens.gitlab,
        },
      ],
    },
  };
}

function hasWorkload(
  cluster: KubernetesStandIn,
  namespace: string,
  name: string,
): boolean {
  return [kinds.deployments, kinds.statefulSets].some(
    kind => cluster.store.get(kind, namespace, name) !== undefined,
  );
}

/** What has been started, to be stopped in the opposite order. */
class Started {
  private readonly stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>) {
    this.stops.unshift(stop);
  }

  async stop() {
    for (const stop of this.stops.splice(0)) {
      await stop();
    }
  }
}

/**
 * Starts stand-ins for AWS, Kubernetes, GitHub and GitLab on loopback.
 *
 * @throws PortTakenError
 */
export async function startSandbox(
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const started = new Started();
  try {
    return await start(options, started);
  } catch (error) {
    await started.stop();
    throw error;
  }
}

async function start(
  options: SandboxOptions,
  started: Started,
): Promise<Sandbox> {
  const {
    ports = 'default',
    log = () => {},
    timeScale = 1,
    testServices = true,
    services = false,
    portalPolicies = ['portal'],
  } = options;
  const portOf = (port: number) => (ports === 'default' ? port : 0);
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
  // A snapshot of before a service was played gets what that one starts with.
  const seed = createAwsSeed();
  const awsState = { ...seed, ...kept?.aws };
  awsState.iam.oidcProviders = {
    ...seed.iam.oidcProviders,
    ...awsState.iam.oidcProviders,
  };
  const newToken = () => `sandbox_${randomBytes(18).toString('hex')}`;
  const tokens = {
    github: kept?.githubToken ?? newToken(),
    gitlab: kept?.gitlabToken ?? newToken(),
  };
  const oauthApp = {
    clientId: 'slipway-sandbox',
    clientSecret: kept?.oauthClientSecret ?? randomBytes(20).toString('hex'),
  };
  const clusters = new Map<string, RunningCluster>();
  const loads = new Loads();
  const snapshot = new SnapshotWriter(
    options.snapshotFile,
    () => ({
      aws: awsState,
      githubToken: tokens.github,
      gitlabToken: tokens.gitlab,
      oauthClientSecret: oauthApp.clientSecret,
      clusters: Object.fromEntries(
        [...clusters].map(([arn, running]) => [arn, running.snapshot()]),
      ),
    }),
    log,
  );

  const aws = await startAws({
    context,
    port: portOf(DEFAULT_PORTS.aws),
    state: awsState,
    principals: createPrincipals(portalPolicies),
    managedPolicies: createManagedPolicies(),
    timeScale,
    changed: snapshot.changed,
  });
  started.add(aws.stop);

  const starting = await Promise.allSettled(
    aws.clusters().map(async (described, index) => {
      const running = await startCluster({
        context,
        aws,
        cluster: described,
        port: portOf(DEFAULT_PORTS.firstCluster + index),
        timeScale,
        kept: kept?.clusters[described.arn],
        services,
        programs: options.realClusters?.names.includes(described.name)
          ? options.realClusters.programs
          : undefined,
        changed: snapshot.changed,
      });
      started.add(running.standIn.stop);
      clusters.set(described.arn, running);
    }),
  );

  for (const outcome of starting) {
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
  }

  const delivery = await startDelivery({
    context,
    aws,
    clusterOf: arn => clusters.get(arn),
    clusters: () => [...clusters.values()],
    ports: {
      github: portOf(DEFAULT_PORTS.github),
      gitlab: portOf(DEFAULT_PORTS.gitlab),
    },
    tokens,
    oauthApp,
    snapshotFile: options.snapshotFile,
    timeScale,
    testServices,
  });
  started.add(delivery.stop);
  const { github, gitlab, pipelines } = delivery;

  function cluster(nameOrArn: string): KubernetesStandIn {
    const found = aws
      .clusters()
      .find(({ arn, name }) => arn === nameOrArn || name === nameOrArn);
    const running = found && clusters.get(found.arn);
    if (!running) {
      throw new Error(`The sandbox has no cluster ${nameOrArn}`);
    }
    return running.standIn;
  }

  const setLoad: Sandbox['setLoad'] = (
    clusterArn,
    namespace,
    workload,
    cpuUtilization,
  ) => {
    cluster(clusterArn).setLoad(namespace, workload, cpuUtilization);
    loads.set({ clusterArn, namespace, workload }, cpuUtilization);
  };

  const portal = aws.userCredentials(PORTAL_USER_ARN);
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: portal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: portal.secretAccessKey,
    SANDBOX_GITHUB_TOKEN: tokens.github,
    SANDBOX_GITLAB_TOKEN: tokens.gitlab,
    SANDBOX_OAUTH_CLIENT_ID: oauthApp.clientId,
    SANDBOX_OAUTH_CLIENT_SECRET: oauthApp.clientSecret,
  };
  const control = createControlServer({
    faults,
    journal,
    environment: () => env,
    state: () =>
      viewState({
        aws,
        github,
        gitlab,
        pipelines,
        loads,
        clusterOf: arn => clusters.get(arn)?.standIn,
      }),
    setLoad({ clusterArn, namespace, workload, cpuUtilization }) {
      const running = clusters.get(clusterArn)?.standIn;
      if (!running || !hasWorkload(running, namespace, workload)) {
        return false;
      }
      setLoad(clusterArn, namespace, workload, cpuUtilization);
      return true;
    },
  });
  const statusPort = await listen(
    control,
    portOf(DEFAULT_PORTS.status),
    'its status page',
  );
  started.add(() => close(control));

  let stopping: Promise<void> | undefined;
  return {
    urls: {
      status: `http://localhost:${statusPort}`,
      aws: aws.url,
      github: github.url,
      gitlab: gitlab.url,
      clusters: Object.fromEntries(
        [...clusters].map(([arn, { standIn }]) => [arn, standIn.url]),
      ),
    },
    env,
    config: createConfig({ github: github.url, gitlab: gitlab.url }, tokens),
    faults,
    journal,
    aws,
    github,
    gitlab,
    pipelines,
    cluster,
    setLoad,
    stop() {
      stopping ??= started.stop().then(() => snapshot.finish());
      return stopping;
    },
  };
}
