import {
  parseClusterArn,
  parseEcrRepositoryArn,
  partitionOfRegion,
} from './arn';

describe('parseClusterArn', () => {
  it.each([
    [
      'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
      'aws',
      'eu-west-1',
      'prod-eu',
    ],
    [
      'arn:aws-cn:eks:cn-north-1:111122223333:cluster/Prod_1',
      'aws-cn',
      'cn-north-1',
      'Prod_1',
    ],
    [
      'arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/p',
      'aws-us-gov',
      'us-gov-west-1',
      'p',
    ],
  ])('reads %s', (arn, partition, region, name) => {
    expect(parseClusterArn(arn)).toEqual({
      partition,
      region,
      name,
      accountId: '111122223333',
    });
  });

  it.each([
    ['', 'does not have the parts of an ARN'],
    ['prod-eu', 'does not have the parts of an ARN'],
    [
      'arn:aws-iso:eks:us-iso-east-1:111122223333:cluster/prod',
      'no partition "aws-iso"',
    ],
    [
      'arn:aws:ecr:eu-west-1:111122223333:repository/orders',
      'names the service "ecr"',
    ],
    [
      'arn:aws:eks:europe:111122223333:cluster/prod',
      '"europe" is not a region',
    ],
    [
      'arn:aws:eks:cn-north-1:111122223333:cluster/prod',
      'region cn-north-1 is not in partition aws',
    ],
    ['arn:aws:eks:eu-west-1:1111:cluster/prod', 'twelve digits'],
    [
      'arn:aws:eks:eu-west-1:111122223333:cluster/',
      'does not name an EKS cluster',
    ],
    [
      'arn:aws:eks:eu-west-1:111122223333:cluster/../x',
      'does not name an EKS cluster',
    ],
    [
      'arn:aws:eks:eu-west-1:111122223333:nodegroup/prod/general/1',
      'does not name an EKS cluster',
    ],
  ])('refuses %p and says why', (arn, reason) => {
    expect(() => parseClusterArn(arn)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(reason),
      }),
    );
  });

  it('does not repeat a text of any length', () => {
    expect(() => parseClusterArn('x'.repeat(5000))).toThrow(/^.{1,300}$/);
  });
});

describe('parseEcrRepositoryArn', () => {
  it('reads a repository with its path', () => {
    expect(
      parseEcrRepositoryArn(
        'arn:aws:ecr:us-east-1:444455556666:repository/team/orders',
      ),
    ).toMatchObject({ region: 'us-east-1', name: 'team/orders' });
  });

  it('refuses a cluster', () => {
    expect(() =>
      parseEcrRepositoryArn(
        'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
      ),
    ).toThrow('is not the ARN of an ECR repository');
  });
});

it.each([
  ['eu-west-1', 'aws'],
  ['cn-northwest-1', 'aws-cn'],
  ['us-gov-east-1', 'aws-us-gov'],
])('puts region %s into partition %s', (region, partition) => {
  expect(partitionOfRegion(region)).toBe(partition);
});
