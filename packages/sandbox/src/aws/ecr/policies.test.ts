import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryPolicyCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { startTestAws, TestAws } from '../../__testUtils__/aws';

let test: TestAws;
let ecr: ECRClient;
const repositoryName = 'orders';

beforeEach(async () => {
  test = await startTestAws();
  ecr = test.ecr();
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
});
afterEach(() => test.stop());

const expireUntagged = (change: object = {}, selection: object = {}) => ({
  rulePriority: 1,
  description: 'Untagged images are left over from builds',
  selection: {
    tagStatus: 'untagged',
    countType: 'sinceImagePushed',
    countUnit: 'days',
    countNumber: 7,
    ...selection,
  },
  action: { type: 'expire' },
  ...change,
});
const putLifecycle = (rules: object[]) =>
  ecr.send(
    new PutLifecyclePolicyCommand({
      repositoryName,
      lifecyclePolicyText: JSON.stringify({ rules }),
    }),
  );

describe('lifecycle policy', () => {
  it('is put, read and deleted', async () => {
    const get = new GetLifecyclePolicyCommand({ repositoryName });
    const missing = { name: 'LifecyclePolicyNotFoundException' };
    await expect(ecr.send(get)).rejects.toMatchObject(missing);
    const { lifecyclePolicyText } = await putLifecycle([expireUntagged()]);
    expect(await ecr.send(get)).toMatchObject({ lifecyclePolicyText });
    await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }));
    await expect(ecr.send(get)).rejects.toMatchObject(missing);
  });

  it.each([
    ['no rules', []],
    ['a rule without selection', [expireUntagged({ selection: undefined })]],
    ['an unknown action', [expireUntagged({ action: { type: 'archive' } })]],
    [
      'days for a count',
      [expireUntagged({}, { countType: 'imageCountMoreThan' })],
    ],
    ['no days for an age', [expireUntagged({}, { countUnit: undefined })]],
    ['a count of 0', [expireUntagged({}, { countNumber: 0 })]],
    ['tagged without tags', [expireUntagged({}, { tagStatus: 'tagged' })]],
    ['untagged with tags', [expireUntagged({}, { tagPrefixList: ['v'] })]],
    ['one priority twice', [expireUntagged(), expireUntagged()]],
    [
      'any before another rule',
      [
        expireUntagged({}, { tagStatus: 'any' }),
        expireUntagged({ rulePriority: 2 }),
      ],
    ],
  ])('with %s is refused', async (_, rules) => {
    // AWS wants at least 100 characters before it reads the rules.
    const lifecyclePolicyText = JSON.stringify({ rules }).padEnd(100);
    await expect(
      ecr.send(
        new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('Lifecycle policy validation failure'),
    });
  });
});

describe('repository policy', () => {
  const policyText = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::444455556666:root' },
        Action: ['ecr:BatchGetImage'],
      },
    ],
  });
  const get = new GetRepositoryPolicyCommand({ repositoryName });

  it('is set, read and deleted', async () => {
    const missing = { name: 'RepositoryPolicyNotFoundException' };
    await expect(ecr.send(get)).rejects.toMatchObject(missing);
    await ecr.send(
      new SetRepositoryPolicyCommand({ repositoryName, policyText }),
    );
    expect(await ecr.send(get)).toMatchObject({ policyText });
    await ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
    await expect(ecr.send(get)).rejects.toMatchObject(missing);
  });

  const set = (principal: string) =>
    ecr.send(
      new SetRepositoryPolicyCommand({
        repositoryName,
        policyText: policyText.replace(
          'arn:aws:iam::444455556666:root',
          principal,
        ),
      }),
    );

  it('keeps an account as the ARN of its root', async () => {
    const answer = await set('444455556666');
    expect(answer).toMatchObject({ policyText });
  });

  it('wants roles to be there, where it can know', async () => {
    await set('arn:aws:iam::111122223333:role/admin');
    await set('arn:aws:iam::999999999999:role/of-somebody-else');
    await expect(
      set('arn:aws:iam::111122223333:role/nobody'),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining("'Principal not found'"),
    });
  });

  it.each([
    'nonsense',
    '{}',
    policyText.replace('Allow', 'Perhaps'),
    policyText.replace('"Action"', '"Resource":"*","Action"'),
  ])('is refused when it is %p', async refused => {
    await expect(
      ecr.send(
        new SetRepositoryPolicyCommand({
          repositoryName,
          policyText: refused,
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
