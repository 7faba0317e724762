import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseDocument } from 'yaml';
import type { AwsCredentials, ImageLocation, ScanFinding } from '../aws';
import { git } from '../github';
import { render } from '../kustomize';
import type { StandInContext } from '../types';
import { applyAll, waitForRollout, type ClusterAccess } from './deploy';
import {
  pushImage,
  simulateFindings,
  simulateImage,
  type SimulatedImage,
} from './image';
import { overlayFile, readService, type ServiceDescription } from './service';
import { roleOf, takeRole } from './role';
import { runTests } from './tests';
import type { GitHost, PipelineRun, PipelineStep } from './types';

export type { ClusterAccess } from './deploy';
export type {
  GitHost,
  PipelineRun,
  PipelineStatus,
  PipelineStep,
} from './types';

/** Commits of this author start no run. */
const BOT = 'slipway-pipeline[bot]';
const REVISION = 'org.opencontainers.image.revision';
const KEPT_RUNS = 50;
const ROLLOUT_MS = 180_000;
const ROLE_MS = 60_000;
/** How long runs have to end when the sandbox stops. */
const STOP_MS = 2_000;

export interface PipelineOptions {
  context: StandInContext;
  aws: {
    endpoint: string;
    /** Keys of the sandbox's own role for pipelines in an account. */
    credentials(accountId: string): AwsCredentials;
    /**
     * Keys of a role that trusts the repository's branch.
     *
     * @throws Error in the words of AWS when it does not, or is not there
     */
    takeRole(roleArn: string, push: Push): AwsCredentials;
    setScanFindings(image: ImageLocation, findings: ScanFinding[]): void;
  };
  /** How to reach a cluster; undefined for one that is not here. */
  cluster(arn: string): ClusterAccess | undefined;
  timeScale: number;
  /** Whether the tests of the services are run. */
  testServices: boolean;
}

/** A push that starts a run. */
export interface Push {
  /** Where the repository is. */
  host: GitHost;
  /** `owner/name` */
  fullName: string;
  /** The bare repository. */
  directory: string;
  branch: string;
  sha: string;
}

/** Plays the pipelines of the repositories. */
export interface PipelineRunner {
  pushed(push: Push): void;
  /** Newest first. */
  runs(fullName?: string, host?: GitHost): PipelineRun[];
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** A step that cannot go on; the message is for the person. */
class StepFailed extends Error {}

export function startPipelines(options: PipelineOptions): PipelineRunner {
  const runs: PipelineRun[] = [];
  /** What runs for a repository, and the push that waits behind it. */
  const active = new Map<string, Promise<void>>();
  const waiting = new Map<string, Push>();
  const stopping = new AbortController();
  let count = 0;

  // The same name may be on both hosts.
  const keyOf = ({ host, fullName }: Push) => `${host} ${fullName}`;

  const start = (push: Push) => {
    const key = keyOf(push);
    const run: PipelineRun = {
      id: String(++count),
      host: push.host,
      repository: push.fullName,
      commit: push.sha,
      status: 'running',
      simulated: true,
      startedAt: new Date(options.context.now()).toISOString(),
      steps: [],
    };
    runs.unshift(run);
    runs.splice(KEPT_RUNS);
    const done = play(options, push, run, stopping.signal)
      .then(
        status => {
          run.status = status;
        },
        error => {
          run.status = 'failed';
          options.context.log(`pipeline: ${error?.stack ?? error}`);
        },
      )
      .finally(() => {
        run.endedAt = new Date(options.context.now()).toISOString();
        active.delete(key);
        const next = waiting.get(key);
        waiting.delete(key);
        if (next && !stopping.signal.aborted) {
          start(next);
        }
      });
    active.set(key, done);
  };

  return {
    pushed(push) {
      // Of several pushes behind a run, the newest is what matters.
      if (active.has(keyOf(push))) {
        waiting.set(keyOf(push), push);
      } else {
        start(push);
      }
    },
    runs: (fullName, host) =>
      runs.filter(
        run =>
          (!fullName || run.repository === fullName) &&
          (!host || run.host === host),
      ),
    async idle() {
      while (active.size > 0) {
        await Promise.all(active.values());
      }
    },
    async stop() {
      stopping.abort();
      // A call that a fault holds is let go only when its server stops.
      await Promise.race([
        Promise.all(active.values()),
        pause(STOP_MS, undefined, { ref: false }),
      ]);
    },
  };
}

async function play(
  options: PipelineOptions,
  push: Push,
  run: PipelineRun,
  signal: AbortSignal,
): Promise<'succeeded' | 'failed' | 'skipped'> {
  const { context } = options;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-pipeline-'));
  const now = () => new Date(context.now()).toISOString();

  /** Runs a step; what comes after a failed one is not run. */
  const step = async <T>(
    name: string,
    work: (step: PipelineStep) => Promise<T>,
  ): Promise<T> => {
    const current: PipelineStep = {
      name,
      status: 'running',
      startedAt: now(),
      log: [],
    };
    run.steps.push(current);
    try {
      signal.throwIfAborted();
      const result = await work(current);
      if (current.status === 'running') {
        current.status = 'succeeded';
      }
      return result;
    } catch (error) {
      current.status = 'failed';
      current.detail = signal.aborted
        ? 'the sandbox was stopped'
        : (error as Error).message;
      throw new StepFailed(current.detail);
    } finally {
      current.endedAt = now();
    }
  };

  try {
    const checkout = await step('Check out', async current => {
      await git(folder, [
        'clone',
        '--quiet',
        '--branch',
        push.branch,
        '--',
        push.directory,
        'source',
      ]);
      const directory = join(folder, 'source');
      const author = (await git(directory, ['log', '-1', '--format=%an']))
        .toString('utf8')
        .trim();
      current.detail = `commit ${push.sha.slice(0, 7)}`;
      return { directory, byBot: author === BOT };
    });
    if (checkout.byBot) {
      run.steps.length = 0;
      return 'skipped';
    }
    const { directory } = checkout;
    const service = await step('Read what to deploy', async () =>
      readService(directory),
    );
    await step('Test', async current => {
      if (!options.testServices) {
        current.status = 'skipped';
        current.detail = 'the sandbox was started without tests of services';
        return;
      }
      const outcome = await runTests(
        directory,
        line => current.log.push(line),
        signal,
      );
      current.status = outcome.status;
      current.detail = outcome.detail;
      if (outcome.status === 'failed') {
        throw new Error(outcome.detail);
      }
    });
    const image = await step('Build the image (simulated)', async current => {
      const tree = (await git(directory, ['rev-parse', 'HEAD^{tree}']))
        .toString('utf8')
        .trim();
      const made = simulateImage(service, tree, push.sha);
      current.detail = made.digest;
      return made;
    });
    const findings = await step('Scan (simulated)', async current => {
      const found = simulateFindings(image.digest);
      current.detail = `${found.length} findings, none high`;
      return found;
    });
    await step('Push to ECR', async current => {
      const role = roleOf(directory);
      await pushImage({
        endpoint: options.aws.endpoint,
        credentials:
          role === undefined
            ? options.aws.credentials(service.image.accountId)
            : await takeRole(() => options.aws.takeRole(role, push), {
                timeoutMs: ROLE_MS / options.timeScale,
                signal,
              }),
        service,
        image,
      });
      options.aws.setScanFindings(
        {
          accountId: service.image.accountId,
          region: service.image.region,
          repositoryName: service.image.repository,
          imageDigest: image.digest,
        },
        findings,
      );
      current.detail = `${service.image.uri}:${image.tag}`;
    });
    await step('Commit the digest', async current => {
      current.detail = await commitDigest(directory, push, service, image);
    });
    for (const target of service.targets) {
      await step(`Deploy to ${target.environment}`, async current => {
        const cluster = options.cluster(target.clusterArn);
        if (!cluster) {
          throw new Error(`there is no cluster ${target.clusterArn} here`);
        }
        const objects = await render(
          directory,
          `deploy/overlays/${target.environment}`,
        );
        await applyAll(cluster, objects, line => current.log.push(line));
        current.detail = await waitForRollout(cluster, objects, {
          timeoutMs: ROLLOUT_MS / options.timeScale,
          intervalMs: Math.max(50, 500 / options.timeScale),
          signal,
        });
      });
    }
    return 'succeeded';
  } catch (error) {
    if (error instanceof StepFailed) {
      return 'failed';
    }
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the digest into every overlay, as the pipeline's own commit. */
async function commitDigest(
  directory: string,
  push: Push,
  service: ServiceDescription,
  image: SimulatedImage,
): Promise<string> {
  const files = service.targets.map(({ environment }) =>
    overlayFile(environment),
  );
  for (const file of files) {
    const path = join(directory, file);
    const document = parseDocument(readFileSync(path, 'utf8'));
    document.setIn(['images', 0, 'digest'], image.digest);
    document.deleteIn(['images', 0, 'newTag']);
    document.setIn(['commonAnnotations', REVISION], image.commit);
    writeFileSync(path, document.toString({ lineWidth: 0 }));
  }
  await git(directory, ['add', '--', ...files]);
  const changed = (
    await git(directory, ['status', '--porcelain', '--', ...files])
  ).toString('utf8');
  if (changed.trim() === '') {
    return 'the overlays have it already';
  }
  const author = {
    GIT_AUTHOR_NAME: BOT,
    GIT_AUTHOR_EMAIL: 'pipeline@localhost',
    GIT_COMMITTER_NAME: BOT,
    GIT_COMMITTER_EMAIL: 'pipeline@localhost',
  };
  await git(directory, ['commit', '--quiet', '-m', `Deploy ${image.tag}`], {
    env: author,
  });
  // Straight into the bare repository, beside HTTP: no run starts from it.
  await git(directory, [
    'push',
    '--quiet',
    push.directory,
    `HEAD:${push.branch}`,
  ]);
  return `${files.length} overlay${files.length === 1 ? '' : 's'}`;
}
