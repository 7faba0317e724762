import { isError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { parseRepoUrl } from '@backstage/plugin-scaffolder-node';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { openIam } from '../iam/account';
import { githubIssuer, providerArn, requireIssuer } from '../iam/issuer';
import { roleAddress } from '../iam/roleAddress';
import { describeRole } from '../iam/roleState';
import {
  type PipelineRoleSettings,
  requireSettings,
  type RequiredSettings,
} from '../iam/settings';
import { ownershipFromTags } from '../ownership';
import type { ImageRepository } from './checkNames';
import type { ServiceParameters } from './checkParameters';
import type { Report } from './report';

/** The role that the service's pipeline will get. */
export interface PipelineRole {
  name: string;
  /** Known before the role is made, so that the repository can name it. */
  arn: string;
}

/** What is needed to ask whether the role can be made. */
export interface PipelineRoleCheckOptions {
  clients: AwsClients;
  integrations: ScmIntegrationRegistry;
  settings: PipelineRoleSettings;
  /** Where the service's images will be. */
  repository: ImageRepository;
  /** Full reference of the service's entity. */
  entity: string;
  signal?: AbortSignal;
}

const CHECK = 'role of the pipeline';

const messageOf = (error: unknown) =>
  isError(error) ? error.message : String(error);

/**
 * Looks whether the role of the service's pipeline is free, or the service's
 * own, and whether its account believes the tokens of the git host.
 *
 * @returns the role, also where it cannot be made; undefined where nothing is configured
 */
export async function checkPipelineRole(
  parameters: ServiceParameters,
  options: PipelineRoleCheckOptions,
  report: Report,
): Promise<PipelineRole | undefined> {
  const { clients, settings, repository, signal } = options;
  const account = openIam(clients, { ...repository, signal });
  let required: RequiredSettings;
  try {
    required = requireSettings(settings, account);
  } catch (error) {
    report.failed(CHECK, { field: 'pipeline', message: messageOf(error) });
    return undefined;
  }
  const name = `${parameters.name}-pipeline`;
  const { arn } = roleAddress({ ...account, name, path: required.path });
  try {
    const message = await explainRole({ name, arn }, options);
    if (message) {
      report.failed(CHECK, { field: 'name', message });
      return { name, arn };
    }
  } catch (error) {
    signal?.throwIfAborted();
    report.failed(CHECK, { field: 'name', message: messageOf(error) });
    return { name, arn };
  }
  try {
    const { host } = parseRepoUrl(parameters.repoUrl, options.integrations);
    const issuer = settings.issuerOf(host) ?? githubIssuer(host);
    await requireIssuer(account, {
      provider: providerArn(account, issuer),
      issuer,
      audience: 'sts.amazonaws.com',
    });
    report.passed(CHECK, `${arn} will be trusted by this repository alone`);
  } catch (error) {
    signal?.throwIfAborted();
    report.failed(CHECK, { field: 'pipeline', message: messageOf(error) });
  }
  return { name, arn };
}

/** Says why the role cannot be this service's, or nothing. */
async function explainRole(
  { name, arn }: PipelineRole,
  { clients, repository, entity, signal }: PipelineRoleCheckOptions,
): Promise<string | undefined> {
  const account = openIam(clients, { ...repository, signal });
  const found = await describeRole(account, name);
  if (!found) {
    return undefined;
  }
  const where = `role ${name} in account ${account.accountId}`;
  const owner = ownershipFromTags(found.tags, entity);
  if (owner.state === 'other') {
    return `${where} belongs to ${owner.entity}; choose another name`;
  }
  if (owner.state === 'unowned') {
    return `${where} exists already and belongs to nobody; choose another name, or have it removed`;
  }
  return found.arn === arn
    ? undefined
    : `${where} belongs to this service, but is ${found.arn} and not ${arn}; have it removed, since AWS cannot change its path`;
}
