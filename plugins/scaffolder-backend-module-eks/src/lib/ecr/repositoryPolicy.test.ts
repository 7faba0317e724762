import {
  checkRepositoryAccess,
  repositoryPolicyText,
} from './repositoryPolicy';
import { checkRepositoryPolicyText } from './repositoryPolicyText';

const nobody = { pullAccounts: [], pullOrganizations: [], pushRoles: [] };
const role = 'arn:aws:iam::444455556666:role/slipway/orders-pipeline';

const push = [
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

describe('repositoryPolicyText', () => {
  const all = {
    pullAccounts: ['444455556666'],
    pullOrganizations: ['o-a1b2c3d4e5'],
    pushRoles: [role],
  };

  it('lets accounts and organizations pull, and roles push', () => {
    const { Statement } = JSON.parse(repositoryPolicyText(all, 'aws') ?? '');

    expect(Statement).toEqual([
      {
        Sid: 'PullByAccounts',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::444455556666:root'] },
        Action: expect.not.arrayContaining(push),
      },
      {
        Sid: 'PullByOrganizations',
        Effect: 'Allow',
        Principal: '*',
        Action: expect.not.arrayContaining(push),
        Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-a1b2c3d4e5'] } },
      },
      {
        Sid: 'PushByRoles',
        Effect: 'Allow',
        Principal: { AWS: [role] },
        Action: expect.arrayContaining([...push, 'ecr:BatchGetImage']),
      },
    ]);
  });

  it('names accounts in the partition of the registry', () => {
    expect(repositoryPolicyText(all, 'aws-cn')).toContain(
      'arn:aws-cn:iam::444455556666:root',
    );
  });

  it('writes nothing for nobody', () => {
    expect(repositoryPolicyText(nobody, 'aws')).toBeUndefined();
  });

  it('writes what passes the check of policies as JSON', () => {
    expect(
      checkRepositoryPolicyText(
        repositoryPolicyText(all, 'aws') ?? '',
        'eu-west-1',
      ),
    ).toEqual([]);
  });
});

describe('checkRepositoryAccess', () => {
  it.each([
    ['pullAccounts', '1234', 'no AWS account id'],
    ['pullAccounts', '*', 'no AWS account id'],
    ['pullOrganizations', 'r-a1b2', 'no id of an AWS organization'],
    ['pushRoles', 'orders', 'no ARN of a role'],
    ['pushRoles', 'arn:aws:iam::444455556666:root', 'no ARN of a role'],
    ['pushRoles', 'arn:aws:iam::444455556666:role/*', 'no ARN of a role'],
    [
      'pushRoles',
      'arn:aws:sts::444455556666:assumed-role/orders/session',
      'a session of a role',
    ],
    [
      'pushRoles',
      'arn:aws-cn:iam::444455556666:role/orders',
      'partition `aws`',
    ],
  ] as const)('refuses %s: %s', (list, value, reason) => {
    expect(
      checkRepositoryAccess({ ...nobody, [list]: [value] }, 'eu-west-1'),
    ).toEqual([
      {
        field: `access.${list}[0]`,
        message: expect.stringContaining(reason),
      },
    ]);
  });

  it('says what is named twice', () => {
    expect(
      checkRepositoryAccess(
        { ...nobody, pushRoles: [role, role] },
        'eu-west-1',
      ),
    ).toEqual([
      { field: 'access.pushRoles[1]', message: `\`${role}\` is named twice` },
    ]);
  });
});
