import {
  DescribeRepositoriesCommand,
  type ECRClient,
  ListTagsForResourceCommand,
  type Repository,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { mapAwsError } from '../../aws/mapAwsError';

/**
 * A private registry: one account in one region.
 *
 * @public
 */
export interface Registry {
  accountId: string;
  region: string;
  client: ECRClient;
  signal?: AbortSignal;
}

/**
 * Opens the registry of an account and region with the portal's credentials.
 *
 * @public
 */
export function openRegistry(
  clients: AwsClients,
  options: { accountId: string; region: string; signal?: AbortSignal },
): Registry {
  return { ...options, client: clients.ecr(options) };
}

/**
 * Makes a call, and says in its error what was asked of what.
 *
 * @param action - IAM's name of the call: `ecr:CreateRepository`
 * @public
 */
export async function callEcr<T>(
  registry: Registry,
  action: string,
  resource: string,
  call: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  const { accountId, region, signal } = registry;
  signal?.throwIfAborted();
  try {
    return await call({ abortSignal: signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw mapAwsError(error, { action, resource, accountId, region });
  }
}

/**
 * How errors speak of a repository.
 *
 * @public
 */
export const repositoryNamed = (name: string) => `repository \`${name}\``;

/**
 * The repository as ECR lists it; undefined when it is not there.
 *
 * @public
 */
export async function describeRepository(
  registry: Registry,
  name: string,
): Promise<Repository | undefined> {
  return await callEcr(
    registry,
    'ecr:DescribeRepositories',
    repositoryNamed(name),
    async options => {
      try {
        const { repositories } = await registry.client.send(
          new DescribeRepositoriesCommand({
            registryId: registry.accountId,
            repositoryNames: [name],
          }),
          options,
        );
        return repositories?.[0];
      } catch (error) {
        if (error instanceof RepositoryNotFoundException) {
          return undefined;
        }
        throw error;
      }
    },
  );
}

/**
 * The tags of a repository.
 *
 * @public
 */
export async function listTags(
  registry: Registry,
  arn: string,
): Promise<Record<string, string>> {
  const { tags } = await callEcr(
    registry,
    'ecr:ListTagsForResource',
    arn,
    options =>
      registry.client.send(
        new ListTagsForResourceCommand({ resourceArn: arn }),
        options,
      ),
  );
  return Object.fromEntries(
    (tags ?? []).map(tag => [tag.Key ?? '', tag.Value ?? '']),
  );
}
