import { InputError } from '@backstage/errors';
import { parse, validate } from '@aws-sdk/util-arn-parser';

/**
 * A part of the AWS cloud with its own accounts, endpoints and console.
 *
 * @public
 */
export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov';

const partitions: readonly Partition[] = ['aws', 'aws-cn', 'aws-us-gov'];

/**
 * Where a named AWS resource is.
 *
 * @public
 */
export interface ResourceArn {
  partition: Partition;
  /** Twelve digits. */
  accountId: string;
  /** Such as `eu-west-1`. */
  region: string;
  /** The resource's own name: a cluster's, or a repository's with its path. */
  name: string;
}

/**
 * The parts of an EKS cluster's ARN.
 *
 * @throws InputError if the text is not the ARN of an EKS cluster.
 * @public
 */
export function parseClusterArn(arn: string): ResourceArn {
  return parseArn(arn, {
    service: 'eks',
    resource: /^cluster\/([0-9A-Za-z][A-Za-z0-9_-]{0,99})$/,
    example: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
    what: 'an EKS cluster',
  });
}

/**
 * The parts of an ECR repository's ARN.
 *
 * @throws InputError if the text is not the ARN of an ECR repository.
 * @public
 */
export function parseEcrRepositoryArn(arn: string): ResourceArn {
  return parseArn(arn, {
    service: 'ecr',
    resource: /^repository\/([a-z0-9][a-z0-9._/-]{1,255})$/,
    example: 'arn:aws:ecr:eu-west-1:111122223333:repository/orders',
    what: 'an ECR repository',
  });
}

function parseArn(
  arn: string,
  expected: {
    service: string;
    resource: RegExp;
    example: string;
    what: string;
  },
): ResourceArn {
  const refuse = (reason: string) =>
    new InputError(
      `"${shorten(arn)}" is not the ARN of ${
        expected.what
      }: ${reason}. It looks like ${expected.example}`,
    );
  if (!validate(arn)) {
    throw refuse('it does not have the parts of an ARN');
  }
  const { partition, service, region, accountId, resource } = parse(arn);
  if (!isPartition(partition)) {
    throw refuse(`there is no partition "${shorten(partition)}"`);
  }
  if (service !== expected.service) {
    throw refuse(`it names the service "${shorten(service)}"`);
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) {
    throw refuse(`"${shorten(region)}" is not a region`);
  }
  if (partitionOfRegion(region) !== partition) {
    throw refuse(`region ${region} is not in partition ${partition}`);
  }
  if (!/^\d{12}$/.test(accountId)) {
    throw refuse('its account is not twelve digits');
  }
  const name = expected.resource.exec(resource)?.[1];
  if (!name) {
    throw refuse(`"${shorten(resource)}" does not name ${expected.what}`);
  }
  return { partition, accountId, region, name };
}

function isPartition(text: string): text is Partition {
  return partitions.some(partition => partition === text);
}

/**
 * The partition a region belongs to.
 *
 * @public
 */
export function partitionOfRegion(region: string): Partition {
  if (region.startsWith('cn-')) {
    return 'aws-cn';
  }
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

const shorten = (text: string) =>
  text.length > 120 ? `${text.slice(0, 120)}…` : text;
