import { parseImageReference } from './imageReference';

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const ECR = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
const ecr = (repository: string, region = 'eu-west-1') => ({
  accountId: '111122223333',
  region,
  repository,
});

it.each([
  ['nginx', { repository: 'nginx' }],
  ['nginx:1.27', { repository: 'nginx', tag: '1.27' }],
  ['localhost:5000/team/app', { repository: 'localhost:5000/team/app' }],
  [
    'localhost:5000/team/app:v1',
    { repository: 'localhost:5000/team/app', tag: 'v1' },
  ],
  [
    `${ECR}/orders@${DIGEST}`,
    { repository: `${ECR}/orders`, digest: DIGEST, ecr: ecr('orders') },
  ],
  [
    `${ECR}/team/orders:1.4.2@${DIGEST}`,
    {
      repository: `${ECR}/team/orders`,
      tag: '1.4.2',
      digest: DIGEST,
      ecr: ecr('team/orders'),
    },
  ],
  [
    `docker-pullable://${ECR}/orders@${DIGEST}`,
    { repository: `${ECR}/orders`, digest: DIGEST, ecr: ecr('orders') },
  ],
  [
    '111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/orders',
    {
      repository: '111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/orders',
      ecr: ecr('orders', 'cn-north-1'),
    },
  ],
  [
    '111122223333.dkr-ecr.eu-west-1.on.aws/orders',
    {
      repository: '111122223333.dkr-ecr.eu-west-1.on.aws/orders',
      ecr: ecr('orders'),
    },
  ],
  [
    '111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example/orders',
    {
      repository:
        '111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example/orders',
    },
  ],
  ['', { repository: '' }],
])('takes %s apart', (image, parts) => {
  expect(parseImageReference(image)).toEqual(parts);
});
