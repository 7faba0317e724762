import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AwsStandIn, createToken } from './aws';
import { RunningCluster } from './clusters';
import { GitHubStandIn, startGitHub } from './github';
import { PipelineRunner, startPipelines } from './pipeline';
import {
  GITHUB_ISSUER,
  GITHUB_ORGANISATION,
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
  /** Port of GitHub; 0 for any free one. */
  port: number;
  githubToken: string;
  /** Git repositories are kept beside it; in a temporary folder without. */
  snapshotFile: string | undefined;
  timeScale: number;
  /** Whether pipelines run the tests of the services. */
  testServices: boolean;
}

/** GitHub and the pipelines that a push to it starts. */
export interface Delivery {
  github: GitHubStandIn;
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

async function gitFolder(snapshotFile: string | undefined) {
  if (snapshotFile !== undefined) {
    return { directory: join(dirname(snapshotFile), 'git'), temporary: false };
  }
  const directory = await mkdtemp(join(tmpdir(), 'slipway-sandbox-git-'));
  return { directory, temporary: true };
}

/** Starts GitHub and the pipelines. */
export async function startDelivery(
  options: DeliveryOptions,
): Promise<Delivery> {
  const { context, aws, timeScale, testServices } = options;
  const { directory, temporary } = await gitFolder(options.snapshotFile);
  const removeFolder = async () => {
    if (temporary) {
      await rm(directory, { recursive: true, force: true });
    }
  };
  let github: GitHubStandIn | undefined;
  const pipelines = startPipelines({
    context,
    aws: {
      endpoint: aws.url,
      credentials: accountId =>
        aws.roleCredentials(roleArn(accountId, PIPELINE_ROLE), 'pipeline'),
      takeRole(role, { fullName, branch }) {
        const repository = github?.repositories
          .list()
          .find(({ owner, name }) => `${owner}/${name}` === fullName);
        return aws.federatedCredentials(role, {
          issuer: GITHUB_ISSUER,
          audience: 'sts.amazonaws.com',
          subject: `repo:${repository?.owner}@${repository?.ownerId}/${repository?.name}@${repository?.id}:ref:refs/heads/${branch}`,
        });
      },
      setScanFindings: aws.setScanFindings,
    },
    cluster(arn) {
      const cluster = options.clusterOf(arn);
      return cluster && accessTo(aws, cluster);
    },
    timeScale,
    testServices,
  });
  try {
    const started = await startGitHub({
      context,
      port: options.port,
      directory,
      organisations: [{ login: GITHUB_ORGANISATION, id: ORGANISATION_ID }],
      token: options.githubToken,
      onPush({ repository, branch, sha }) {
        pipelines.pushed({
          fullName: `${repository.owner}/${repository.name}`,
          directory: started.repositories.directoryOf(repository),
          branch,
          sha,
        });
      },
      runsOf: fullName => pipelines.runs(fullName),
    });
    github = started;
    return {
      github: started,
      pipelines,
      async stop() {
        await started.stop();
        await pipelines.stop();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
