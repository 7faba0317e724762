import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@backstage/types';
import type { Sandbox } from '@slipway/sandbox';
import type { Portal } from './portal';

const place = '111122223333/eu-west-1';
const prodEu = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';

/** What somebody enters in the form of `eks-service`. */
export function valuesOf(sandbox: Sandbox, name: string): JsonObject {
  return {
    name,
    description: 'Takes orders',
    owner: 'group:default/payments',
    system: 'system:default/shop',
    lifecycle: 'production',
    source: 'new',
    runtime: 'nodejs',
    targets: [
      { environment: 'production', clusterArn: prodEu, namespace: name },
    ],
    compute: 'auto-detect',
    exposure: 'none',
    scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
    pipeline: 'github-actions',
    repoUrl: `${new URL(sandbox.urls.github).host}?owner=acme&repo=${name}`,
  };
}

/** Which of a service's things are there, and by which task each was made. */
export interface Inventory {
  imageRepositories: string[];
  roles: string[];
  namespaces: string[];
  /** Git repositories, `pushed` or `empty`. */
  gitRepositories: string[];
  locations: string[];
}

/** What is there when a service was never made, or was taken back. */
export const nothing: Inventory = {
  imageRepositories: [],
  roles: [],
  namespaces: [],
  gitRepositories: [],
  locations: [],
};

/** What is there when a task has made a service. */
export const made = (task: string): Inventory => ({
  imageRepositories: [task],
  roles: [task],
  namespaces: [task],
  gitRepositories: ['pushed'],
  locations: ['registered'],
});

const taskOf = (tags: Record<string, string>) => tags['slipway:task'] ?? '';

/** Looks past all APIs at what is there of a service. */
export async function inventoryOf(
  { aws, cluster, github }: Sandbox,
  portal: Portal,
  name: string,
): Promise<Inventory> {
  const repositories = aws.state.registries[place]?.repositories ?? {};
  const isNamed = (candidate: string) => candidate.includes(name);
  const published = github.repositories.find('acme', name);
  return {
    imageRepositories: Object.values(repositories)
      .filter(repository => isNamed(repository.name))
      .map(({ tags }) => taskOf(tags)),
    roles: Object.values(aws.state.iam.roles)
      .filter(role => isNamed(role.name))
      .map(({ tags }) => taskOf(tags)),
    namespaces: cluster(prodEu)
      .snapshot()
      .objects.filter(
        ({ kind, metadata }) => kind === 'Namespace' && isNamed(metadata.name),
      )
      .map(({ metadata }) => metadata.labels?.['slipway.io/task'] ?? ''),
    gitRepositories: (published ? [published] : []).map(repository =>
      existsSync(
        join(github.repositories.directoryOf(repository), 'refs/heads/main'),
      )
        ? 'pushed'
        : 'empty',
    ),
    locations: (await portal.locations())
      .filter(isNamed)
      .map(() => 'registered'),
  };
}
