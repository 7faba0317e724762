import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError, stringifyError } from '@backstage/errors';
import {
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  paginateListClusters,
  type Cluster,
} from '@aws-sdk/client-eks';
import { KubeConfig } from '@kubernetes/client-node';
import {
  parseClusterArn,
  type DiscoveryFailure,
  type EksCluster,
  type EksClusterFacts,
} from '@slipway/backstage-plugin-eks-common';
import pLimit from 'p-limit';
import type { AwsClients } from './awsClients';
import { mapAwsError } from './awsErrors';
import { composeFacts, readAwsFacts, readInnerFacts } from './clusterFacts';
import type { EksConfig } from './config';
import { eksToken } from './eksToken';
import { mapKubernetesError } from './kubernetesErrors';

/**
 * What the portal knows of EKS clusters, for every plugin of a process.
 *
 * @public
 */
export interface EksClusters {
  /** AWS clients with the credentials of `aws.accounts`. */
  readonly aws: AwsClients;

  /**
   * The clusters of the configured accounts and regions. Remembered, and
   * looked up again when `eks.discovery.schedule.frequency` has passed. An
   * account and region that cannot be asked is a failure beside the rest; the
   * clusters it had before stay.
   */
  list(): Promise<{ clusters: EksCluster[]; failures: DiscoveryFailure[] }>;

  /**
   * One cluster as it is now, asked of AWS and of the cluster itself. A
   * cluster whose API cannot be read has `reachable: false` and the reason.
   *
   * @throws InputError for a bad ARN, NotFoundError, NotAllowedError,
   * AuthenticationError, ServiceUnavailableError.
   */
  describe(
    clusterArn: string,
    options?: { signal?: AbortSignal },
  ): Promise<EksClusterFacts>;

  /**
   * How to talk to the cluster's API: endpoint, certificate authority and a
   * token that is good for at least 10 minutes.
   *
   * @throws as `describe` does.
   */
  kubeConfig(clusterArn: string): Promise<KubeConfig>;
}

interface Found {
  clusters: EksCluster[];
  failures: DiscoveryFailure[];
}

/** Milliseconds that a cluster's own API may take to answer. */
const CLUSTER_DEADLINE = 5_000;
const CONCURRENT_PLACES = 8;
const CONCURRENT_DESCRIBES = 8;

/**
 * @internal
 */
export class DefaultEksClusters implements EksClusters {
  readonly aws: AwsClients;
  readonly #config: EksConfig;
  readonly #logger: LoggerService;
  readonly #now: () => number;
  readonly #places = new Map<string, EksCluster[]>();
  #found?: Found;
  #foundAt = 0;
  #looking?: Promise<Found>;

  constructor(options: {
    aws: AwsClients;
    config: EksConfig;
    logger: LoggerService;
    now?: () => number;
  }) {
    this.aws = options.aws;
    this.#config = options.config;
    this.#logger = options.logger;
    this.#now = options.now ?? Date.now;
  }

  async list(): Promise<Found> {
    const fresh = this.#now() - this.#foundAt < this.#config.refreshAfter;
    if (this.#found && fresh) {
      return this.#found;
    }
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    // Whoever asks again gets the last answer at once and a new one next time.
    return this.#found ?? this.#looking;
  }

  async #look(): Promise<Found> {
    const limit = pLimit(CONCURRENT_PLACES);
    const places = this.#config.accounts.flatMap(({ accountId, regions }) =>
      regions.map(region => ({ accountId, region })),
    );
    const failures: DiscoveryFailure[] = [];
    const lists = await Promise.all(
      places.map(({ accountId, region }) =>
        limit(async () => {
          const key = `${accountId} ${region}`;
          try {
            const clusters = await this.#discover(accountId, region);
            this.#places.set(key, clusters);
            return clusters;
          } catch (error) {
            const { message } = error as Error;
            this.#logger.warn(`Cannot discover EKS clusters: ${message}`);
            failures.push({ accountId, region, message });
            return this.#places.get(key) ?? [];
          }
        }),
      ),
    );
    this.#found = { clusters: lists.flat(), failures };
    this.#foundAt = this.#now();
    return this.#found;
  }

  async #discover(accountId: string, region: string): Promise<EksCluster[]> {
    const context = { accountId, region, resource: 'clusters' };
    const abortSignal = AbortSignal.timeout(this.#config.deadline);
    let action = 'sts:AssumeRole';
    try {
      const client = await this.aws.eks(accountId, region);
      action = 'eks:ListClusters';
      const names: string[] = [];
      for await (const page of paginateListClusters(
        { client },
        {},
        { abortSignal },
      )) {
        names.push(...(page.clusters ?? []));
      }
      action = 'eks:DescribeCluster';
      const limit = pLimit(CONCURRENT_DESCRIBES);
      const described = await Promise.all(
        names.map(name =>
          limit(() =>
            client.send(new DescribeClusterCommand({ name }), { abortSignal }),
          ).catch(error => {
            // Deleted since it was listed: not there, and no failure.
            if (error.name === 'ResourceNotFoundException') {
              return undefined;
            }
            throw error;
          }),
        ),
      );
      return described.flatMap(answer =>
        answer?.cluster ? [toCluster(answer.cluster)] : [],
      );
    } catch (error) {
      if (abortSignal.aborted) {
        throw new Error(
          `account ${accountId}, ${region}: no answer within ${
            this.#config.deadline / 1000
          } s to ${action}. Check the portal's network, or raise eks.discovery.schedule.timeout`,
        );
      }
      throw mapAwsError(error, { ...context, action });
    }
  }

  async describe(
    clusterArn: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<EksClusterFacts> {
    const { accountId, region, name } = this.#parse(clusterArn);
    const signal = AbortSignal.any([
      AbortSignal.timeout(this.#config.deadline),
      ...(options.signal ? [options.signal] : []),
    ]);
    const described = await this.#describeCluster(clusterArn, signal);
    const cluster = toCluster(described);
    const client = await this.aws.eks(accountId, region);
    const [aws, inner, supportEndsAt] = await Promise.all([
      readAwsFacts(client, name, signal).catch(error => {
        throw mapAwsError(error, {
          action: 'eks:List* and eks:Describe*',
          resource: `cluster ${name}`,
          accountId,
          region,
        });
      }),
      this.#askCluster(cluster, signal),
      this.#supportEnd(cluster, signal),
    ]);
    return composeFacts({ cluster, described, aws, inner, supportEndsAt });
  }

  async #askCluster(cluster: EksCluster, signal: AbortSignal) {
    if (!cluster.endpoint) {
      return {
        unreachable: `Cluster ${
          cluster.name
        } has no endpoint yet (${cluster.status.toLocaleLowerCase('en-US')}).`,
      };
    }
    const deadline = AbortSignal.timeout(CLUSTER_DEADLINE);
    try {
      return await readInnerFacts(
        await this.#kubeConfigOf(cluster),
        AbortSignal.any([signal, deadline]),
      );
    } catch (error) {
      const mapped = mapKubernetesError(error, {
        clusterName: cluster.name,
        action: 'read what it offers',
        principal: await this.#principal(cluster.accountId, cluster.region),
      });
      return { unreachable: `${mapped.message.replace(/^c/, 'C')}.` };
    }
  }

  /** Who the portal is in an account, for a message; never a reason to fail. */
  async #principal(
    accountId: string,
    region: string,
  ): Promise<string | undefined> {
    try {
      const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
      const client = await this.aws.sts(accountId, region);
      const { Arn } = await client.send(new GetCallerIdentityCommand({}));
      // The session's name says nothing to whoever edits access entries.
      return Arn?.replace(
        /^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/,
        '$1:iam::$2:role/$3',
      );
    } catch {
      return undefined;
    }
  }

  /** End of standard support of the version, where AWS tells. */
  async #supportEnd(
    { accountId, region, version }: EksCluster,
    abortSignal: AbortSignal,
  ): Promise<string | undefined> {
    try {
      const client = await this.aws.eks(accountId, region);
      const { clusterVersions } = await client.send(
        new DescribeClusterVersionsCommand({ clusterVersions: [version] }),
        { abortSignal },
      );
      return clusterVersions?.[0]?.endOfStandardSupportDate
        ?.toISOString()
        .slice(0, 10);
    } catch (error) {
      this.#logger.debug(
        `No end of support for EKS ${version}: ${stringifyError(error)}`,
      );
      return undefined;
    }
  }

  async kubeConfig(clusterArn: string): Promise<KubeConfig> {
    this.#parse(clusterArn);
    // Remembered where possible: the endpoint of a cluster never changes.
    const known = this.#found?.clusters.find(
      cluster => cluster.arn === clusterArn && cluster.endpoint,
    );
    return this.#kubeConfigOf(
      known ??
        toCluster(
          await this.#describeCluster(
            clusterArn,
            AbortSignal.timeout(this.#config.deadline),
          ),
        ),
    );
  }

  async #kubeConfigOf(cluster: EksCluster): Promise<KubeConfig> {
    const { arn, name, accountId, region, endpoint } = cluster;
    if (!endpoint) {
      throw new NotFoundError(
        `cluster \`${name}\` has no endpoint yet: it is ${cluster.status}`,
      );
    }
    let token: string;
    try {
      token = await eksToken({
        clusterName: name,
        region,
        credentials: await this.aws.credentials(accountId),
      });
    } catch (error) {
      throw mapAwsError(error, {
        action: 'sts:AssumeRole',
        resource: `cluster ${name}`,
        accountId,
        region,
      });
    }
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromOptions({
      clusters: [
        {
          name: arn,
          server: endpoint,
          caData: cluster.certificateAuthority,
        },
      ],
      users: [{ name: 'slipway', token }],
      contexts: [{ name: arn, cluster: arn, user: 'slipway' }],
      currentContext: arn,
    });
    return kubeConfig;
  }

  /** Only accounts that the portal is configured for: input names the ARN. */
  #parse(clusterArn: string) {
    const parsed = parseClusterArn(clusterArn);
    const { accountId, region } = parsed;
    const known = this.#config.accounts.some(
      account =>
        account.accountId === accountId && account.regions.includes(region),
    );
    if (!known) {
      throw new InputError(
        `clusterArn: account ${accountId} with region ${region} is not one this portal works with. Add it to eks.discovery.accounts, see docs/configuration.md.`,
      );
    }
    return parsed;
  }

  async #describeCluster(
    clusterArn: string,
    abortSignal: AbortSignal,
  ): Promise<Cluster> {
    const { accountId, region, name } = parseClusterArn(clusterArn);
    try {
      const client = await this.aws.eks(accountId, region);
      const { cluster } = await client.send(
        new DescribeClusterCommand({ name }),
        { abortSignal },
      );
      if (!cluster) {
        throw new NotFoundError(`AWS describes no cluster ${name}`);
      }
      return cluster;
    } catch (error) {
      throw mapAwsError(error, {
        action: 'eks:DescribeCluster',
        resource: `cluster ${name}`,
        accountId,
        region,
      });
    }
  }
}

function toCluster(cluster: Cluster): EksCluster {
  const arn = cluster.arn ?? '';
  const { accountId, region, partition, name } = parseClusterArn(arn);
  return {
    arn,
    name,
    accountId,
    region,
    partition,
    status: cluster.status ?? 'UNKNOWN',
    version: cluster.version ?? '',
    endpoint: cluster.endpoint,
    certificateAuthority: cluster.certificateAuthority?.data,
    createdAt: cluster.createdAt?.toISOString(),
  };
}
