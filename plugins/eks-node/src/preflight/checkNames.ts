import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { readEntityRef } from '../resources/entityRef';
import { askGitHost } from './askGitHost';
import { guard, type Patience } from './guard';
import type { ServiceParameters } from './parameters';
import { Report } from './report';

/** What is needed to ask whether names are free. */
export interface NameCheckOptions extends Patience {
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  /** Those of whoever wants the service. */
  credentials: BackstageCredentials;
  /** Full reference of the service's entity. */
  entity: string;
}

/** Asks the catalog and the git host whether the service's names are free. */
export async function checkNames(
  parameters: ServiceParameters,
  options: NameCheckOptions,
): Promise<Report> {
  const inCatalog = new Report();
  const onGitHost = new Report();
  await Promise.all([
    checkCatalog(parameters, options, inCatalog),
    checkGitHost(parameters, options, onGitHost),
  ]);
  inCatalog.append(onGitHost);
  return inCatalog;
}

async function checkCatalog(
  { name }: ServiceParameters,
  options: NameCheckOptions,
  report: Report,
) {
  const { catalog, credentials, entity } = options;
  const question = {
    check: 'catalog',
    what: `Whether ${entity} is free in the catalog`,
    failing: 'name',
  } as const;
  await guard(report, question, options, async () => {
    const found = await catalog.getEntityByRef(entity, { credentials });
    report.judge(
      'catalog',
      found
        ? [
            {
              field: 'name',
              message: `\`${name}\` is taken: the catalog has ${entity} already`,
              remedy: 'choose another name',
            },
          ]
        : [],
      `\`${entity}\` is free`,
    );
  });
}

async function checkGitHost(
  { repoUrl }: ServiceParameters,
  options: NameCheckOptions,
  report: Report,
) {
  const check = 'git-repository';
  const question = { check, what: 'Whether the repository is free' } as const;
  await guard(report, question, options, async signal => {
    const answer = await askGitHost(repoUrl, options.integrations, signal);
    switch (answer.state) {
      case 'free':
        report.passed(check, `\`${answer.name}\` is free`);
        break;
      case 'taken':
        report.failed(check, {
          field: 'repoUrl',
          message: `repository ${answer.name} exists already`,
          remedy: 'choose another name',
        });
        break;
      case 'wrong':
        report.failed(check, {
          field: 'repoUrl',
          message: answer.message,
          remedy: answer.remedy,
        });
        break;
      default:
        report.warning(check, answer);
    }
  });
}

/** Asks whether the owner and the system are in the catalog. */
export async function checkReferences(
  parameters: ServiceParameters,
  options: NameCheckOptions,
): Promise<Report> {
  const { catalog, credentials } = options;
  const report = new Report();
  const references = [
    { check: 'owner', ref: readEntityRef(parameters.owner, 'group') },
    {
      check: 'system',
      ref: parameters.system && readEntityRef(parameters.system, 'system'),
    },
  ] as const;
  for (const { check, ref } of references) {
    if (ref) {
      const what = `Whether ${ref} is in the catalog`;
      const question = { check, what, failing: check };
      await guard(report, question, options, async () => {
        const found = await catalog.getEntityByRef(ref, { credentials });
        report.judge(
          check,
          found
            ? []
            : [
                {
                  field: check,
                  message: `the catalog has no ${ref}, or you may not see it`,
                  remedy: 'choose another, or register it',
                },
              ],
          `\`${ref}\` is in the catalog`,
        );
      });
    }
  }
  return report;
}
