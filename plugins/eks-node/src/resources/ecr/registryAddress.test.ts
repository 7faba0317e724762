import { explainRegion, repositoryAddress } from './registryAddress';

describe('repositoryAddress', () => {
  it.each([
    [
      'eu-west-1',
      'arn:aws:ecr:eu-west-1:111122223333:repository/shop/orders',
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/orders',
    ],
    [
      'cn-north-1',
      'arn:aws-cn:ecr:cn-north-1:111122223333:repository/shop/orders',
      '111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/shop/orders',
    ],
    [
      'us-gov-west-1',
      'arn:aws-us-gov:ecr:us-gov-west-1:111122223333:repository/shop/orders',
      '111122223333.dkr.ecr.us-gov-west-1.amazonaws.com/shop/orders',
    ],
  ])('knows the partition of %s', (region, arn, uri) => {
    const address = repositoryAddress({
      name: 'shop/orders',
      accountId: '111122223333',
      region,
    });

    expect(address).toMatchObject({ arn, uri });
    expect(address.consoleUrl).toMatch(
      /^https:.*\/private\/111122223333\/shop\/orders\?region=/,
    );
  });
});

describe('explainRegion', () => {
  it.each(['eu-west-1', 'us-gov-west-1', 'ap-southeast-12'])(
    'takes %s',
    region => {
      expect(explainRegion(region)).toBeUndefined();
    },
  );

  it.each(['', 'Mars', 'eu-west', 'eu-west-1/x', 'eu-west-1.evil.example'])(
    'refuses %j',
    region => {
      expect(explainRegion(region)).toContain('no AWS region');
    },
  );
});
