import {
  consoleLinks,
  partitionOfRegion,
} from '@slipway/backstage-plugin-eks-common';

/**
 * Where a repository is, computed without asking AWS.
 *
 * @public
 */
export interface RepositoryAddress {
  arn: string;
  /** Where images are pushed to. */
  uri: string;
  /** Page in the AWS console. */
  consoleUrl: string;
}

/** Domain of the registries in each partition. */
const registryDomains = {
  aws: 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-us-gov': 'amazonaws.com',
};

/**
 * Says why something is no name of an AWS region, or nothing.
 *
 * @public
 */
export function explainRegion(region: string): string | undefined {
  return /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(region)
    ? undefined
    : `\`${region}\` is no AWS region; write it as \`eu-west-1\``;
}

/**
 * Computes what ECR would answer for a repository, so that a dry run can say it.
 *
 * @public
 */
export function repositoryAddress(repository: {
  name: string;
  accountId: string;
  region: string;
}): RepositoryAddress {
  const { name, accountId, region } = repository;
  const partition = partitionOfRegion(region);
  return {
    arn: `arn:${partition}:ecr:${region}:${accountId}:repository/${name}`,
    uri: `${accountId}.dkr.ecr.${region}.${registryDomains[partition]}/${name}`,
    consoleUrl:
      consoleLinks({
        partition,
        region,
        accountId,
        clusterName: '',
        ecrRepository: name,
      }).ecrRepository ?? '',
  };
}
