import {
  GetLifecyclePolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
  LifecyclePolicyNotFoundException,
  RepositoryPolicyNotFoundException,
  type RegistryScanningConfiguration,
} from '@aws-sdk/client-ecr';
import {
  callEcr,
  describeRepository,
  listTags,
  type Registry,
  repositoryNamed,
} from '@slipway/backstage-plugin-eks-node/resources';

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
