import {
  DeleteRepositoryCommand,
  paginateDescribeImages,
  RepositoryNotEmptyException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { ConflictError } from '@backstage/errors';
import {
  callEcr,
  describeRepository,
  listTags,
  ownershipFromTags,
  ownershipTags,
  type Registry,
} from '@slipway/backstage-plugin-eks-node/resources';
import { removeUnlessGone } from '../removeUnlessGone';

/** Which repository is to go, and on whose behalf. */
export interface DeleteRepositoryOptions {
  registry: Registry;
  name: string;
  /** Full reference of the entity that it has to belong to. */
  entity: string;
  /** The task that has to have made it; any when left out. */
  task?: string;
  /** What to do when it holds images. */
  whenNotEmpty: 'fail' | 'delete';
  dryRun: boolean;
  log(message: string): void;
}

/** The repository is the entity's, but holds images that are to stay. */
export class RepositoryNotEmptyError extends ConflictError {}

/** What came of it. */
export type DeleteRepositoryResult = {
  /** Whether it was there, and is not any longer (in a dry run: would not be). */
  deleted: boolean;
  /** How many images went with it. */
  images: number;
};

/**
 * Removes a repository that belongs to the entity. May be repeated: one that
 * is not there is no error.
 *
 * @throws ConflictError when it belongs to somebody else, to nobody, to another
 * task, or holds images that are to stay
 */
export async function deleteRepository(
  options: DeleteRepositoryOptions,
): Promise<DeleteRepositoryResult> {
  const { registry, name, entity, task, whenNotEmpty, dryRun, log } = options;
  const where = `repository \`${name}\` in ${registry.accountId} ${registry.region}`;
  const found = await describeRepository(registry, name);
  if (!found?.repositoryArn) {
    log(`There is no ${where}`);
    return { deleted: false, images: 0 };
  }
  const owner = ownershipFromTags(
    await listTags(registry, found.repositoryArn),
    entity,
  );
  if (owner.state === 'other') {
    throw new ConflictError(
      `${where} belongs to ${owner.entity} (tag ${ownershipTags.entity}), not to ${entity}, and stays`,
    );
  }
  if (owner.state === 'unowned') {
    throw new ConflictError(
      `${where} belongs to no entity (it has no tag ${ownershipTags.entity}), and stays; remove it by hand if it is not needed`,
    );
  }
  if (task !== undefined && owner.task !== task) {
    throw new ConflictError(`${where} was there before this task, and stays`);
  }
  const images = await countImages(registry, name);
  if (images > 0 && whenNotEmpty === 'fail') {
    throw notEmpty(
      where,
      `holds ${images} ${images === 1 ? 'image' : 'images'}`,
    );
  }
  if (!dryRun) {
    await sendDelete(options, where);
    log(`Removed ${where}${images > 0 ? ` with ${images} images` : ''}`);
  }
  return { deleted: true, images };
}

function notEmpty(where: string, why: string) {
  return new RepositoryNotEmptyError(
    `${where} ${why}, and stays; remove them first, or set \`whenNotEmpty: delete\` to remove them with it`,
  );
}

async function sendDelete(
  { registry, name, whenNotEmpty }: DeleteRepositoryOptions,
  where: string,
): Promise<void> {
  await removeUnlessGone(
    () =>
      callEcr(
        registry,
        'ecr:DeleteRepository',
        `repository \`${name}\``,
        async cancel => {
          try {
            await registry.client.send(
              new DeleteRepositoryCommand({
                registryId: registry.accountId,
                repositoryName: name,
                force: whenNotEmpty === 'delete',
              }),
              cancel,
            );
          } catch (error) {
            throw error instanceof RepositoryNotEmptyException
              ? notEmpty(where, 'was pushed to a moment ago')
              : error;
          }
        },
      ),
    () => describeRepository(registry, name),
  );
}

async function countImages(registry: Registry, name: string): Promise<number> {
  return await callEcr(
    registry,
    'ecr:DescribeImages',
    `repository \`${name}\``,
    async cancel => {
      let count = 0;
      const pages = paginateDescribeImages(
        { client: registry.client, pageSize: 1000 },
        { registryId: registry.accountId, repositoryName: name },
        cancel,
      );
      try {
        for await (const { imageDetails = [] } of pages) {
          count += imageDetails.length;
        }
      } catch (error) {
        if (!(error instanceof RepositoryNotFoundException)) {
          throw error;
        }
      }
      return count;
    },
  );
}
