import { ConfigReader } from '@backstage/config';
import { readAwsAccountRole } from './readAwsAccountRole';

const config = new ConfigReader({
  aws: {
    accounts: [
      { accountId: '111122223333', roleName: 'portal', externalId: 'x' },
      { accountId: '444455556666', profile: 'data' },
    ],
    accountDefaults: { roleName: 'reader', partition: 'aws-cn' },
  },
});

describe('readAwsAccountRole', () => {
  it('takes the role of the account', () => {
    expect(readAwsAccountRole(config, '111122223333')).toEqual({
      arn: 'arn:aws:iam::111122223333:role/portal',
      externalId: 'x',
    });
  });

  it('takes the default role for an account that is not listed', () => {
    expect(readAwsAccountRole(config, '777788889999')).toEqual({
      arn: 'arn:aws-cn:iam::777788889999:role/reader',
    });
  });

  it('has none for an account with credentials of its own', () => {
    expect(readAwsAccountRole(config, '444455556666')).toBeUndefined();
  });

  it('has none where AWS is not configured', () => {
    expect(
      readAwsAccountRole(new ConfigReader({}), '111122223333'),
    ).toBeUndefined();
  });
});
