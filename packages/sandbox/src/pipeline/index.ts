import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import type { AwsCredentials, ImageLocation, ScanFinding } from '../aws';
import { git, gitLine } from '../github';
import { render } from '../kustomize';
import type { StandInContext } from '../types';
import { applyAll, waitForRollout, type ClusterAccess } from './deploy';
import {
  pushImage,
  simulateFindings,
  simulateImage,
  type SimulatedImage,
} from './image';
import { overlayFile, readService } from './service';
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
/** Patch of an overlay that keeps pods away until an image is there. */
const NOT_BUILT = 'not-built-yet.yaml';
const KEPT_RUNS = 50;
const ROLLOUT_MS = 180_000;
const ROLE_MS = 60_000;
/** How long a pipeline waits until Argo CD knows what it is to deliver. */
const APPLICATION_MS = 120_000;
/** Who applies what no Argo CD delivers. */
const FIELD_MANAGER = 'slipway-pipeline';
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
  argoCd: DeliveredByArgoCd;
  /** Opens a pull request, or brings the open one up to date. */
  propose(pull: Proposal): void;
  timeScale: number;
  /** Whether the tests of the services are run. */
  testServices: boolean;
}

/** What a pipeline asks of Argo CD. */
export interface DeliveredByArgoCd {
  refresh(directory: string): void;
  find(
    directory: string,
    path: string,
  ):
    | {
        metadata: { name: string };
        status?: {
          sync?: { status: string; revision?: string };
          health?: { status: string; message?: string };
          conditions?: { message: string }[];
        };
      }
    | undefined;
  isIn(clusterArn: string): boolean;
}

/** A pull request from a branch of the pipeline's own. */
export interface Proposal {
  /** `owner/name` */
  fullName: string;
  head: string;
  base: string;
  title: string;
  body: string;
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
  /** Where the branch was before; undefined for its first commit. */
  before?: string;
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

/**
 * Whether a push changes only what is to run, which starts no pipeline:
 * `paths-ignore` of the repository's own.
 */
export async function changesOverlaysAlone({
  directory,
  before,
  sha,
}: Push): Promise<boolean> {
  if (!before) {
    return false;
  }
  const changed = await gitLine(directory, [
    'diff',
    '--name-only',
    before,
    sha,
    '--',
  ]);
  return (
    changed !== '' &&
    changed.split('\n').every(file => file.startsWith('deploy/overlays/'))
  );
}

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
    // As in the repository's own pipeline: the last of several environments
    // waits for somebody who merges it.
    const proposed =
      push.host === 'github' &&
      service.targets.length > 1 &&
      isDeliveredByArgoCd(directory)
        ? service.targets.slice(-1)
        : [];
    for (const target of service.targets) {
      const { environment } = target;
      const overlay = `deploy/overlays/${environment}`;
      if (proposed.includes(target)) {
        await step(`Propose for ${environment}`, async current => {
          current.detail = await proposeDigest(
            options,
            { directory, push, environment },
            image,
          );
        });
        continue;
      }
      const commit = await step(
        `Commit the digest to ${environment}`,
        async current => {
          const made = await commitDigest(
            directory,
            { push, branch: push.branch, environment },
            image,
          );
          current.detail = made.changed
            ? `commit ${made.sha.slice(0, 7)}`
            : 'the overlay has it already';
          return made.sha;
        },
      );
      if (
        existsSync(join(directory, applicationFile(environment))) &&
        options.argoCd.isIn(target.clusterArn)
      ) {
        await step(`Argo CD delivers to ${environment}`, async current => {
          current.detail = await waitForArgoCd(
            options,
            { directory: push.directory, path: overlay, commit },
            signal,
          );
        });
        continue;
      }
      await step(`Deploy to ${environment}`, async current => {
        const cluster = options.cluster(target.clusterArn);
        if (!cluster) {
          throw new Error(`there is no cluster ${target.clusterArn} here`);
        }
        const objects = await render(directory, overlay);
        await applyAll(cluster, objects, {
          fieldManager: FIELD_MANAGER,
          log: line => current.log.push(line),
        });
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

const applicationFile = (environment: string) =>
  `deploy/argocd/${environment}/application.yaml`;

/** A pipeline that applies by itself, such as CodePipeline's, writes no Application. */
const isDeliveredByArgoCd = (directory: string) =>
  existsSync(join(directory, 'deploy/argocd'));

/** Waits until Argo CD has delivered a commit, or a later one. @throws Error */
async function waitForArgoCd(
  { argoCd, timeScale }: PipelineOptions,
  place: { directory: string; path: string; commit: string },
  signal: AbortSignal,
): Promise<string> {
  const { directory, path, commit } = place;
  const started = Date.now();
  argoCd.refresh(directory);
  for (;;) {
    signal.throwIfAborted();
    const application = argoCd.find(directory, path);
    const { sync, health, conditions = [] } = application?.status ?? {};
    if (
      sync?.status === 'Synced' &&
      sync.revision &&
      health?.status === 'Healthy' &&
      (await contains(directory, sync.revision, commit))
    ) {
      return `Application ${application?.metadata.name}: Synced, Healthy`;
    }
    const waited = (Date.now() - started) * timeScale;
    if (!application && waited > APPLICATION_MS) {
      throw new Error(
        `Argo CD has no Application for ${path}; docs/pipeline.md of the repository says how to apply it`,
      );
    }
    if (waited > APPLICATION_MS + ROLLOUT_MS) {
      throw new Error(
        `Application ${application?.metadata.name}: ${
          conditions[0]?.message ?? health?.message ?? 'not synced in time'
        }`,
      );
    }
    await pause(Math.max(50, 500 / timeScale), undefined, { signal });
  }
}

/** Whether a revision has a commit in its history. */
async function contains(directory: string, revision: string, commit: string) {
  try {
    await git(directory, ['merge-base', '--is-ancestor', commit, revision]);
    return true;
  } catch {
    return false;
  }
}

/** Takes out of an overlay what keeps pods away before there is an image. */
function forgetNotBuilt(folder: string, document: Document) {
  const patches = document.get('patches');
  if (isSeq(patches)) {
    patches.items = patches.items.filter(
      item => !(isMap(item) && item.get('path') === NOT_BUILT),
    );
  }
  rmSync(join(folder, NOT_BUILT), { force: true });
}

/**
 * Writes the digest into an environment's overlay, as the pipeline's own
 * commit, and pushes it.
 */
async function commitDigest(
  directory: string,
  to: { push: Push; branch: string; environment: string; force?: boolean },
  image: SimulatedImage,
): Promise<{ changed: boolean; sha: string }> {
  const { push, branch, environment } = to;
  const path = join(directory, overlayFile(environment));
  const document = parseDocument(readFileSync(path, 'utf8'));
  document.setIn(['images', 0, 'digest'], image.digest);
  document.deleteIn(['images', 0, 'newTag']);
  document.setIn(['commonAnnotations', REVISION], image.commit);
  forgetNotBuilt(dirname(path), document);
  writeFileSync(path, document.toString({ lineWidth: 0 }));
  const overlay = dirname(overlayFile(environment));
  await git(directory, ['add', '--all', '--', overlay]);
  const changed =
    (await gitLine(directory, ['status', '--porcelain', '--', overlay])) !== '';
  if (changed) {
    const author = {
      GIT_AUTHOR_NAME: BOT,
      GIT_AUTHOR_EMAIL: 'pipeline@localhost',
      GIT_COMMITTER_NAME: BOT,
      GIT_COMMITTER_EMAIL: 'pipeline@localhost',
    };
    await git(
      directory,
      ['commit', '--quiet', '-m', `Deploy ${image.tag} to ${environment}`],
      { env: author },
    );
    // Straight into the bare repository, beside HTTP: no run starts from it.
    await git(directory, [
      'push',
      '--quiet',
      ...(to.force ? ['--force'] : []),
      '--',
      push.directory,
      `HEAD:refs/heads/${branch}`,
    ]);
  }
  return { changed, sha: await gitLine(directory, ['rev-parse', 'HEAD']) };
}

/** Writes the digest on a branch, and opens a pull request from it. */
async function proposeDigest(
  options: PipelineOptions,
  where: { directory: string; push: Push; environment: string },
  image: SimulatedImage,
): Promise<string> {
  const { directory, push, environment } = where;
  const branch = `deploy/${environment}`;
  await git(directory, ['switch', '--quiet', '--create', branch]);
  const { changed } = await commitDigest(
    directory,
    // What an earlier run proposed is replaced.
    { push, branch, environment, force: true },
    image,
  );
  if (!changed) {
    return 'the overlay has it already';
  }
  options.propose({
    fullName: push.fullName,
    head: branch,
    base: push.branch,
    title: `Deploy ${image.tag} to ${environment}`,
    body: `Image \`${image.digest}\`, built from ${image.commit}.`,
  });
  return `pull request from ${branch}: who merges it, delivers it`;
}
