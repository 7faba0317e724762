import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { InputError } from '@backstage/errors';
import {
  mapAwsError,
  type AwsClients,
  type EksPlace,
} from '@slipway/backstage-plugin-eks-node';
import type { NameSource } from './types';

/**
 * Asks ECR for a repository of the name, in an account and region of
 * `eks.discovery` only. Who names neither has not chosen a target yet: then
 * every place is asked, and a repository in one of them is worth knowing but no
 * reason to refuse the name.
 */
export function createRegistrySource(options: {
  aws: AwsClients;
  places: EksPlace[];
}): NameSource {
  const isThere = async (
    name: string,
    place: EksPlace,
    signal: AbortSignal,
  ): Promise<boolean> => {
    try {
      const client = options.aws.ecr(place);
      await client.send(
        new DescribeRepositoriesCommand({ repositoryNames: [name] }),
        { abortSignal: signal },
      );
      return true;
    } catch (error) {
      const mapped = mapAwsError(error, {
        action: 'ecr:DescribeRepositories',
        resource: `repository \`${name}\``,
        ...place,
      });
      if (mapped.name === 'NotFoundError') {
        return false;
      }
      throw mapped;
    }
  };

  return async (name, { accountId, region }, signal) => {
    if (!accountId || !region) {
      const there = await Promise.all(
        options.places.map(place => isThere(name, place, signal)),
      );
      const holding = options.places
        .filter((_, index) => there[index])
        .map(place => `account ${place.accountId}, region ${place.region}`);
      return holding.length === 0
        ? { availability: 'free' }
        : {
            availability: 'unknown',
            reason: `ECR has a repository ${name} in ${holding.join(
              ' and ',
            )}: the name is free for targets elsewhere only.`,
          };
    }
    const place = options.places.find(
      item => item.accountId === accountId && item.region === region,
    );
    if (!place) {
      throw new InputError(
        `account ${accountId}, region ${region} is not in eks.discovery.accounts`,
      );
    }
    return (await isThere(name, place, signal))
      ? {
          availability: 'taken',
          reason: `ECR has the repository ${name} in account ${accountId}, region ${region} already; choose another name.`,
        }
      : { availability: 'free' };
  };
}
