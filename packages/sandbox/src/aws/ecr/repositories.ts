import { AwsError } from '../errors';
import { Input } from '../input';
import { paginate } from '../pagination';
import { Call, Operation } from '../service';
import {
  findRepository,
  invalidParameter,
  namedRepository,
  pageOptions,
  REPOSITORY_NAME,
  registryOf,
  repositoryArn,
  repositoryConditions,
  repositoryName,
  repositoryOf,
  seconds,
} from './common';
import { EcrRepository, ExclusionFilter, TAG_MUTABILITIES } from './state';
import { readTags, requestTags } from './tags';

const MAX_EXCLUSION_FILTERS = 5;

function describe(repository: EcrRepository) {
  return {
    repositoryArn: repository.arn,
    registryId: repository.registryId,
    repositoryName: repository.name,
    repositoryUri: repository.uri,
    createdAt: seconds(repository.createdAt),
    imageTagMutability: repository.tagMutability,
    ...(repository.exclusionFilters.length > 0 && {
      imageTagMutabilityExclusionFilters: repository.exclusionFilters,
    }),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  };
}

function readMutability(input: Input, required: boolean) {
  const rule = { oneOf: TAG_MUTABILITIES };
  const mutability = required
    ? input.requiredText('imageTagMutability', rule)
    : (input.text('imageTagMutability', rule) ?? 'MUTABLE');
  const filters = (
    input.objects('imageTagMutabilityExclusionFilters') ?? []
  ).map((filter): ExclusionFilter => {
    filter.requiredText('filterType', { oneOf: ['WILDCARD'] });
    const text = filter.requiredText('filter', {
      min: 1,
      max: 128,
      pattern: /^[0-9a-zA-Z._*-]+$/,
    });
    if (text.split('*').length > 3) {
      filter.reject('filter', 'Member must have at most two wildcards');
    }
    return { filterType: 'WILDCARD', filter: text };
  });
  const field = 'imageTagMutabilityExclusionFilters';
  if (mutability.endsWith('_WITH_EXCLUSION') !== filters.length > 0) {
    throw invalidParameter(
      field,
      filters.length
        ? `Exclusion filters need the tag mutability IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION`
        : `The tag mutability ${mutability} needs at least one exclusion filter`,
    );
  }
  if (filters.length > MAX_EXCLUSION_FILTERS) {
    throw invalidParameter(
      field,
      `Member must have length less than or equal to ${MAX_EXCLUSION_FILTERS}`,
    );
  }
  return { mutability, filters };
}

function readEncryption(call: Call): EcrRepository['encryption'] {
  const encryption = call.input.object('encryptionConfiguration');
  const encryptionType =
    encryption?.requiredText('encryptionType', {
      oneOf: ['AES256', 'KMS', 'KMS_DSSE'],
    }) ?? 'AES256';
  const kmsKey = encryption?.text('kmsKey', { min: 1, max: 2048 });
  if (encryptionType === 'AES256') {
    if (kmsKey) {
      encryption?.reject('kmsKey', 'A KMS key needs the encryption type KMS');
    }
    return { encryptionType };
  }
  return {
    encryptionType,
    kmsKey:
      kmsKey ??
      `arn:aws:kms:${call.region}:${call.accountId}:key/00000000-0000-4000-8000-0000000000ec`,
  };
}

function create(call: Call) {
  const { input, accountId, region, world } = call;
  const name = repositoryName(call);
  const { mutability, filters } = readMutability(input, false);
  const encryption = readEncryption(call);
  const scanOnPush =
    input.object('imageScanningConfiguration')?.boolean('scanOnPush') ?? false;
  const tags = readTags(input.objects('tags') ?? []);
  const { repositories } = registryOf(call);
  if (Object.hasOwn(repositories, name)) {
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      400,
      `The repository with name '${name}' already exists in the registry with id '${accountId}'`,
    );
  }
  const repository: EcrRepository = {
    name,
    arn: repositoryArn(call, name),
    registryId: accountId,
    uri: `${accountId}.dkr.ecr.${region}.amazonaws.com/${name}`,
    createdAt: world.now(),
    tagMutability: mutability,
    exclusionFilters: filters,
    scanOnPush,
    encryption,
    tags,
    images: {},
  };
  repositories[name] = repository;
  return { repository: describe(repository) };
}

function list(call: Call) {
  const names = call.input.texts('repositoryNames', REPOSITORY_NAME);
  if (names) {
    if (names.length > 100) {
      throw invalidParameter(
        'repositoryNames',
        'Member must have length less than or equal to 100',
      );
    }
    return {
      repositories: names.map(name => describe(findRepository(call, name))),
    };
  }
  const { items, nextToken } = paginate(
    Object.values(registryOf(call).repositories),
    ({ name }) => name,
    pageOptions(call.input),
  );
  return { repositories: items.map(describe), nextToken };
}

function remove(call: Call) {
  const repository = repositoryOf(call);
  const force = call.input.boolean('force') ?? false;
  if (Object.keys(repository.images).length > 0 && !force) {
    throw new AwsError(
      'RepositoryNotEmptyException',
      400,
      `The repository with name '${repository.name}' in registry with id '${repository.registryId}' cannot be deleted because it still contains images`,
    );
  }
  delete registryOf(call).repositories[repository.name];
  return { repository: describe(repository) };
}

export const repositoryOperations: Operation[] = [
  {
    name: 'CreateRepository',
    mutates: true,
    resource: namedRepository,
    conditions: ({ input }) => requestTags(input.objects('tags')),
    run: create,
  },
  {
    name: 'DescribeRepositories',
    resource(call) {
      const names = call.input.texts('repositoryNames', REPOSITORY_NAME);
      return repositoryArn(call, names?.length === 1 ? names[0] : '*');
    },
    run: list,
  },
  {
    name: 'DeleteRepository',
    mutates: true,
    resource: namedRepository,
    conditions: repositoryConditions,
    run: remove,
  },
  {
    name: 'PutImageTagMutability',
    mutates: true,
    resource: namedRepository,
    run(call) {
      const { mutability, filters } = readMutability(call.input, true);
      const repository = repositoryOf(call);
      repository.tagMutability = mutability;
      repository.exclusionFilters = filters;
      return {
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageTagMutability: mutability,
        ...(filters.length > 0 && {
          imageTagMutabilityExclusionFilters: filters,
        }),
      };
    },
  },
];
