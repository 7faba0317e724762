import { isError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { AwsClients } from '../aws/AwsClients';
import { gitHostKind } from '../resources/git/gitHostKind';
import { readRepoUrl } from '../resources/git/repoUrl';
import { type IamAccount, openIam } from '../resources/iam/account';
import { requireBoundary } from '../resources/iam/boundary';
import { describeRole } from '../resources/iam/describeRole';
import {
  pipelineTokens,
  providerArn,
  requireIssuer,
} from '../resources/iam/issuer';
import {
  type PipelineRoleSettings,
  requireSettings,
  type RequiredSettings,
} from '../resources/iam/settings';
import { roleAddress } from '../resources/iam/roleAddress';
import { ownershipFromTags } from '../resources/ownership';
import type { ImageRepository } from './checkImageRepository';
import { findingOf, guard, type Patience } from './guard';
import type { ServiceParameters } from './parameters';
import { type Finding, Report } from './report';

/**
 * The role that the service's pipeline will get.
 *
 * @public
 */
export interface PipelineRole {
  name: string;
  /** Known before the role is made, so that the repository can name it. */
  arn: string;
  /** For whom the pipeline's tokens have to be: `sts.amazonaws.com`. */
  audience: string;
}

/** What is needed to ask whether the role can be made. */
export interface PipelineRoleCheckOptions extends Patience {
  clients: AwsClients;
  integrations: ScmIntegrationRegistry;
  settings: PipelineRoleSettings;
  /** Where the service's images will be. */
  repository: ImageRepository;
  /** Full reference of the service's entity. */
  entity: string;
}

const CHECK = 'pipeline-role';

/**
 * Looks whether the role of the service's pipeline is free, or the service's
 * own, and whether its account has the policy that is to bound it, and believes
 * the tokens of the git host.
 *
 * @returns the role, also where it cannot be made; undefined where nothing is configured
 */
export async function checkPipelineRole(
  parameters: ServiceParameters,
  options: PipelineRoleCheckOptions,
): Promise<{ report: Report; role?: PipelineRole }> {
  const { clients, settings, repository, integrations } = options;
  const report = new Report();
  let required: RequiredSettings;
  let role: PipelineRole;
  let issuer: string;
  try {
    const { host } = readRepoUrl(parameters.repoUrl, integrations);
    const kind = gitHostKind(host, integrations) ?? 'github';
    const tokens = pipelineTokens({ host, kind }, settings);
    issuer = tokens.issuer;
    const account = openIam(clients, repository);
    required = requireSettings(settings, account);
    const name = `${parameters.name}-pipeline`;
    const { path } = required;
    const { arn } = roleAddress({ ...account, name, path });
    role = { name, arn, audience: tokens.audience };
  } catch (error) {
    report.failed(CHECK, { field: 'pipeline', ...findingOf(error) });
    return { report };
  }
  const what = `Whether role ${role.arn} is free`;
  const asked = { check: CHECK, what, failing: 'name' } as const;
  const answered = await guard(report, asked, options, async signal => {
    const account = openIam(clients, { ...repository, signal });
    const problem = await explainRole(account, role, options.entity);
    if (problem) {
      report.failed(CHECK, { field: 'name', ...problem });
    }
  });
  if (!answered || report.failing) {
    return { report, role };
  }
  // Where it may not be asked, making the role still tells.
  const bounded = {
    check: CHECK,
    what: `Whether account ${repository.accountId} has the policy ${required.boundary}`,
  } as const;
  await guard(report, bounded, options, async signal => {
    const account = openIam(clients, { ...repository, signal });
    try {
      await requireBoundary(account, required.boundary);
    } catch (error) {
      if (!isError(error) || error.name !== 'NotFoundError') {
        throw error;
      }
      report.failed(CHECK, { field: 'pipeline', ...findingOf(error) });
    }
  });
  if (report.failing) {
    return { report, role };
  }
  const question = {
    check: CHECK,
    what: `Whether account ${repository.accountId} believes pipelines of the git host`,
    failing: 'pipeline',
  } as const;
  await guard(report, question, options, async signal => {
    const account = openIam(clients, { ...repository, signal });
    await requireIssuer(account, {
      provider: providerArn(account, issuer),
      issuer,
      audience: role.audience,
    });
    report.passed(
      CHECK,
      `\`${role.arn}\` can be made within \`${required.boundary}\`, and this repository alone will take it`,
    );
  });
  return { report, role };
}

/** Says why the role cannot be this service's, or nothing. */
async function explainRole(
  account: IamAccount,
  { name, arn }: PipelineRole,
  entity: string,
): Promise<Finding | undefined> {
  const found = await describeRole(account, name);
  if (!found) {
    return undefined;
  }
  const where = `role ${name} in account ${account.accountId}`;
  const owner = ownershipFromTags(found.tags, entity);
  if (owner.state === 'other') {
    return {
      message: `${where} belongs to ${owner.entity}`,
      remedy: 'choose another name',
    };
  }
  if (owner.state === 'unowned') {
    return {
      message: `${where} exists already and belongs to nobody`,
      remedy: 'choose another name, or have it removed',
    };
  }
  return found.arn === arn
    ? undefined
    : {
        message: `${where} belongs to this service, but is ${found.arn} and not ${arn}`,
        remedy: 'have it removed, since AWS cannot change its path',
      };
}
