import {
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
  LifecyclePolicyNotFoundException,
  ListTagsForResourceCommand,
  Repository,
  RepositoryNotFoundException,
  RepositoryPolicyNotFoundException,
  type RegistryScanningConfiguration,
} from '@aws-sdk/client-ecr';
import {
  type AwsClients,
  mapAwsError,
} from '@slipway/backstage-plugin-eks-node';

/** A private registry: one account in one region. */
export interface Registry {
  accountId: string;
  region: string;
  client: ECRClient;
  signal?: AbortSignal;
}

/** Opens the registry of an account and region with the portal's credentials. */
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

/** Everything about an existing repository that an action may ask for. */
export interface RepositoryState {
  arn: string;
  uri: string;
  imageTagMutability: string;
  exclusionFilters: string[];
  encryption: { type: string; kmsKey?: string };
  scanOnPush: boolean;
  tags: Record<string, string>;
  /** Text of the lifecycle policy; undefined when there is none or it was not asked for. */
  lifecyclePolicy?: string;
  /** Text of the repository policy; undefined when there is none or it was not asked for. */
  repositoryPolicy?: string;
}

const repositoryNamed = (name: string) => `repository \`${name}\``;

/** The repository as ECR lists it; undefined when it is not there. */
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

/** The tags of a repository. */
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

async function getLifecyclePolicy(
  registry: Registry,
  name: string,
): Promise<string | undefined> {
  return await callEcr(
    registry,
    'ecr:GetLifecyclePolicy',
    repositoryNamed(name),
    async options => {
      try {
        const answer = await registry.client.send(
          new GetLifecyclePolicyCommand({
            registryId: registry.accountId,
            repositoryName: name,
          }),
          options,
        );
        return answer.lifecyclePolicyText;
      } catch (error) {
        if (error instanceof LifecyclePolicyNotFoundException) {
          return undefined;
        }
        throw error;
      }
    },
  );
}

async function getRepositoryPolicy(
  registry: Registry,
  name: string,
): Promise<string | undefined> {
  return await callEcr(
    registry,
    'ecr:GetRepositoryPolicy',
    repositoryNamed(name),
    async options => {
      try {
        const answer = await registry.client.send(
          new GetRepositoryPolicyCommand({
            registryId: registry.accountId,
            repositoryName: name,
          }),
          options,
        );
        return answer.policyText;
      } catch (error) {
        if (error instanceof RepositoryPolicyNotFoundException) {
          return undefined;
        }
        throw error;
      }
    },
  );
}

/**
 * Reads what is there. Policies are read only where they are asked for, so
 * that nobody needs a permission for a policy that they do not use.
 *
 * @returns undefined when the repository does not exist
 */
export async function readRepository(
  registry: Registry,
  name: string,
  want: { lifecyclePolicy: boolean; repositoryPolicy: boolean },
): Promise<RepositoryState | undefined> {
  const repository = await describeRepository(registry, name);
  if (!repository?.repositoryArn) {
    return undefined;
  }
  const [tags, lifecyclePolicy, repositoryPolicy] = await Promise.all([
    listTags(registry, repository.repositoryArn),
    want.lifecyclePolicy ? getLifecyclePolicy(registry, name) : undefined,
    want.repositoryPolicy ? getRepositoryPolicy(registry, name) : undefined,
  ]);
  return {
    arn: repository.repositoryArn,
    uri: repository.repositoryUri ?? '',
    imageTagMutability: repository.imageTagMutability ?? 'MUTABLE',
    exclusionFilters: (repository.imageTagMutabilityExclusionFilters ?? []).map(
      filter => filter.filter ?? '',
    ),
    encryption: {
      type: repository.encryptionConfiguration?.encryptionType ?? 'AES256',
      kmsKey: repository.encryptionConfiguration?.kmsKey,
    },
    scanOnPush: repository.imageScanningConfiguration?.scanOnPush ?? false,
    tags,
    lifecyclePolicy,
    repositoryPolicy,
  };
}

/** The registry's scan configuration, which decides over the repository's own. */
export async function readRegistryScanning(
  registry: Registry,
): Promise<RegistryScanningConfiguration | undefined> {
  const answer = await callEcr(
    registry,
    'ecr:GetRegistryScanningConfiguration',
    'the registry',
    options =>
      registry.client.send(
        new GetRegistryScanningConfigurationCommand({}),
        options,
      ),
  );
  return answer.scanningConfiguration;
}
