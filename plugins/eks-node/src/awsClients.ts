import type { AwsCredentialsManager } from '@backstage/integration-aws-node';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types';

/**
 * AWS clients for an account and a region, with the credentials that
 * `aws.accounts` gives for the account. Each is made once.
 *
 * Throttled calls are tried again by the SDK in its adaptive mode.
 *
 * @public
 */
export interface AwsClients {
  credentials(accountId: string): Promise<AwsCredentialIdentityProvider>;
  ecr(accountId: string, region: string): Promise<ECRClient>;
  eks(accountId: string, region: string): Promise<EKSClient>;
  sts(accountId: string, region: string): Promise<STSClient>;
}

interface ClientOptions {
  region: string;
  credentials: AwsCredentialIdentityProvider;
  maxAttempts: number;
  retryMode: 'adaptive';
  customUserAgent: string;
}

/**
 * Clients on top of Backstage's AWS integration.
 *
 * @public
 */
export class DefaultAwsClients implements AwsClients {
  readonly #manager: AwsCredentialsManager;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(options: { credentialsManager: AwsCredentialsManager }) {
    this.#manager = options.credentialsManager;
  }

  async credentials(accountId: string): Promise<AwsCredentialIdentityProvider> {
    const provider = await this.#manager.getCredentialProvider({ accountId });
    return provider.sdkCredentialProvider;
  }

  ecr(accountId: string, region: string): Promise<ECRClient> {
    return this.#client('ecr', accountId, region, o => new ECRClient(o));
  }

  eks(accountId: string, region: string): Promise<EKSClient> {
    return this.#client('eks', accountId, region, o => new EKSClient(o));
  }

  sts(accountId: string, region: string): Promise<STSClient> {
    return this.#client('sts', accountId, region, o => new STSClient(o));
  }

  #client<T>(
    service: string,
    accountId: string,
    region: string,
    make: (options: ClientOptions) => T,
  ): Promise<T> {
    const key = `${service} ${accountId} ${region}`;
    const known = this.#made.get(key) as Promise<T> | undefined;
    if (known) {
      return known;
    }
    const client = this.credentials(accountId).then(credentials =>
      make({
        region,
        credentials,
        maxAttempts: 4,
        retryMode: 'adaptive',
        customUserAgent: 'slipway',
      }),
    );
    // An account that is configured later is asked for again.
    client.catch(() => this.#made.delete(key));
    this.#made.set(key, client);
    return client;
  }
}
