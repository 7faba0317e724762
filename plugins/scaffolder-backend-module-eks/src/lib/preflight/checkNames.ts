import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import {
  describeRepository,
  listTags,
  openRegistry,
} from '../ecr/repositoryState';
import { readEntityRef } from '../entityRef';
import { madeByOtherTask, ownershipFromTags } from '../ownership';
import type { ServiceParameters } from './checkParameters';
import { askGitHost } from './gitHost';
import { Report } from './report';

/** Image repository that the service will get. */
export interface ImageRepository {
  name: string;
  accountId: string;
  region: string;
}

/** What is needed to ask whether names are free. */
export interface NameCheckOptions {
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  clients: AwsClients;
  credentials: BackstageCredentials;
  /** Full reference of the service's entity. */
  entity: string;
  /** The task that is about to make it. */
  task: string;
  signal?: AbortSignal;
}

/** Asks the catalog and the git host whether the service's names are free. */
export async function checkNames(
  parameters: ServiceParameters,
  options: NameCheckOptions,
  report: Report,
): Promise<void> {
  const { catalog, credentials, entity, integrations, signal } = options;
  const { name, repoUrl } = parameters;
  const found = await catalog.getEntityByRef(entity, { credentials });
  report.judge(
    'name in the catalog',
    found
      ? [
          {
            field: 'name',
            message: `\`${name}\` is taken: the catalog has ${entity} already`,
          },
        ]
      : [],
    `${entity} is free`,
  );
  const repository = await askGitHost(repoUrl, integrations, signal);
  const check = 'git repository';
  switch (repository.state) {
    case 'free':
      report.passed(check, `${repository.name} is free`);
      break;
    case 'taken':
      report.failed(check, {
        field: 'repoUrl',
        message: `repository ${repository.name} exists already; choose another name`,
      });
      break;
    case 'wrong':
      report.failed(check, { field: 'repoUrl', message: repository.message });
      break;
    default:
      report.warning(check, repository.message);
  }
}

/** Asks whether the owner and the system are in the catalog. */
export async function checkReferences(
  parameters: ServiceParameters,
  { catalog, credentials }: NameCheckOptions,
  report: Report,
): Promise<void> {
  const references = [
    { field: 'owner', ref: readEntityRef(parameters.owner, 'group') },
    {
      field: 'system',
      ref: parameters.system && readEntityRef(parameters.system, 'system'),
    },
  ];
  for (const { field, ref } of references) {
    if (ref) {
      const found = await catalog.getEntityByRef(ref, { credentials });
      report.judge(
        `${field} in the catalog`,
        found
          ? []
          : [
              {
                field,
                message: `the catalog has no ${ref}, or you may not see it`,
              },
            ],
        `${ref} is there`,
      );
    }
  }
}

/** Asks ECR whether the image repository is free, or the service's own. */
export async function checkImageRepository(
  repository: ImageRepository,
  { clients, entity, task, signal }: NameCheckOptions,
  report: Report,
): Promise<void> {
  const { name, accountId, region } = repository;
  const check = 'image repository';
  const where = `${name} in registry ${accountId} ${region}`;
  let found;
  let tags: Record<string, string> = {};
  try {
    const registry = openRegistry(clients, { accountId, region, signal });
    found = await describeRepository(registry, name);
    if (found?.repositoryArn) {
      tags = await listTags(registry, found.repositoryArn);
    }
  } catch (error) {
    signal?.throwIfAborted();
    report.failed(check, {
      field: 'name',
      message: `image repository ${where} cannot be looked up: ${
        isError(error) ? error.message : String(error)
      }`,
    });
    return;
  }
  if (!found) {
    report.passed(check, `${where} is free`);
    return;
  }
  const owner = ownershipFromTags(tags, entity);
  if (
    owner.state === 'ours' &&
    owner.task !== undefined &&
    owner.task !== task
  ) {
    report.failed(check, {
      field: 'name',
      message: madeByOtherTask(`image repository ${where}`, owner.task),
    });
    return;
  }
  if (owner.state === 'ours') {
    report.passed(check, `${where} belongs to this service already`);
    return;
  }
  report.failed(check, {
    field: 'name',
    message:
      owner.state === 'other'
        ? `image repository ${where} belongs to ${owner.entity}; choose another name`
        : `image repository ${where} exists already and belongs to nobody; choose another name, or have it removed`,
  });
}
