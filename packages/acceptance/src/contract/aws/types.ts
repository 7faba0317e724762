import type { ECRClient } from '@aws-sdk/client-ecr';
import type { EKSClient } from '@aws-sdk/client-eks';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';

/** Account and region that every case works in. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** Something that answers as AWS does, and clients of its administrator. */
export interface AwsTarget {
  ecr: ECRClient;
  eks: EKSClient;
  iam: IAMClient;
  s3: S3Client;
  sts: STSClient;
  /** The clients that the portal's actions use, with the same credentials. */
  clients: AwsClients;
  /** A cluster that is there, with one Fargate profile. */
  cluster: string;
  /** Name of that profile. */
  fargateProfile: string;
  /** ARN of a managed policy in the account. */
  managedPolicy: string;
  /** ARN of an OIDC provider in the account, for {@link GITHUB_ISSUER}. */
  oidcProvider: string;
  /** A name that no case has used. */
  unique(prefix: string): string;
  stop(): Promise<void>;
}

/** Who issues the tokens of GitHub Actions. */
export const GITHUB_ISSUER = 'token.actions.githubusercontent.com';

/** One thing that AWS does, or an action on it, checked with the real SDK. */
export interface ContractCase {
  /** As IAM names it: `ecr:CreateRepository`; or the id of an action. */
  operation: string;
  /** What holds, as the end of a sentence: "refuses a name in capitals". */
  holds: string;
  check(target: AwsTarget): Promise<void>;
}

/** Expects a call to end with this error of the service, and status. */
export async function refuses(
  call: Promise<unknown>,
  name: string,
  status: number,
): Promise<void> {
  await expect(call).rejects.toMatchObject({
    name,
    $metadata: { httpStatusCode: status },
  });
}

/** All pages of a list. */
export async function pages<TItem, TToken>(
  read: (token: TToken | undefined) => Promise<[TItem[], TToken | undefined]>,
): Promise<TItem[][]> {
  const found: TItem[][] = [];
  let token: TToken | undefined;
  do {
    const [items, next] = await read(token);
    found.push(items);
    token = next;
  } while (token !== undefined);
  return found;
}
