import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  parseClusterArn,
  parseEcrRepositoryArn,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import {
  KubernetesClient,
  openIam,
  openRegistry,
  readAllowList,
  readArgoCdSettings,
  readClusterArn,
} from '@slipway/backstage-plugin-eks-node/resources';
import { openCluster } from '../eks/clusterApi';
import { applicationsPart } from './applications';
import { serviceRepositoryPart } from './archivedRepository';
import { catalogEntryPart } from './catalogEntry';
import { clusterPart } from './cluster';
import { clusterResourceParts } from './clusterResources';
import { imageRepositoryPart } from './imageRepository';
import { pipelineRolePart } from './pipelineRole';
import { removeParts } from './removeParts';
import { factsOf } from './serviceFacts';
import type { Outcome, Part } from './types';

/** Which service is to go, on whose behalf, and how. */
export interface RemoveServiceOptions {
  entity: Entity;
  /** Its full reference, which its things carry. */
  entityRef: string;
  credentials: BackstageCredentials;
  /** Whether its git repository is archived. */
  archive: boolean;
  /** Name of the IAM role of its pipeline. */
  pipelineRole: string;
  /** What to do when its image repository holds images. */
  whenNotEmpty: 'fail' | 'delete';
  dryRun: boolean;
  /** Of a dry run: only looks what is there, and asks nobody whether it may go. */
  onlyLook?: boolean;
  signal?: AbortSignal;
  clusters: EksClusters;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  config: Config;
  log(message: string): void;
}

/**
 * Removes all that belongs to an entity. First the repository, so that its
 * pipeline brings nothing back; last the catalog entry, and only when all else
 * is gone: it says where things are, so that this can be run again.
 */
export async function removeService(
  options: RemoveServiceOptions,
): Promise<Outcome> {
  const { entity, catalog, credentials, dryRun } = options;
  const outcome = await removeParts(partsOf(options), options);
  const entry = catalogEntryPart({ entity, catalog, credentials, dryRun });
  if (outcome.left.some(({ remains }) => remains)) {
    const reason = 'it stays until the rest is gone';
    return {
      removed: outcome.removed,
      left: [...outcome.left, { ...entry.thing, reason, remains: false }],
    };
  }
  const last = await removeParts([entry], options);
  return {
    removed: [...outcome.removed, ...last.removed],
    left: [...outcome.left, ...last.left],
  };
}

function partsOf(options: RemoveServiceOptions): Part[] {
  const { entity, archive, integrations, dryRun, signal } = options;
  const { clusterArns, ecrArn, repoUrl } = factsOf(entity);
  const { imageRepository, pipelineRole } =
    ecrArn === undefined ? {} : partsInAccount(options, ecrArn);
  return [
    repoUrl &&
      serviceRepositoryPart({
        service: entity.metadata.name,
        repoUrl,
        archive,
        integrations,
        dryRun,
        signal,
      }),
    pipelineRole,
    // While there is one, it puts back what goes.
    ...applicationParts(options, clusterArns),
    ...clusterArns.flatMap(arn => partsInCluster(options, arn)),
    imageRepository,
  ].filter(part => typeof part === 'object');
}

/** Where Argo CD runs: in each of the clusters, or in one for all. */
function applicationParts(
  options: RemoveServiceOptions,
  clusterArns: string[],
): Part[] {
  const { clusters, config, dryRun, onlyLook, signal } = options;
  const { central, namespace } = readArgoCdSettings(config);
  return (
    (central ? [central.clusterArn] : clusterArns)
      // What is no cluster is reported with its namespaces.
      .filter(arn => readClusterArn(arn, config).cluster)
      .map(arn =>
        applicationsPart({
          scope: { entity: options.entityRef },
          client: async () =>
            new KubernetesClient(await clusters.kubeConfig(arn), signal),
          clusterName: parseClusterArn(arn).name,
          namespace,
          dryRun,
          onlyLook,
          signal,
        }),
      )
  );
}

/** What its entry says wrongly cannot be looked at, and is not taken for gone. */
const unreadable = (kind: string, name: string, problem: string): Part => ({
  thing: { kind, name, where: 'its catalog entry' },
  async remove() {
    throw new InputError(`${problem}; correct its catalog-info.yaml`);
  },
});

function partsInCluster(options: RemoveServiceOptions, arn: string): Part[] {
  const { entity, clusters, config, dryRun, onlyLook, signal, log } = options;
  const { cluster, problem } = readClusterArn(arn, config);
  if (!cluster) {
    return [unreadable('cluster', arn, problem)];
  }
  const scope = { entity: options.entityRef };
  const { beforeNamespaces, afterNamespaces } = clusterResourceParts({
    scope,
    api: openCluster(clusters.aws, cluster, signal),
    dryRun,
    log,
  });
  const namespaces = clusterPart({
    scope,
    client: async () =>
      new KubernetesClient(await clusters.kubeConfig(arn), signal),
    clusterName: cluster.name,
    namespace: factsOf(entity).namespace,
    allowList: readAllowList(config),
    dryRun,
    onlyLook,
    signal,
  });
  return [...beforeNamespaces, namespaces, ...afterNamespaces];
}

/** The image repository, and beside it the role that may push to it. */
function partsInAccount(
  options: RemoveServiceOptions,
  arn: string,
): { imageRepository: Part; pipelineRole?: Part } {
  const { entityRef, clusters, whenNotEmpty, dryRun, signal } = options;
  const scope = { entity: entityRef };
  try {
    const { accountId, region, name } = parseEcrRepositoryArn(arn);
    const place = { accountId, region, signal };
    return {
      pipelineRole: pipelineRolePart({
        scope,
        account: openIam(clusters.aws, place),
        name: options.pipelineRole,
        dryRun,
      }),
      imageRepository: imageRepositoryPart({
        scope,
        registry: openRegistry(clusters.aws, place),
        name,
        whenNotEmpty,
        dryRun,
      }),
    };
  } catch (error) {
    if (error instanceof InputError) {
      const imageRepository = unreadable(
        'image repository',
        arn,
        error.message,
      );
      return { imageRepository };
    }
    throw error;
  }
}
