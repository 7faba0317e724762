import { Sha256 } from '@aws-crypto/sha256-js';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { Partition } from '@slipway/backstage-plugin-eks-common';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';

/** EKS takes a token for 15 minutes; one less leaves time to use it. */
const LIFETIME_MS = 14 * 60_000;

const DNS_SUFFIXES: Record<Partition, string> = {
  aws: 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-us-gov': 'amazonaws.com',
};

/**
 * The token that a Kubernetes API on EKS takes: a `GetCallerIdentity` request,
 * signed but never sent, which EKS sends to STS in order to see who signed it.
 * The cluster's name is signed too, so the token is of no use elsewhere.
 */
export async function createEksToken(options: {
  clusterName: string;
  region: string;
  partition: Partition;
  credentials: AwsCredentialIdentity;
  now?: Date;
}): Promise<{ token: string; expiresAt: Date }> {
  const { clusterName, region, partition, credentials } = options;
  const now = options.now ?? new Date();
  const hostname = `sts.${region}.${DNS_SUFFIXES[partition]}`;
  const signer = new SignatureV4({
    credentials,
    region,
    service: 'sts',
    sha256: Sha256,
  });
  const signed = await signer.presign(
    new HttpRequest({
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': clusterName },
    }),
    { expiresIn: 60, signingDate: now },
  );
  const query = Object.entries(signed.query ?? {})
    .flatMap(([key, value]) =>
      [value].flat().map(item => [key, item ?? ''] as const),
    )
    .map(
      ([key, value]) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
    )
    .join('&');
  const url = `https://${hostname}/?${query}`;
  const end = now.getTime() + LIFETIME_MS;
  return {
    token: `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`,
    expiresAt: new Date(
      // A token dies with the credentials that signed it.
      Math.min(end, credentials.expiration?.getTime() ?? end),
    ),
  };
}
