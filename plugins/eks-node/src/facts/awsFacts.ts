import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeFargateProfileCommand,
  paginateListAddons,
  paginateListFargateProfiles,
  paginateListNodegroups,
  type Cluster,
  type EKSClient,
} from '@aws-sdk/client-eks';
import { isError, ServiceUnavailableError } from '@backstage/errors';
import {
  parseClusterArn,
  type ComputeKind,
  type EksCluster,
  type EksClusterFacts,
  type FargateProfile,
} from '@slipway/backstage-plugin-eks-common';
import limiter from 'p-limit';
import { mapAwsError } from '../aws/mapAwsError';
import { oneLine } from '../lib/text';

/** How many things of one cluster are asked about at once. */
const CONCURRENCY = 5;

/** What AWS says of a cluster. */
export type AwsFacts = EksCluster &
  Pick<
    EksClusterFacts,
    | 'addons'
    | 'containerInsights'
    | 'fargateProfiles'
    | 'oidcIssuer'
    | 'supportEndsAt'
    | 'upgradePolicy'
  > & {
    computeKinds: Exclude<ComputeKind, 'karpenter'>[];
    /** Whether Auto Mode makes load balancers. */
    builtInLoadBalancer: boolean;
    /** What could not be asked although it may be, in a sentence. */
    problem?: string;
  };

/** Asks AWS for one cluster. */
export async function describeCluster(
  client: EKSClient,
  place: { accountId: string; region: string },
  name: string,
  signal: AbortSignal,
): Promise<{ cluster: EksCluster; description: Cluster }> {
  const description = await call(
    'eks:DescribeCluster',
    place,
    name,
    async () =>
      (
        await client.send(new DescribeClusterCommand({ name }), {
          abortSignal: signal,
        })
      ).cluster,
  );
  if (!description?.arn) {
    throw new ServiceUnavailableError(
      `cluster \`${name}\`: AWS described it without an ARN; try again`,
    );
  }
  return { cluster: toEksCluster(description, description.arn), description };
}

/** Asks AWS for everything about a cluster that matters to a service. */
export async function readAwsFacts(
  client: EKSClient,
  place: { accountId: string; region: string },
  name: string,
  signal: AbortSignal,
): Promise<AwsFacts> {
  const limit = limiter(CONCURRENCY);
  const options = { abortSignal: signal };
  const input = { clusterName: name };
  const page = { client };

  const describing = describeCluster(client, place, name, signal);
  const [
    { cluster, description },
    { supportEndsAt, problem },
    nodeGroups,
    fargateProfiles,
    addons,
  ] = await Promise.all([
    describing,
    describing.then(({ cluster: { version } }) =>
      readSupportEnd(client, version, { ...place, name }, signal),
    ),
    call('eks:ListNodegroups', place, name, () =>
      collect(
        paginateListNodegroups(page, input, options),
        answer => answer.nodegroups,
      ),
    ),
    call('eks:ListFargateProfiles', place, name, () =>
      collect(
        paginateListFargateProfiles(page, input, options),
        answer => answer.fargateProfileNames,
      ),
    ).then(names =>
      Promise.all(
        names.map(profile =>
          limit(() =>
            call('eks:DescribeFargateProfile', place, name, async () => {
              const answer = await client.send(
                new DescribeFargateProfileCommand({
                  clusterName: name,
                  fargateProfileName: profile,
                }),
                options,
              );
              return toFargateProfile(profile, answer.fargateProfile);
            }),
          ),
        ),
      ),
    ),
    call('eks:ListAddons', place, name, () =>
      collect(
        paginateListAddons(page, input, options),
        answer => answer.addons,
      ),
    ).then(names =>
      Promise.all(
        names.map(addon =>
          limit(() =>
            call('eks:DescribeAddon', place, name, async () => {
              const answer = await client.send(
                new DescribeAddonCommand({
                  clusterName: name,
                  addonName: addon,
                }),
                options,
              );
              return {
                name: addon,
                version: answer.addon?.addonVersion ?? '',
                status: answer.addon?.status ?? '',
                issues: (answer.addon?.health?.issues ?? []).map(
                  ({ code, message }) =>
                    oneLine([code, message].filter(Boolean).join(': ')),
                ),
              };
            }),
          ),
        ),
      ),
    ),
  ]);

  const computeKinds: AwsFacts['computeKinds'] = [];
  if (nodeGroups.length > 0) {
    computeKinds.push('managed-nodes');
  }
  if (description.computeConfig?.enabled) {
    computeKinds.push('auto-mode');
  }
  if (fargateProfiles.length > 0) {
    computeKinds.push('fargate');
  }
  const oidcIssuer = description.identity?.oidc?.issuer;
  const upgradePolicy = description.upgradePolicy?.supportType;
  return {
    ...cluster,
    computeKinds,
    fargateProfiles,
    addons,
    builtInLoadBalancer: Boolean(
      description.computeConfig?.enabled &&
      description.kubernetesNetworkConfig?.elasticLoadBalancing?.enabled,
    ),
    containerInsights: containerInsightsOf(addons),
    ...(oidcIssuer && { oidcIssuer }),
    ...(supportEndsAt && { supportEndsAt }),
    ...(upgradePolicy && { upgradePolicy }),
    ...(problem !== undefined && { problem }),
  };
}

/**
 * When standard support of a version ends: never a failure. That AWS does not
 * allow to ask is no problem worth a sentence: a portal need not show it.
 */
async function readSupportEnd(
  client: EKSClient,
  version: string,
  place: { accountId: string; region: string; name: string },
  signal: AbortSignal,
): Promise<{ supportEndsAt?: string; problem?: string }> {
  try {
    const answer = await call(
      'eks:DescribeClusterVersions',
      place,
      place.name,
      () =>
        client.send(
          new DescribeClusterVersionsCommand({ clusterVersions: [version] }),
          { abortSignal: signal },
        ),
    );
    const supportEndsAt = answer.clusterVersions?.[0]?.endOfStandardSupportDate
      ?.toISOString()
      .slice(0, 10);
    return { supportEndsAt };
  } catch (error) {
    return isError(error) && error.name !== 'NotAllowedError'
      ? { problem: error.message }
      : {};
  }
}

/**
 * Which Container Insights the CloudWatch add-on brings: OpenTelemetry from
 * version 6.2 on, what AWS calls classic before.
 */
export function containerInsightsOf(
  addons: { name: string; version: string }[],
): EksClusterFacts['containerInsights'] {
  const addon = addons.find(
    item => item.name === 'amazon-cloudwatch-observability',
  );
  if (!addon) {
    return 'none';
  }
  const [, major = '0', minor = '0'] =
    /^v?(\d+)(?:\.(\d+))?/.exec(addon.version) ?? [];
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 2)
    ? 'otel'
    : 'classic';
}

function toEksCluster(description: Cluster, arn: string): EksCluster {
  const { accountId, region, partition, name } = parseClusterArn(arn);
  const { endpoint, certificateAuthority, createdAt } = description;
  return {
    arn,
    name,
    accountId,
    region,
    partition,
    status: description.status ?? 'UNKNOWN',
    version: description.version ?? '',
    ...(endpoint && { endpoint }),
    ...(certificateAuthority?.data && {
      certificateAuthority: certificateAuthority.data,
    }),
    ...(createdAt && { createdAt: createdAt.toISOString() }),
  };
}

function toFargateProfile(
  name: string,
  profile:
    | {
        status?: string;
        selectors?: { namespace?: string; labels?: Record<string, string> }[];
      }
    | undefined,
): FargateProfile {
  return {
    name,
    status: profile?.status ?? '',
    selectors: (profile?.selectors ?? []).map(({ namespace, labels }) => ({
      ...(namespace !== undefined && { namespace }),
      ...(labels && Object.keys(labels).length > 0 && { labels }),
    })),
  };
}

async function collect<P, T>(
  pages: AsyncIterable<P>,
  read: (page: P) => T[] | undefined,
): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) {
    items.push(...(read(page) ?? []));
  }
  return items;
}

async function call<T>(
  action: string,
  place: { accountId: string; region: string },
  clusterName: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw mapAwsError(error, {
      action,
      resource: `cluster \`${clusterName}\``,
      accountId: place.accountId,
      region: place.region,
    });
  }
}
