import { randomUUID } from 'node:crypto';
import { AwsError } from '../errors';
import { Call, Operation } from '../service';
import {
  arnOf,
  clusterOf,
  inUse,
  namedCluster,
  notFound,
  own,
  pageOfNames,
  partArn,
  seconds,
  tagsOfPart,
} from './common';
import { EksCluster, FargateProfile, FargateSelector } from './state';
import { readTags } from './tags';

const PROFILE_NAME = { pattern: /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/, max: 100 };
const ROLE_ARN = { pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/ };
const MAX_SELECTORS = 5;
/** What takes AWS one to two minutes; cut by the time scale. */
const CHANGE_MS = 20_000;

const name = (call: Call) =>
  call.input.requiredText('fargateProfileName', PROFILE_NAME);

/** Forgets the profiles whose deletion is over. */
function settle(cluster: EksCluster, now: number) {
  for (const [key, profile] of Object.entries(cluster.fargateProfiles)) {
    if (profile.deletedAt !== undefined && profile.deletedAt <= now) {
      delete cluster.fargateProfiles[key];
    }
  }
}

function settledCluster(call: Call): EksCluster {
  const cluster = clusterOf(call);
  settle(cluster, call.world.now());
  return cluster;
}

function statusOf(profile: FargateProfile, now: number) {
  if (profile.deletedAt !== undefined) {
    return 'DELETING';
  }
  return (profile.readyAt ?? 0) > now ? 'CREATING' : 'ACTIVE';
}

function describe(call: Call, cluster: EksCluster, profile: FargateProfile) {
  return {
    fargateProfileName: profile.name,
    fargateProfileArn: profile.arn,
    clusterName: cluster.name,
    createdAt: seconds(profile.createdAt),
    podExecutionRoleArn: profile.podExecutionRoleArn,
    subnets: profile.subnets,
    selectors: profile.selectors,
    status: statusOf(profile, call.world.now()),
    health: { issues: [] },
    tags: profile.tags,
  };
}

function findProfile(call: Call, cluster: EksCluster): FargateProfile {
  const profile = own(cluster.fargateProfiles, name(call));
  if (!profile) {
    throw notFound(`No Fargate Profile found with name: ${name(call)}.`);
  }
  return profile;
}

/** EKS changes one Fargate profile of a cluster at a time. */
function requireNoChange(call: Call, cluster: EksCluster, verb: string) {
  for (const profile of Object.values(cluster.fargateProfiles)) {
    const status = statusOf(profile, call.world.now());
    if (status !== 'ACTIVE') {
      throw inUse(
        `Cannot ${verb} Fargate Profile ${name(call)} because cluster ${
          cluster.name
        } currently has Fargate profile ${profile.name} in status ${status}`,
      );
    }
  }
}

function readSelectors(call: Call): FargateSelector[] {
  const selectors = call.input.requiredObjects('selectors').map(selector => ({
    namespace: selector.requiredText('namespace', { min: 1, max: 63 }),
    ...(selector.has('labels') && { labels: selector.map('labels') }),
  }));
  if (selectors.length < 1 || selectors.length > MAX_SELECTORS) {
    throw new AwsError(
      'InvalidParameterException',
      400,
      `Fargate Profile must have between 1 and ${MAX_SELECTORS} selectors`,
    );
  }
  return selectors;
}

function create(call: Call) {
  const { input, world } = call;
  const profileName = name(call);
  const selectors = readSelectors(call);
  const podExecutionRoleArn = input.requiredText(
    'podExecutionRoleArn',
    ROLE_ARN,
  );
  const subnets = input.texts('subnets', { pattern: /^subnet-[0-9a-f]+$/ });
  const tags = readTags(input, 'tags');
  const cluster = settledCluster(call);
  if (own(cluster.fargateProfiles, profileName)) {
    throw inUse(
      'A Fargate Profile already exists with this name in this cluster.',
    );
  }
  requireNoChange(call, cluster, 'create');
  const profile: FargateProfile = {
    name: profileName,
    arn: arnOf(
      call,
      `fargateprofile/${cluster.name}/${profileName}/${randomUUID()}`,
    ),
    createdAt: world.now(),
    podExecutionRoleArn,
    subnets: subnets ?? cluster.subnetIds,
    selectors,
    tags,
    readyAt: world.now() + CHANGE_MS / world.timeScale,
  };
  cluster.fargateProfiles[profileName] = profile;
  return { fargateProfile: describe(call, cluster, profile) };
}

function remove(call: Call) {
  const cluster = settledCluster(call);
  const profile = findProfile(call, cluster);
  requireNoChange(call, cluster, 'delete');
  const { now, timeScale } = call.world;
  profile.deletedAt = now() + CHANGE_MS / timeScale;
  return { fargateProfile: describe(call, cluster, profile) };
}

const resource = (call: Call) =>
  partArn(call, 'fargateprofile', name(call), ({ fargateProfiles }) =>
    own(fargateProfiles, name(call)),
  );

export const fargateOperations: Operation[] = [
  {
    name: 'ListFargateProfiles',
    route: 'GET /clusters/{clusterName}/fargate-profiles',
    resource: namedCluster,
    run(call) {
      const names = Object.keys(settledCluster(call).fargateProfiles);
      const { items, nextToken } = pageOfNames(call, names);
      return { fargateProfileNames: items, nextToken };
    },
  },
  {
    name: 'DescribeFargateProfile',
    route: 'GET /clusters/{clusterName}/fargate-profiles/{fargateProfileName}',
    resource,
    run(call) {
      const cluster = settledCluster(call);
      const profile = findProfile(call, cluster);
      return { fargateProfile: describe(call, cluster, profile) };
    },
  },
  {
    name: 'CreateFargateProfile',
    route: 'POST /clusters/{clusterName}/fargate-profiles',
    mutates: true,
    resource: namedCluster,
    passesRole: call => ({
      roleArn: call.input.requiredText('podExecutionRoleArn', ROLE_ARN),
      service: 'eks-fargate-pods.amazonaws.com',
    }),
    run: create,
  },
  {
    name: 'DeleteFargateProfile',
    route:
      'DELETE /clusters/{clusterName}/fargate-profiles/{fargateProfileName}',
    mutates: true,
    resource,
    conditions: call =>
      tagsOfPart(call, ({ fargateProfiles }) =>
        own(fargateProfiles, name(call)),
      ),
    run: remove,
  },
];
