import type {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { GitHostKind } from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { type ArgoCdSettings, readArgoCdSettings } from '../argoCd/settings';
import { readClusterArn } from '../resources/clusterTarget';
import { gitHostKind } from '../resources/git/gitHostKind';
import { readRepoUrl } from '../resources/git/repoUrl';
import { explainRegion } from '../resources/ecr/registryAddress';
import { explainRepositoryName } from '../resources/ecr/repositoryName';
import {
  type PipelineRoleSettings,
  readPipelineRoleSettings,
} from '../resources/iam/settings';
import {
  type AllowList,
  readAllowList,
} from '../resources/kubernetes/allowList';
import { checkAwsPermissions } from './checkAwsPermissions';
import {
  checkImageRepository,
  type ImageRepository,
} from './checkImageRepository';
import { checkNames, checkReferences } from './checkNames';
import { checkParameters } from './checkParameters';
import { checkPipelineRole, type PipelineRole } from './checkPipelineRole';
import { checkTargets } from './checkTargets';
import type { ServiceParameters } from './parameters';
import { Report } from './report';

/**
 * What {@link Preflight} asks.
 *
 * @public
 */
export interface PreflightServices {
  clusters: EksClusters;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  config: Config;
}

/**
 * On whose behalf, and for how long.
 *
 * @public
 */
export interface PreflightOptions {
  /** Those of whoever wants the service; the catalog is asked with them. */
  credentials: BackstageCredentials;
  /** What is unexpected is told here and not in the report. */
  logger: LoggerService;
  /** The task that is about to make it; undefined while there is none. */
  task?: string;
  /** Ends everything with the signal's reason. */
  signal?: AbortSignal;
  /**
   * How long the checks may take, in milliseconds; what is not known by then
   * is reported as not known.
   *
   * @defaultValue 30 seconds
   */
  timeoutMs?: number;
  /**
   * Asks whether the names are free, or remembers what the answer was: a task
   * that runs again finds names taken by what it made itself.
   */
  names?: (ask: () => Promise<Report>) => Promise<Report>;
}

/**
 * What was found, and what follows from it.
 *
 * @public
 */
export interface PreflightResult {
  report: Report;
  /** The role that the pipeline will get; undefined where none is configured. */
  role?: PipelineRole;
  /** What the repository will be on; undefined where that is not known. */
  gitHost?: GitHostKind;
}

/**
 * Looks at everything that would stop a new service, and changes nothing.
 *
 * @public
 */
export class Preflight {
  readonly #services: PreflightServices;
  readonly #allowList: AllowList;
  readonly #settings: PipelineRoleSettings;
  readonly #argoCd: ArgoCdSettings;

  /** @throws InputError for configuration that cannot be used */
  constructor(services: PreflightServices) {
    this.#services = services;
    this.#allowList = readAllowList(services.config);
    this.#settings = readPipelineRoleSettings(services.config);
    this.#argoCd = readArgoCdSettings(services.config);
  }

  /**
   * Checks a service that shall be made. With wrong parameters there is
   * nothing sensible to ask about, and nobody is asked.
   */
  async check(
    parameters: ServiceParameters,
    options: PreflightOptions,
  ): Promise<PreflightResult> {
    const entered: ServiceParameters = {
      ...parameters,
      // A form leaves an empty text where nothing was entered.
      system: parameters.system || undefined,
      hostname: parameters.hostname || undefined,
    };
    const report = new Report();
    checkParameters(entered, this.#services.config, report);
    const repository = this.#imageRepository(entered, report);
    if (report.failing || !repository) {
      return { report };
    }

    const { clusters } = this.#services;
    const common = {
      ...this.#services,
      ...options,
      deadline: AbortSignal.timeout(options.timeoutMs ?? 30_000),
      clients: clusters.aws,
      allowList: this.#allowList,
      argoCd: this.#argoCd,
      settings: this.#settings,
      entity: `component:default/${entered.name}`,
      repository,
    };
    const names = options.names ?? (ask => ask());
    // CodePipeline's roles are made with its stack, and not by the portal.
    const role =
      entered.pipeline === 'codepipeline'
        ? Promise.resolve({ report: new Report(), role: undefined })
        : checkPipelineRole(entered, common);
    const found = await Promise.all([
      checkReferences(entered, common),
      names(() => checkNames(entered, common)),
      checkImageRepository(repository, common),
      role.then(({ report: lines }) => lines),
      role.then(made => checkAwsPermissions({ ...common, role: made.role })),
      checkTargets(entered, common),
    ]);
    for (const lines of found) {
      report.append(lines);
    }
    return {
      report,
      role: (await role).role,
      gitHost: this.#gitHost(entered.repoUrl),
    };
  }

  #gitHost(repoUrl: string): GitHostKind | undefined {
    const { integrations } = this.#services;
    try {
      const { host } = readRepoUrl(repoUrl, integrations);
      return gitHostKind(host, integrations);
    } catch {
      // Reported with the names, which the git host is asked about.
      return undefined;
    }
  }

  #imageRepository(
    { name, imageRepository, targets }: ServiceParameters,
    report: Report,
  ): ImageRepository | undefined {
    const [first] = targets;
    const cluster =
      first && readClusterArn(first.clusterArn, this.#services.config).cluster;
    const accountId = imageRepository.accountId ?? cluster?.accountId;
    const region = imageRepository.region ?? cluster?.region;
    if (accountId === undefined || region === undefined) {
      // The target that would say where is wrong, and reported as such.
      return undefined;
    }
    const repository = imageRepository.name ?? name;
    const problems = [
      {
        field:
          imageRepository.name === undefined ? 'name' : 'imageRepository.name',
        message: explainRepositoryName(repository),
      },
      { field: 'imageRepository.region', message: explainRegion(region) },
    ];
    for (const { field, message } of problems) {
      if (message) {
        report.failed('image-repository', { field, message });
      }
    }
    return { name: repository, accountId, region };
  }
}
