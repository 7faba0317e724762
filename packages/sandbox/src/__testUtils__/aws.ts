import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { AwsCredentials, AwsStandIn, PrincipalSeed, startAws } from '../aws';
import { createFaults, createJournal } from '../core';
import {
  createAwsSeed,
  createManagedPolicies,
  createPrincipals,
} from '../seed';
import { Faults, Journal } from '../types';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const REGION = 'eu-west-1';

/** Roles that may do everything, so that tests are about one thing. */
const ADMINS = [ACCOUNT, OTHER_ACCOUNT].map((accountId): PrincipalSeed => ({
  kind: 'role',
  accountId,
  name: 'admin',
  policies: [
    {
      Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
    },
  ],
}));

export interface TestAws {
  aws: AwsStandIn;
  faults: Faults;
  journal: Journal;
  /** Moves the services' clock. */
  advance(milliseconds: number): void;
  admin(accountId?: string): AwsCredentials;
  ecr(options?: ClientOptions): ECRClient;
  eks(options?: ClientOptions): EKSClient;
  iam(options?: ClientOptions): IAMClient;
  s3(options?: ClientOptions): S3Client;
  sts(options?: ClientOptions): STSClient;
  stop(): Promise<void>;
}

export interface ClientOptions {
  credentials?: AwsCredentials;
  region?: string;
  maxAttempts?: number;
}

/** The AWS services with the seed, a clock and clients that do not retry. */
export async function startTestAws(
  principals: readonly PrincipalSeed[] = [],
): Promise<TestAws> {
  const faults = createFaults();
  const journal = createJournal();
  let offset = 0;
  const aws = await startAws({
    context: {
      faults,
      journal,
      now: () => Date.now() + offset,
      log: message => {
        throw new Error(message);
      },
    },
    port: 0,
    state: createAwsSeed(),
    principals: [...createPrincipals(['portal']), ...ADMINS, ...principals],
    managedPolicies: createManagedPolicies(),
    timeScale: 1,
  });
  const clients: { destroy(): void }[] = [];
  function keep<T extends { destroy(): void }>(client: T): T {
    clients.push(client);
    return client;
  }
  const admin = (accountId = ACCOUNT) =>
    aws.roleCredentials(`arn:aws:iam::${accountId}:role/admin`, 'test');
  const configuration = (options: ClientOptions = {}) => ({
    endpoint: aws.url,
    region: REGION,
    maxAttempts: 1,
    credentials: options.credentials ?? admin(),
    ...options,
  });
  return {
    aws,
    faults,
    journal,
    advance(milliseconds) {
      offset += milliseconds;
    },
    admin,
    ecr: options => keep(new ECRClient(configuration(options))),
    eks: options => keep(new EKSClient(configuration(options))),
    iam: options => keep(new IAMClient(configuration(options))),
    s3: options =>
      keep(new S3Client({ ...configuration(options), forcePathStyle: true })),
    sts: options => keep(new STSClient(configuration(options))),
    async stop() {
      clients.forEach(client => client.destroy());
      await aws.stop();
    },
  };
}
