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
 * `eks.discovery` only: the caller names them.
 */
export function createRegistrySource(options: {
  aws: AwsClients;
  places: EksPlace[];
}): NameSource {
  return async (name, { accountId, region }, signal) => {
    if (!accountId || !region) {
      return {
        availability: 'unknown',
        reason: 'The image registry is asked as soon as a target is chosen.',
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
    try {
      await options.aws
        .ecr(place)
        .send(new DescribeRepositoriesCommand({ repositoryNames: [name] }), {
          abortSignal: signal,
        });
    } catch (error) {
      const mapped = mapAwsError(error, {
        action: 'ecr:DescribeRepositories',
        resource: `repository \`${name}\``,
        accountId,
        region,
      });
      if (mapped.name === 'NotFoundError') {
        return { availability: 'free' };
      }
      throw mapped;
    }
    return {
      availability: 'taken',
      reason: `ECR has the repository ${name} in account ${accountId}, region ${region} already; choose another name.`,
    };
  };
}
