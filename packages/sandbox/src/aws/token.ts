import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ClusterIdentity } from '../kubernetes/types';
import { Identities } from './iam/identities';
import { SignatureError, verifyPresignedUrl } from './iam/signature';
import { AwsState } from './state';

/** AWS credentials as the SDK takes them. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const PREFIX = 'k8s-aws-v1.';
const CLUSTER_HEADER = 'x-k8s-aws-id';
const MAX_AGE_MS = 15 * 60 * 1000;

/** Makes an EKS token: a presigned call of GetCallerIdentity. */
export async function createToken(
  credentials: AwsCredentials,
  clusterName: string,
  region: string,
): Promise<string> {
  const host = `sts.${region}.amazonaws.com`;
  const request = await new SignatureV4({
    credentials,
    region,
    service: 'sts',
    sha256: Sha256,
  }).presign(
    new HttpRequest({
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host, [CLUSTER_HEADER]: clusterName },
    }),
    { expiresIn: 60 },
  );
  const url = new URL(`https://${host}/`);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    url.searchParams.set(name, String(value));
  }
  // A plus sign is a space to some and a plus to others; %20 is unambiguous.
  const text = url.href.replace(/\+/g, '%20');
  return PREFIX + Buffer.from(text).toString('base64url');
}

function presignedUrl(token: string, ownHost: string): URL | undefined {
  if (!token.startsWith(PREFIX)) {
    return undefined;
  }
  const text = Buffer.from(token.slice(PREFIX.length), 'base64url').toString();
  const url = URL.parse(text);
  const isSts =
    url !== null &&
    ((url.protocol === 'https:' &&
      /^sts(-fips)?(\.[a-z0-9-]+)?\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(
        url.host,
      )) ||
      url.host === ownHost);
  const isGetCallerIdentity =
    url?.searchParams.get('Action') === 'GetCallerIdentity' &&
    url.pathname === '/';
  return isSts && isGetCallerIdentity ? url : undefined;
}

/**
 * Checks an EKS token as the authenticator of a cluster does, and finds the
 * access entry of the principal.
 *
 * @param ownHost - host of the AWS stand-in, which plays STS too
 * @returns undefined when the cluster answers 401
 */
export async function authenticateToken(
  token: string,
  options: {
    clusterArn: string;
    state: AwsState;
    identities: Identities;
    now: number;
    ownHost: string;
  },
): Promise<ClusterIdentity | undefined> {
  const { state, clusterArn, identities, now } = options;
  const cluster = state.clusters[clusterArn];
  const url = presignedUrl(token, options.ownHost);
  if (!cluster || !url) {
    return undefined;
  }
  try {
    const { caller, scope } = await verifyPresignedUrl(
      url,
      { [CLUSTER_HEADER]: cluster.name },
      identities,
      { now, maxAgeMs: MAX_AGE_MS },
    );
    const { arn } = caller.principal;
    const entry = Object.hasOwn(cluster.accessEntries, arn)
      ? cluster.accessEntries[arn]
      : undefined;
    if (!entry || scope.service !== 'sts') {
      return undefined;
    }
    return {
      username: entry.username
        // Kubernetes takes no @ in what comes from a session name.
        .replace('{{SessionName}}', () =>
          (caller.sessionName ?? '').replace(/@/g, '-'),
        )
        .replace('{{SessionNameRaw}}', () => caller.sessionName ?? '')
        .replace('{{AccountID}}', () => caller.accountId),
      groups: [...entry.kubernetesGroups],
      accessPolicies: Object.values(entry.policies).map(
        ({ policyArn, accessScope }) => ({
          policyArn,
          ...(accessScope.type === 'namespace' && {
            namespaces: accessScope.namespaces,
          }),
        }),
      ),
    };
  } catch (error) {
    if (error instanceof SignatureError) {
      return undefined;
    }
    throw error;
  }
}
