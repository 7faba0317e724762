import type { ClusterIdentity } from '../kubernetes/types';
import { StandInContext } from '../types';
import { close, listen } from '../core';
import { registryKey } from './ecr/common';
import { scanImage } from './ecr/scanning';
import { ScanFinding } from './ecr/state';
import { EksCluster } from './eks/state';
import { Identities, ManagedPolicySeed, PrincipalSeed } from './iam/identities';
import { decide } from './iam/policy';
import { arnOfProvider, IamRole } from './iam/state';
import { createAwsServer } from './server';
import { ClusterEndpoint, UsedPermission } from './service';
import { AwsState } from './state';
import { authenticateToken, AwsCredentials } from './token';

export { accessPolicyArn } from './eks/accessPolicies';
export { defaultUsername } from './eks/access';
export { emptyState, type AwsState } from './state';
export { emptyRegistry } from './ecr/state';
export type {
  EcrImage,
  EcrRegistry,
  EcrRepository,
  ScanFinding,
} from './ecr/state';
export type { EksCluster } from './eks/state';
export { emptyBucket } from './s3/state';
export type { ManagedPolicySeed, PrincipalSeed } from './iam/identities';
export {
  arnOfProvider,
  arnOfRole,
  emptyIam,
  type IamRole,
  type IamState,
} from './iam/state';
export type { ClusterEndpoint, UsedPermission } from './service';
export { createToken, type AwsCredentials } from './token';

/** An image, by where it is. */
export interface ImageLocation {
  accountId: string;
  region: string;
  repositoryName: string;
  imageDigest: string;
}

/** The AWS services on one endpoint: ECR, EKS, IAM, S3 and STS of all accounts. */
export interface AwsStandIn {
  /** Endpoint for AWS_ENDPOINT_URL. */
  url: string;
  /** What the services remember; read it, change it through the API. */
  state: AwsState;
  /** Clusters of all accounts. */
  clusters(): EksCluster[];
  /** IAM roles of all accounts, those of the seed first. */
  roles(): IamRole[];
  /** Long-lived keys of a seeded IAM user. */
  userCredentials(userArn: string): AwsCredentials;
  /**
   * Keys of a new session of a seeded role, without asking its trust policy:
   * what a pipeline gets in exchange for its OIDC token.
   */
  roleCredentials(roleArn: string, sessionName: string): AwsCredentials;
  /**
   * Keys of a new session of a role for the bearer of a token, as
   * AssumeRoleWithWebIdentity gives them: its account has to believe the
   * issuer, and its trust policy the token.
   *
   * @throws Error in the words of AWS when it is not trusted
   */
  federatedCredentials(roleArn: string, token: WebIdentity): AwsCredentials;
  /**
   * The permissions that calls needed and had since the start, each action of
   * each principal on each resource once.
   */
  usedPermissions(): UsedPermission[];
  /** Tells DescribeCluster where the cluster's Kubernetes API is. */
  connectCluster(clusterArn: string, endpoint: ClusterEndpoint): void;
  /** Checks an EKS token; undefined means 401. */
  authenticate(
    clusterArn: string,
    token: string,
  ): Promise<ClusterIdentity | undefined>;
  /**
   * Says what scans find in an image that has been pushed; a scan that has run
   * already shows it at once.
   *
   * @throws Error when there is no such image
   */
  setScanFindings(image: ImageLocation, findings: ScanFinding[]): void;
  stop(): Promise<void>;
}

/** What a token of OpenID Connect says, once its signature has been believed. */
export interface WebIdentity {
  /** Issuer without its scheme: `token.actions.githubusercontent.com`. */
  issuer: string;
  audience: string;
  subject: string;
}

/** What {@link startAws} needs. */
export interface AwsOptions {
  context: StandInContext;
  /** 0 for any free port. */
  port: number;
  /** The services work on this object. */
  state: AwsState;
  principals: readonly PrincipalSeed[];
  managedPolicies: readonly ManagedPolicySeed[];
  timeScale: number;
  /** Called after every call that changed something. */
  changed?(): void;
}

function credentialsOnly(stored: AwsCredentials): AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken } = stored;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

/** Starts the AWS services. */
export async function startAws(options: AwsOptions): Promise<AwsStandIn> {
  const { context, state } = options;
  const changed = options.changed ?? (() => {});
  const identities = new Identities({
    principals: options.principals,
    managedPolicies: options.managedPolicies,
    roles: state.iam.roles,
    credentials: state.credentials,
    now: context.now,
  });
  const endpoints = new Map<string, ClusterEndpoint>();
  const used = new Map<string, UsedPermission>();
  const server = createAwsServer(context, {
    state,
    identities,
    now: context.now,
    timeScale: options.timeScale,
    endpointOf: arn => endpoints.get(arn),
    permitted: permission => used.set(JSON.stringify(permission), permission),
    changed,
  });
  const port = await listen(server, options.port, 'the AWS services');
  const host = `localhost:${port}`;

  function seeded(arn: string) {
    const principal = identities.find(arn);
    if (!principal) {
      throw new Error(`There is no ${arn} in the sandbox`);
    }
    return principal;
  }

  return {
    url: `http://${host}`,
    state,
    clusters: () => Object.values(state.clusters),
    roles: () => identities.allRoles(),
    userCredentials: arn =>
      credentialsOnly(identities.userCredentials(seeded(arn).arn)),
    roleCredentials(arn, sessionName) {
      const session = identities.startSession(seeded(arn), sessionName, 3600);
      changed();
      return credentialsOnly(session);
    },
    federatedCredentials(roleArn, { issuer, audience, subject }) {
      const role = identities.find(roleArn);
      const provider = arnOfProvider(role?.accountId ?? '', issuer);
      const trusted =
        role?.trust &&
        state.iam.oidcProviders[provider]?.clientIds.includes(audience) &&
        decide([role.trust], {
          action: 'sts:AssumeRoleWithWebIdentity',
          resource: roleArn,
          principal: provider,
          principalKind: 'Federated',
          context: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject },
        }) === 'allowed';
      if (!role || !trusted) {
        throw new Error(
          'Not authorized to perform sts:AssumeRoleWithWebIdentity',
        );
      }
      const session = identities.startSession(role, 'pipeline', 3600);
      changed();
      return credentialsOnly(session);
    },
    usedPermissions: () => [...used.values()],
    connectCluster(arn, endpoint) {
      endpoints.set(arn, endpoint);
    },
    authenticate: (clusterArn, token) =>
      authenticateToken(token, {
        clusterArn,
        state,
        identities,
        now: context.now(),
        ownHost: host,
      }),
    setScanFindings({ repositoryName, imageDigest, ...location }, findings) {
      const image =
        state.registries[registryKey(location)]?.repositories[repositoryName]
          ?.images[imageDigest];
      if (!image) {
        throw new Error(
          `There is no image ${imageDigest} in ${repositoryName}`,
        );
      }
      image.simulatedFindings = findings;
      if (image.scan) {
        scanImage(image, image.scan.completedAt);
      }
      changed();
    },
    stop: () => close(server),
  };
}
