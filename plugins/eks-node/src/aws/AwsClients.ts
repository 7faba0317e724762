import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { Config } from '@backstage/config';
import { NotFoundError } from '@backstage/errors';
import {
  DefaultAwsCredentialsManager,
  type AwsCredentialProvider,
  type AwsCredentialsManager,
} from '@backstage/integration-aws-node';
import {
  type Partition,
  partitionOfRegion,
} from '@slipway/backstage-plugin-eks-common';
import { deadline, withSignal } from '../lib/deadline';
import { explain } from '../lib/explain';
import { getOrMake, Renewed } from '../lib/Renewed';
import { mapAwsError } from './mapAwsError';

/**
 * Where an AWS client works.
 *
 * @public
 */
export interface AwsPlace {
  /** Twelve digits. */
  accountId: string;
  region: string;
}

/**
 * AWS clients with the portal's credentials: one per service, account and
 * region, shared by all plugins.
 *
 * @public
 */
export interface AwsClients {
  eks(place: AwsPlace): EKSClient;
  ecr(place: AwsPlace): ECRClient;
  /**
   * IAM of the account. It is one for all regions of a partition: any region
   * of the partition gives the same client.
   */
  iam(place: AwsPlace): IAMClient;
  /** Credentials for an account, kept until shortly before they expire. */
  credentials(accountId: string): Promise<AwsCredentialIdentity>;
}

/** Where IAM of each partition is, and what its requests are signed for. */
const IAM_REGIONS: Record<Partition, string> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** Names the portal in AWS's own logs. */
const USER_AGENT: [string, string][] = [['slipway-backstage', '0.1']];

/** Temporary credentials are renewed this long before they expire. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** STS has this long to give credentials; its clients have no limit of their own. */
const CREDENTIALS_TIMEOUT_MS = 15_000;

/**
 * AWS clients with the credentials of `aws.accounts`. They slow down by
 * themselves when AWS throttles, and try a call at most four times.
 *
 * @public
 */
export class DefaultAwsClients implements AwsClients {
  private readonly eksClients = new Map<string, EKSClient>();
  private readonly ecrClients = new Map<string, ECRClient>();
  private readonly iamClients = new Map<string, IAMClient>();
  private readonly kept = new Map<string, Renewed<AwsCredentialIdentity>>();

  /** Reads the `aws` section of the configuration. */
  static fromConfig(config: Config): DefaultAwsClients {
    return new DefaultAwsClients(
      DefaultAwsCredentialsManager.fromConfig(config),
    );
  }

  constructor(private readonly manager: AwsCredentialsManager) {}

  eks(place: AwsPlace): EKSClient {
    return getOrMake(
      this.eksClients,
      keyOf(place),
      () => new EKSClient(this.options(place)),
    );
  }

  ecr(place: AwsPlace): ECRClient {
    return getOrMake(
      this.ecrClients,
      keyOf(place),
      () => new ECRClient(this.options(place)),
    );
  }

  iam({ accountId, region }: AwsPlace): IAMClient {
    const place = {
      accountId,
      region: IAM_REGIONS[partitionOfRegion(region)],
    };
    return getOrMake(
      this.iamClients,
      keyOf(place),
      () => new IAMClient(this.options(place)),
    );
  }

  async credentials(accountId: string): Promise<AwsCredentialIdentity> {
    return getOrMake(
      this.kept,
      accountId,
      () =>
        new Renewed(async () => {
          const value = await this.request(accountId);
          // What has no end renews itself where it comes from.
          const until = (value.expiration?.getTime() ?? 0) - RENEW_BEFORE_MS;
          return { value, until };
        }),
    ).get();
  }

  /** Closes the clients' connections. */
  destroy(): void {
    for (const client of [
      ...this.eksClients.values(),
      ...this.ecrClients.values(),
      ...this.iamClients.values(),
    ]) {
      client.destroy();
    }
    this.eksClients.clear();
    this.ecrClients.clear();
    this.iamClients.clear();
  }

  private options({ accountId, region }: AwsPlace) {
    return {
      region,
      credentials: () => this.credentials(accountId),
      retryMode: 'adaptive',
      maxAttempts: 4,
      customUserAgent: USER_AGENT,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
    };
  }

  private async request(accountId: string): Promise<AwsCredentialIdentity> {
    const signal = deadline(CREDENTIALS_TIMEOUT_MS);
    let provider: AwsCredentialProvider;
    try {
      provider = await withSignal(
        this.manager.getCredentialProvider({ accountId }),
        signal,
      );
    } catch (error) {
      throw explain(
        NotFoundError,
        `account ${accountId}: the portal has no credentials for it; add it to aws.accounts, see docs/configuration.md`,
        error,
      );
    }
    try {
      return await withSignal(provider.sdkCredentialProvider(), signal);
    } catch (error) {
      throw mapAwsError(error, {
        action: 'sts:AssumeRole',
        resource: `account ${accountId}`,
      });
    }
  }
}

function keyOf({ accountId, region }: AwsPlace): string {
  return `${accountId}/${region}`;
}
