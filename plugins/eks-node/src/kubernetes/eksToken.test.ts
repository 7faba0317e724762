import { createEksToken } from './eksToken';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const now = new Date('2026-11-23T12:00:00Z');

async function tokenUrl(region: string, partition: 'aws' | 'aws-cn') {
  const { token } = await createEksToken({
    clusterName: 'prod-eu',
    region,
    partition,
    credentials,
    now,
  });
  expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
  return new URL(
    Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString(),
  );
}

describe('createEksToken', () => {
  it('signs a GetCallerIdentity that names the cluster', async () => {
    const url = await tokenUrl('eu-west-1', 'aws');
    expect(url.host).toBe('sts.eu-west-1.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'GetCallerIdentity',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261123/eu-west-1/sts/aws4_request',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    });
  });

  it('asks the STS of the partition', async () => {
    const url = await tokenUrl('cn-north-1', 'aws-cn');
    expect(url.host).toBe('sts.cn-north-1.amazonaws.com.cn');
  });

  it('ends before EKS refuses it, and no later than its credentials', async () => {
    const ends = async (expiration?: Date) =>
      (
        await createEksToken({
          clusterName: 'prod-eu',
          region: 'eu-west-1',
          partition: 'aws',
          credentials: { ...credentials, expiration },
          now,
        })
      ).expiresAt.toISOString();
    expect(await ends()).toBe('2026-11-23T12:14:00.000Z');
    expect(await ends(new Date('2026-11-23T12:03:00Z'))).toBe(
      '2026-11-23T12:03:00.000Z',
    );
  });
});
