import { Sha256 } from '@aws-crypto/sha256-js';
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { partitionOfRegion } from '@slipway/backstage-plugin-eks-common';

/** Seconds for which the signed URL inside a token may be used. */
const EXPIRES_IN = 60;

/**
 * A bearer token for the Kubernetes API of an EKS cluster: a signed STS
 * `GetCallerIdentity` request, bound to the cluster by a header, that EKS
 * sends on to learn who asks. EKS accepts it for 15 minutes.
 */
export async function eksToken(options: {
  clusterName: string;
  region: string;
  credentials: AwsCredentialIdentityProvider;
}): Promise<string> {
  const { clusterName, region, credentials } = options;
  const suffix =
    partitionOfRegion(region) === 'aws-cn'
      ? 'amazonaws.com.cn'
      : 'amazonaws.com';
  const hostname = `sts.${region}.${suffix}`;
  const signer = new SignatureV4({
    credentials,
    region,
    service: 'sts',
    sha256: Sha256,
  });
  const { query } = await signer.presign(
    new HttpRequest({
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      headers: { host: hostname, 'x-k8s-aws-id': clusterName },
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    }),
    { expiresIn: EXPIRES_IN },
  );
  const parameters = Object.entries(query ?? {})
    .map(
      ([key, value]) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
    )
    .join('&');
  const url = `https://${hostname}/?${parameters}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
