import type { EKSClient } from '@aws-sdk/client-eks';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import type { KubeConfig } from '@kubernetes/client-node';
import {
  parseClusterArn,
  type DiscoveryFailure,
  type EksCluster,
  type EksClusterFacts,
} from '@slipway/backstage-plugin-eks-common';
import limiter from 'p-limit';
import { DefaultAwsClients, type AwsClients } from './aws/AwsClients';
import { mapAwsError } from './aws/mapAwsError';
import {
  readAwsAccountRole,
  readEksConfig,
  type AwsAccountRole,
  type EksConfig,
  type EksPlace,
} from './config';
import { Discovery } from './discovery/Discovery';
import { describeCluster, readAwsFacts } from './facts/awsFacts';
import { loadBalancerOf, readKubernetesFacts } from './facts/kubernetesFacts';
import { createEksToken } from './kubernetes/eksToken';
import { createKubeConfig } from './kubernetes/kubeConfig';
import { deadline, withSignal } from './lib/deadline';
import { getOrMake, Renewed } from './lib/Renewed';
import type { EksClusters } from './types';

/** How long AWS has to describe a cluster. */
const AWS_TIMEOUT_MS = 20_000;
/** How long a cluster has to answer for itself. */
const KUBERNETES_TIMEOUT_MS = 8_000;
/** How long a token is handed out; EKS takes it for ten minutes more. */
const TOKEN_REUSE_MS = 4 * 60_000;
/** How many clusters are asked for their facts at once. */
const FACTS_CONCURRENCY = 8;
/** How long facts are taken as true. */
const FACTS_LIFETIME_MS = 60_000;
/** The same, for a cluster that did not answer: somebody may be repairing it. */
const UNREACHABLE_LIFETIME_MS = 10_000;

/**
 * What {@link DefaultEksClusters} is made of.
 *
 * @public
 */
export interface DefaultEksClustersOptions {
  config: EksConfig;
  aws: AwsClients;
  /** The role that is taken in an account, for messages. */
  roleOf: (accountId: string) => AwsAccountRole | undefined;
  logger: LoggerService;
  /** Called when the service stops. */
  onStop?: () => void;
}

/**
 * Discovers clusters with the AWS clients of the configuration, and keeps what
 * it finds in memory.
 *
 * @public
 */
export class DefaultEksClusters implements EksClusters {
  readonly aws: AwsClients;
  private readonly discovery: Discovery;
  private readonly facts = new Map<string, Renewed<EksClusterFacts>>();
  private readonly factsLimit = limiter(FACTS_CONCURRENCY);
  private readonly tokens = new Map<string, Renewed<string>>();

  /**
   * @throws InputError that names the key of a value that cannot be used.
   */
  static fromConfig(
    config: Config,
    options: { logger: LoggerService },
  ): DefaultEksClusters {
    const aws = DefaultAwsClients.fromConfig(config);
    return new DefaultEksClusters({
      config: readEksConfig(config),
      aws,
      onStop: () => aws.destroy(),
      roleOf: accountId => readAwsAccountRole(config, accountId),
      logger: options.logger,
    });
  }

  constructor(private readonly options: DefaultEksClustersOptions) {
    this.aws = options.aws;
    this.discovery = new Discovery(options);
  }

  list(): Promise<{ clusters: EksCluster[]; failures: DiscoveryFailure[] }> {
    return this.discovery.list();
  }

  async describe(
    clusterArn: string,
    options?: { signal?: AbortSignal },
  ): Promise<EksClusterFacts> {
    const place = this.placeOf(clusterArn);
    const facts = getOrMake(
      this.facts,
      clusterArn,
      () =>
        new Renewed(async () => {
          const value = await this.factsLimit(() =>
            this.readFacts(clusterArn, place),
          );
          const lifetime = value.reachable
            ? FACTS_LIFETIME_MS
            : UNREACHABLE_LIFETIME_MS;
          return { value, until: Date.now() + lifetime };
        }),
    );
    return withSignal(facts.get(), options?.signal);
  }

  async kubeConfig(clusterArn: string): Promise<KubeConfig> {
    const { name, status, endpoint, certificateAuthority } =
      await this.findCluster(clusterArn);
    if (!endpoint || !certificateAuthority) {
      throw new ServiceUnavailableError(
        `cluster \`${name}\`: it is ${status} and has no endpoint yet; try again when it is active`,
      );
    }
    return createKubeConfig({
      clusterArn,
      endpoint,
      certificateAuthority,
      token: () => this.token(clusterArn),
      // A clock may have been set, or credentials replaced.
      onRefused: token => this.tokens.get(clusterArn)?.drop(token),
    });
  }

  async token(clusterArn: string): Promise<string> {
    const { accountId, region, partition, name } = this.placeOf(clusterArn);
    return getOrMake(
      this.tokens,
      clusterArn,
      () =>
        new Renewed(async () => {
          const { token, expiresAt } = await createEksToken({
            clusterName: name,
            region,
            partition,
            credentials: await this.aws.credentials(accountId),
          });
          const until = Math.min(
            Date.now() + TOKEN_REUSE_MS,
            expiresAt.getTime(),
          );
          return { value: token, until };
        }),
    ).get();
  }

  /** Ends the background work and closes connections to AWS. */
  stop(): void {
    this.discovery.stop();
    this.options.onStop?.();
  }

  private async readFacts(
    clusterArn: string,
    place: EksPlace & { name: string },
  ): Promise<EksClusterFacts> {
    const [
      { computeKinds, builtInLoadBalancer, problem, ...facts },
      kubernetes,
    ] = await Promise.all([
      this.askAws(place, (client, signal) =>
        readAwsFacts(client, place, place.name, signal),
      ),
      readKubernetesFacts({
        kubeConfig: () => this.kubeConfig(clusterArn),
        clusterName: place.name,
        roleArn: this.options.roleOf(place.accountId)?.arn,
        signal: deadline(KUBERNETES_TIMEOUT_MS),
      }),
    ]);
    const karpenter =
      kubernetes.nodePools === 'karpenter' ||
      (kubernetes.nodePools === 'unknown' &&
        !computeKinds.includes('auto-mode'));
    const reason = [kubernetes.reason, problem].filter(Boolean).join(' ');
    return {
      ...facts,
      reachable: kubernetes.reachable,
      ...(reason && { reason }),
      computeKinds: karpenter ? [...computeKinds, 'karpenter'] : computeKinds,
      loadBalancer: loadBalancerOf(builtInLoadBalancer, kubernetes),
      metrics: kubernetes.metrics,
      argoCd: kubernetes.argoCd,
    };
  }

  private async findCluster(clusterArn: string): Promise<EksCluster> {
    const place = this.placeOf(clusterArn);
    const known = this.discovery.find(clusterArn);
    if (known?.endpoint) {
      return known;
    }
    const { cluster } = await this.askAws(place, (client, signal) =>
      describeCluster(client, place, place.name, signal),
    );
    return cluster;
  }

  private async askAws<T>(
    place: EksPlace & { name: string },
    ask: (client: EKSClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const signal = deadline(AWS_TIMEOUT_MS);
    try {
      const client = this.aws.eks(place);
      return await withSignal(ask(client, signal), signal);
    } catch (error) {
      throw mapAwsError(error, {
        action: 'eks:DescribeCluster',
        resource: `cluster \`${place.name}\``,
        accountId: place.accountId,
        region: place.region,
      });
    }
  }

  /** Only configured places are asked, whatever ARN somebody sends. */
  private placeOf(clusterArn: string): EksPlace & { name: string } {
    const arn = parseClusterArn(clusterArn);
    const configured = this.options.config.places.some(
      place => place.accountId === arn.accountId && place.region === arn.region,
    );
    if (!configured) {
      throw new NotFoundError(
        `cluster \`${arn.name}\`: account ${arn.accountId}, region ${arn.region} is not one of the portal's; choose another cluster, or add it to eks.discovery.accounts`,
      );
    }
    return arn;
  }
}
