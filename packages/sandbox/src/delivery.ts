import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ArgoCdStandIn, startArgoCd } from './argoCd';
import { AwsStandIn, createToken } from './aws';
import { RunningCluster } from './clusters';
import {
  type BranchMove,
  type GitHubStandIn,
  type OAuthApp,
  type Repositories,
  startGitHub,
} from './github';
import { type GitLabStandIn, startGitLab } from './gitlab';
import { servedKinds } from './kubernetes/kinds';
import {
  changesOverlaysAlone,
  type ClusterAccess,
  type GitHost,
  type PipelineRunner,
  type Proposal,
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
  clusters(): RunningCluster[];
  /** Ports, each 0 for any free one. */
  ports: Record<GitHost, number>;
  tokens: Record<GitHost, string>;
  /** What portals sign people in with, on GitHub. */
  oauthApp: OAuthApp;
  /** Git repositories are kept beside it; in a temporary folder without. */
  snapshotFile: string | undefined;
  timeScale: number;
  /** Whether pipelines run the tests of the services. */
  testServices: boolean;
}

/** GitHub, GitLab, the pipelines that a push to them starts, and Argo CD. */
export interface Delivery {
  github: GitHubStandIn;
  gitlab: GitLabStandIn;
  pipelines: PipelineRunner;
  argoCd: ArgoCdStandIn;
  stop(): Promise<void>;
}

function accessWith(
  cluster: RunningCluster,
  token: () => Promise<string>,
): ClusterAccess {
  const { store, url } = cluster.standIn;
  return {
    url,
    certificateAuthority: cluster.certificateAuthority,
    served: () => servedKinds(store, false),
    token,
  };
}

/** Reaches a cluster the way a pipeline does: with its own role. */
function accessTo(aws: AwsStandIn, cluster: RunningCluster): ClusterAccess {
  const [, , , region, accountId, resource] = cluster.standIn.arn.split(':');
  return accessWith(cluster, async () =>
    createToken(
      aws.roleCredentials(roleArn(accountId, PIPELINE_ROLE), 'pipeline'),
      resource.replace('cluster/', ''),
      region,
    ),
  );
}

/** Opens a pull request, or brings the open one up to date, as `gh` does. */
function propose(
  github: GitHubStandIn | undefined,
  { fullName, ...proposal }: Proposal,
  now: string,
) {
  const repository = github?.repositories
    .list()
    .find(({ owner, name }) => `${owner}/${name}` === fullName);
  if (!github || !repository) {
    throw new Error(`there is no repository ${fullName}`);
  }
  const open = repository.pulls.find(
    ({ state, head, base }) =>
      state === 'open' && head === proposal.head && base === proposal.base,
  );
  if (open) {
    Object.assign(open, proposal, { updatedAt: now });
  } else {
    repository.pulls.push({
      number: repository.pulls.length + 1,
      ...proposal,
      draft: false,
      state: 'open',
      labels: [],
      createdAt: now,
      updatedAt: now,
    });
  }
  github.repositories.save();
}

/** Where the repository behind a clone URL is kept. */
function directoryOf(
  hosts: { url: string; repositories: Repositories }[],
  repoUrl: string,
): string | undefined {
  const host = hosts.find(({ url }) => repoUrl.startsWith(`${url}/`));
  const path = host && repoUrl.slice(host.url.length + 1).replace(/\.git$/, '');
  const found = host?.repositories
    .list()
    .find(({ owner, name }) => `${owner}/${name}` === path);
  return found && host?.repositories.directoryOf(found);
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
  const hosts: { url: string; repositories: Repositories }[] = [];
  const argoCd = startArgoCd({
    context,
    clusters: () =>
      options
        .clusters()
        // Only the simulated ones tell of what others than the portal write.
        .filter(({ simulated }) => simulated)
        .map(cluster => ({
          standIn: cluster.standIn,
          access: accessWith(cluster, async () => cluster.argoCdToken),
        })),
    // The template writes https, and the sandbox's hosts speak http.
    directoryOf: repoUrl =>
      directoryOf(hosts, repoUrl.replace(/^https:/, 'http:')),
    timeScale,
  });
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
    argoCd,
    propose: proposal =>
      propose(github, proposal, new Date(context.now()).toISOString()),
    timeScale,
    testServices,
  });
  const pushed =
    (host: GitHost, repositories: () => Repositories) =>
    ({ repository, branch, sha, before }: BranchMove) => {
      const push = {
        host,
        fullName: `${repository.owner}/${repository.name}`,
        directory: repositories().directoryOf(repository),
        branch,
        sha,
        before,
      };
      argoCd.refresh(push.directory);
      changesOverlaysAlone(push).then(
        alone => {
          if (!alone) {
            pipelines.pushed(push);
          }
        },
        error => context.log(`pipeline: ${error}`),
      );
    };
  try {
    const onGitHub = await startGitHub({
      context,
      port: options.ports.github,
      directory: folders.github,
      organisations: [{ login: GITHUB_ORGANISATION, id: ORGANISATION_ID }],
      token: options.tokens.github,
      oauthApp: options.oauthApp,
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
    hosts.push(
      { url: onGitHub.url, repositories: onGitHub.repositories },
      { url: onGitLab.url, repositories: onGitLab.projects },
    );
    argoCd.start();
    return {
      github: onGitHub,
      gitlab: onGitLab,
      pipelines,
      argoCd,
      async stop() {
        await onGitHub.stop();
        await onGitLab.stop();
        await pipelines.stop();
        await argoCd.stop();
        await folders.remove();
      },
    };
  } catch (error) {
    await github?.stop();
    await argoCd.stop();
    await folders.remove();
    throw error;
  }
}
