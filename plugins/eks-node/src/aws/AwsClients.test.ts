import { DefaultAwsClients } from './AwsClients';

describe('the client of IAM', () => {
  const clients = new DefaultAwsClients({
    getCredentialProvider: () => Promise.reject(new Error('not asked')),
  });
  afterAll(() => clients.destroy());

  it.each([
    ['eu-west-1', 'us-east-1'],
    ['cn-northwest-1', 'cn-north-1'],
    ['us-gov-east-1', 'us-gov-west-1'],
  ])('for %s is in %s', async (region, expected) => {
    const client = clients.iam({ accountId: '111122223333', region });
    expect(await client.config.region()).toBe(expected);
  });

  it('is one for all regions of a partition', () => {
    const [one, other] = ['eu-west-1', 'us-west-2'].map(region =>
      clients.iam({ accountId: '111122223333', region }),
    );
    expect(one).toBe(other);
  });
});
