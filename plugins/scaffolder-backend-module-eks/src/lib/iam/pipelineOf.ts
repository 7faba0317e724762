import { InputError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { parseRepoUrl } from '@backstage/plugin-scaffolder-node';
import {
  type IamAccount,
  openGitHub,
  pipelineTokens,
  type PipelineRoleSettings,
  providerArn,
} from '@slipway/backstage-plugin-eks-node/resources';
import { readRepositoryIds } from '../github/repositoryIds';
import type { FieldProblem } from '../input';
import type { Pipeline } from './trust';

/** A pipeline of GitHub Actions. */
export interface GithubPipeline {
  repoUrl: string;
  branch: string;
  audience: string;
  ownerId?: string | number;
  repositoryId?: string | number;
}

/** A pipeline of GitLab. */
export interface GitlabPipeline {
  repoUrl: string;
  branch: string;
  /** The instance's own address when left out. */
  audience?: string;
}

/** A project of CodeBuild in the account and region of the image repository. */
export interface CodebuildPipeline {
  project: string;
}

/** The pipeline that gets the role: one of the three. */
export interface PipelineInput {
  github?: GithubPipeline;
  gitlab?: GitlabPipeline;
  codebuild?: CodebuildPipeline;
}

/** What is known when a pipeline is named. */
export interface PipelineOptions {
  account: Pick<IamAccount, 'accountId' | 'partition'>;
  region: string;
  settings: PipelineRoleSettings;
  integrations: ScmIntegrationRegistry;
  /** Whether the repository may not have been published yet. */
  ahead: boolean;
  signal?: AbortSignal;
}

const names = {
  owner: /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/,
  repo: /^[A-Za-z0-9._-]{1,100}$/,
  project: /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)+$/,
  branch: /^[A-Za-z0-9._/-]{1,200}$/,
};

/** Says what is wrong with how a pipeline is named, before anybody is asked. */
export function checkPipeline(
  input: PipelineInput,
  integrations: ScmIntegrationRegistry,
): FieldProblem[] {
  const { github, gitlab, codebuild } = input;
  if ([github, gitlab, codebuild].filter(Boolean).length !== 1) {
    return [
      {
        field: 'github',
        message: 'give exactly one of `github`, `gitlab` and `codebuild`',
      },
    ];
  }
  const problems: FieldProblem[] = [];
  if (github) {
    problems.push(
      ...checkRepoUrl('github', github, integrations, (host, owner, repo) =>
        integrations.github.byHost(host) &&
        names.owner.test(owner) &&
        names.repo.test(repo)
          ? undefined
          : `\`${owner}/${repo}\` on ${host} is no repository of a GitHub that the portal knows`,
      ),
    );
    if (
      (github.ownerId === undefined) !==
      (github.repositoryId === undefined)
    ) {
      problems.push({
        field: 'github.repositoryId',
        message: 'give `ownerId` and `repositoryId` together, or neither',
      });
    }
  }
  if (gitlab) {
    problems.push(
      ...checkRepoUrl('gitlab', gitlab, integrations, (host, owner, repo) =>
        integrations.gitlab.byHost(host) &&
        names.project.test(`${owner}/${repo}`)
          ? undefined
          : `\`${owner}/${repo}\` on ${host} is no project of a GitLab that the portal knows`,
      ),
    );
  }
  return problems;
}

function checkRepoUrl(
  kind: string,
  { repoUrl, branch }: { repoUrl: string; branch: string },
  integrations: ScmIntegrationRegistry,
  explain: (host: string, owner: string, repo: string) => string | undefined,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  try {
    const { host, owner = '', repo } = parseRepoUrl(repoUrl, integrations);
    const message = explain(host, owner, repo);
    if (message) {
      problems.push({ field: `${kind}.repoUrl`, message });
    }
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    problems.push({ field: `${kind}.repoUrl`, message: error.message });
  }
  if (!names.branch.test(branch)) {
    problems.push({
      field: `${kind}.branch`,
      message: `\`${branch}\` is no branch that a role can be bound to: letters, digits, \`.\`, \`_\`, \`-\` and \`/\``,
    });
  }
  return problems;
}

/**
 * Finds out how the pipeline will prove itself to AWS. For GitHub that takes
 * the ids of the repository and its owner.
 */
export async function pipelineOf(
  input: PipelineInput,
  options: PipelineOptions,
): Promise<Pipeline> {
  const { github, gitlab, codebuild } = input;
  if (github) {
    return await githubPipeline(github, options);
  }
  if (gitlab) {
    return gitlabPipeline(gitlab, options);
  }
  const { accountId, partition } = options.account;
  return {
    kind: 'codebuild',
    accountId,
    subject: `arn:${partition}:codebuild:${options.region}:${accountId}:project/${codebuild?.project}`,
  };
}

async function githubPipeline(
  input: GithubPipeline,
  { account, settings, integrations, ahead, signal }: PipelineOptions,
): Promise<Pipeline> {
  const place = openGitHub(input.repoUrl, integrations, signal);
  if (!place) {
    throw new InputError(`${input.repoUrl}: its host is no GitHub`);
  }
  const ids =
    input.ownerId !== undefined && input.repositoryId !== undefined
      ? {
          owner: place.owner,
          ownerId: input.ownerId,
          repo: place.repo,
          repositoryId: input.repositoryId,
        }
      : await readRepositoryIds(place, { ahead });
  const { host } = place;
  const { issuer } = pipelineTokens({ host, kind: 'github' }, settings);
  // Only a dry run comes before the repository: what AWS cannot know yet is
  // left open, in characters that no id has.
  const repositoryId = ids.repositoryId ?? '<id>';
  return {
    kind: 'token',
    provider: providerArn(account, issuer),
    issuer,
    audience: input.audience,
    subject: `repo:${ids.owner}@${ids.ownerId}/${ids.repo}@${repositoryId}:ref:refs/heads/${input.branch}`,
  };
}

function gitlabPipeline(
  input: GitlabPipeline,
  { account, settings, integrations }: PipelineOptions,
): Pipeline {
  const { host, owner, repo } = parseRepoUrl(input.repoUrl, integrations);
  const { issuer, audience } = pipelineTokens(
    { host, kind: 'gitlab' },
    settings,
  );
  return {
    kind: 'token',
    provider: providerArn(account, issuer),
    issuer,
    audience: input.audience ?? audience,
    subject: `project_path:${owner}/${repo}:ref_type:branch:ref:${input.branch}`,
  };
}
