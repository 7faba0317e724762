import { AwsError } from '../errors';
import { Input } from '../input';
import { Call } from '../service';
import { EcrRegistry, EcrRepository, emptyRegistry } from './state';

export const REPOSITORY_NAME = {
  pattern: /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
  min: 2,
  max: 256,
};

export const invalidParameter = (field: string, constraint: string) =>
  new AwsError(
    'InvalidParameterException',
    400,
    `Invalid parameter at '${field}' failed to satisfy constraint: '${constraint}'`,
  );

/** Where the state keeps the registry of an account in a region. */
export const registryKey = (of: { accountId: string; region: string }) =>
  `${of.accountId}/${of.region}`;

export function registryOf(call: Call): EcrRegistry {
  const { registries } = call.world.state;
  const key = registryKey(call);
  registries[key] ??= emptyRegistry();
  return registries[key];
}

export function repositoryArn(call: Call, name: string): string {
  return `arn:aws:ecr:${call.region}:${call.accountId}:repository/${name}`;
}

export function repositoryName(call: Call): string {
  return call.input.requiredText('repositoryName', REPOSITORY_NAME);
}

/** ARN of the repository that the call names; `resource` of most operations. */
export function namedRepository(call: Call): string {
  return repositoryArn(call, repositoryName(call));
}

export const inRegistry = (name: string, registryId: string) =>
  `repository with name '${name}' in the registry with id '${registryId}'`;

export function repositoryNotFound(name: string, registryId: string) {
  return new AwsError(
    'RepositoryNotFoundException',
    400,
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );
}

export function findRepository(call: Call, name: string): EcrRepository {
  const { repositories } = registryOf(call);
  if (!Object.hasOwn(repositories, name)) {
    throw repositoryNotFound(name, call.accountId);
  }
  return repositories[name];
}

/** The repository that the call names. */
export function repositoryOf(call: Call): EcrRepository {
  return findRepository(call, repositoryName(call));
}

/**
 * Condition keys of the tags of the repository that the call names. One that
 * is not there has none.
 */
export function repositoryConditions(call: Call): Record<string, string> {
  const { repositories } = registryOf(call);
  const name = repositoryName(call);
  const tags = Object.hasOwn(repositories, name) ? repositories[name].tags : {};
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ecr:ResourceTag/${key}`, value],
    ]),
  );
}

/** `maxResults` and `nextToken` as {@link paginate} takes them. */
export function pageOptions(input: Input, defaultSize = 100) {
  return {
    size: input.integer('maxResults', 1, 1000) ?? defaultSize,
    token: input.text('nextToken'),
    invalid: () =>
      invalidParameter('nextToken', 'Invalid parameter: nextToken'),
  };
}

/** Milliseconds to what the JSON protocol calls a timestamp. */
export const seconds = (milliseconds: number) => milliseconds / 1000;
