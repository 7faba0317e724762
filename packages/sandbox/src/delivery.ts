import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AwsStandIn, createToken } from './aws';
import { RunningCluster } from './clusters';
import {
  type BranchMove,
  type GitHubStandIn,
  type Repositories,
  startGitHub,
} from './github';
import { type GitLabStandIn, startGitLab } from './gitlab';
import {
  type GitHost,
  type PipelineRunner,
  type Push,
  startPipelines,
} from './pipeline';
import {
  GITHUB_ISSUER,
  GITHUB_ORGANISATION,
  GITLAB_GROUP,
  GITLAB_ISSUER,
  PIPELINE_ROLE,
  roleArn,
} from './seed';
import { StandInContext } from './types';

const ORGANISATION_ID = 170_000_001;

/** What {@link startDelivery} needs. */
export interface DeliveryOptions {
  context: StandInContext;
  aws: AwsStandIn;
  clusterOf(arn: string): RunningCluster | undefined;
  /** Ports, each 0 for any free one. */
  ports: Record<GitHost, number>;
  tokens: Record<GitHost, string>;
  /** Git repositories are kept beside it; in a temporary folder without. */
  snapshotFile: string | undefined;
  timeScale: number;
  /** Whether pipelines run the tests of the services. */
  testServices: boolean;
}

/** GitHub, GitLab, and the pipelines that a push to them starts. */
export interface Delivery {
  github: GitHubStandIn;
  gitlab: GitLabStandIn;
  pipelines: PipelineRunner;
  stop(): Promise<void>;
}

/** Reaches a cluster the way a pipeline does: with its own role. */
function accessTo(aws: AwsStandIn, cluster: RunningCluster) {
  const { arn, url } = cluster.standIn;
  const [, , , region, accountId, resource] = arn.split(':');
  return {
    url,
    certificateAuthority: cluster.snapshot().certificate.certificateAuthority,
    token: () =>
      createToken(
        aws.roleCredentials(roleArn(accountId, PIPELINE_ROLE), 'pipeline'),
        resource.replace('cluster/', ''),
        region,
      ),
  };
}

/** Where the repositories of both are kept, and what leaves nothing behind. */
async function gitFolders(snapshotFile: string | undefined) {
  const folder =
    snapshotFile === undefined
      ? await mkdtemp(join(tmpdir(), 'slipway-sandbox-git-'))
      : dirname(snapshotFile);
  return {
    github: join(folder, 'git'),
    gitlab: join(folder, 'gitlab'),
    async remove() {
      if (snapshotFile === undefined) {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** What the token of a repository's pipeline says, as each host documents it. */
function tokenOf(
  { host, fullName, branch }: Push,
  repositories: Repositories | undefined,
) {
  if (host === 'gitlab') {
    return {
      issuer: GITLAB_ISSUER,
      audience: `https://${GITLAB_ISSUER}`,
      subject: `project_path:${fullName}:ref_type:branch:ref:${branch}`,
    };
  }
  const repository = repositories
    ?.list()
    .find(({ owner, name }) => `${owner}/${name}` === fullName);
  return {
    issuer: GITHUB_ISSUER,
    audience: 'sts.amazonaws.com',
    subject: `repo:${repository?.owner}@${repository?.ownerId}/${repository?.name}@${repository?.id}:ref:refs/heads/${branch}`,
  };
}

/** Starts GitHub, GitLab and the pipelines. */
export async function startDelivery(
  options: DeliveryOptions,
): Promise<Delivery> {
  const { context, aws, timeScale, testServices } = options;
  const folders = await gitFolders(options.snapshotFile);
  let github: GitHubStandIn | undefined;
  const pipelines = startPipelines({
    context,
    aws: {
      endpoint: aws.url,
      credentials: accountId =>
        aws.roleCredentials(roleArn(accountId, PIPELINE_ROLE), 'pipeline'),
      takeRole: (role, push) =>
        aws.federatedCredentials(role, tokenOf(push, github?.repositories)),
      setScanFindings: aws.setScanFindings,
    },
    cluster(arn) {
      const cluster = options.clusterOf(arn);
      return cluster && accessTo(aws, cluster);
    },
    timeScale,
    testServices,
  });
  const pushed =
    (host: GitHost, repositories: () => Repositories) =>
    ({ repository, branch, sha }: BranchMove) =>
      pipelines.pushed({
        host,
        fullName: `${repository.owner}/${repository.name}`,
        directory: repositories().directoryOf(repository),
        branch,
        sha,
      });
  try {
    const onGitHub = await startGitHub({
      context,
      port: options.ports.github,
      directory: folders.github,
      organisations: [{ login: GITHUB_ORGANISATION, id: ORGANISATION_ID }],
      token: options.tokens.github,
      onPush: pushed('github', () => onGitHub.repositories),
      runsOf: fullName => pipelines.runs(fullName, 'github'),
    });
    github = onGitHub;
    const onGitLab = await startGitLab({
      context,
      port: options.ports.gitlab,
      directory: folders.gitlab,
      groups: [GITLAB_GROUP],
      token: options.tokens.gitlab,
      onPush: pushed('gitlab', () => onGitLab.projects),
      runsOf: fullName => pipelines.runs(fullName, 'gitlab'),
    });
    return {
      github: onGitHub,
      gitlab: onGitLab,
      pipelines,
      async stop() {
        await onGitHub.stop();
        await onGitLab.stop();
        await pipelines.stop();
        await folders.remove();
      },
    };
  } catch (error) {
    await github?.stop();
    await folders.remove();
    throw error;
  }
}
