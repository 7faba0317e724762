import { deleteRepository } from '../ecr/deleteRepository';
import type { Registry } from '@slipway/backstage-plugin-eks-node/resources';
import { nothing, removed, type Part, type Scope } from './types';

/** The image repository, with the images that are in it. */
export function imageRepositoryPart(options: {
  scope: Scope;
  registry: Registry;
  name: string;
  whenNotEmpty: 'fail' | 'delete';
  dryRun: boolean;
}): Part {
  const { scope, registry, name, whenNotEmpty, dryRun } = options;
  const thing = {
    kind: 'image repository',
    name,
    where: `registry ${registry.accountId} ${registry.region}`,
  };
  return {
    thing,
    async remove() {
      const { deleted, images } = await deleteRepository({
        registry,
        name,
        ...scope,
        whenNotEmpty,
        dryRun,
        log: () => {},
      });
      if (!deleted) {
        return nothing;
      }
      return removed({
        ...thing,
        ...(images > 0 && {
          detail: `with ${images} ${images === 1 ? 'image' : 'images'}`,
        }),
      });
    },
  };
}
