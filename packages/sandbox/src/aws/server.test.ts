import { once } from 'node:events';
import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DescribeRepositoriesCommand,
} from '@aws-sdk/client-ecr';
import {
  DeleteAccessEntryCommand,
  ListClustersCommand,
} from '@aws-sdk/client-eks';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ACCOUNT, REGION, startTestAws, TestAws } from '../__testUtils__/aws';
import { FaultKind } from '../types';

let test: TestAws;
beforeEach(async () => {
  test = await startTestAws();
});
afterEach(() => test.stop());

const PORTAL = `arn:aws:iam::${ACCOUNT}:role/slipway-portal`;
const portal = () => test.aws.roleCredentials(PORTAL, 'backstage');
const list = new ListClustersCommand({});
const describeAll = new DescribeRepositoriesCommand({});
const whoami = new GetCallerIdentityCommand({});

describe('signatures', () => {
  const wrongSecret = () => ({
    credentials: { ...test.admin(), secretAccessKey: 'wrong' },
  });
  const unknownKey = () => ({
    credentials: {
      accessKeyId: 'AKIAUNKNOWNUNKNOWN00',
      secretAccessKey: 'any',
    },
  });
  const wrongToken = () => ({
    credentials: { ...test.admin(), sessionToken: 'wrong' },
  });

  it.each([
    [
      'a wrong secret',
      wrongSecret,
      [
        'InvalidSignatureException',
        'InvalidSignatureException',
        'SignatureDoesNotMatch',
      ],
    ],
    [
      'an unknown key',
      unknownKey,
      [
        'UnrecognizedClientException',
        'UnrecognizedClientException',
        'InvalidClientTokenId',
      ],
    ],
    [
      'a wrong session token',
      wrongToken,
      [
        'UnrecognizedClientException',
        'UnrecognizedClientException',
        'InvalidClientTokenId',
      ],
    ],
  ])('with %s are not believed', async (_, options, [ecr, eks, sts]) => {
    await expect(test.ecr(options()).send(describeAll)).rejects.toMatchObject({
      name: ecr,
      $metadata: { httpStatusCode: 400 },
    });
    await expect(test.eks(options()).send(list)).rejects.toMatchObject({
      name: eks,
      $metadata: { httpStatusCode: 403 },
    });
    await expect(test.sts(options()).send(whoami)).rejects.toMatchObject({
      name: sts,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('cover the body', async () => {
    const client = test.ecr();
    client.middlewareStack.add(
      next => args => {
        const { request } = args;
        if (
          typeof request === 'object' &&
          request !== null &&
          'body' in request
        ) {
          request.body = JSON.stringify({ repositoryName: 'others' });
        }
        return next(args);
      },
      // Behind the signing: what a meddler on the way would do.
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(
      client.send(new CreateRepositoryCommand({ repositoryName: 'orders' })),
    ).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('are wanted', async () => {
    const answer = await fetch(`${test.aws.url}/clusters`);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-amzn-errortype')).toBe(
      'MissingAuthenticationTokenException',
    );
  });

  it('age', async () => {
    const client = test.eks();
    test.advance(6 * 60 * 1000);
    await expect(client.send(list)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringContaining('Signature expired'),
    });
  });
});

describe('permissions', () => {
  it('name the caller, the action and the resource', async () => {
    await expect(
      test
        .ecr({ credentials: portal() })
        .send(new DeleteLifecyclePolicyCommand({ repositoryName: 'orders' })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/slipway-portal/backstage is not authorized to perform: ecr:DeleteLifecyclePolicy on resource: arn:aws:ecr:${REGION}:${ACCOUNT}:repository/orders because no identity-based policy allows the ecr:DeleteLifecyclePolicy action`,
    });
    await expect(
      test.eks({ credentials: portal() }).send(
        new DeleteAccessEntryCommand({
          clusterName: 'prod-eu',
          principalArn: PORTAL,
        }),
      ),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('allow what the documented policy says', async () => {
    const credentials = portal();
    await test
      .ecr({ credentials })
      .send(new CreateRepositoryCommand({ repositoryName: 'orders' }));
    expect((await test.eks({ credentials }).send(list)).clusters).toContain(
      'prod-eu',
    );
  });
});

it('journals who did what and how it ended', async () => {
  const client = test.ecr({ credentials: portal() });
  const command = new CreateRepositoryCommand({ repositoryName: 'orders' });
  await client.send(command);
  await expect(client.send(command)).rejects.toThrow('already exists');
  expect(test.journal.list({ operation: 'CreateRepository' })).toEqual([
    expect.objectContaining({
      service: 'ecr',
      target: 'orders',
      accountId: ACCOUNT,
      region: REGION,
      caller: `arn:aws:sts::${ACCOUNT}:assumed-role/slipway-portal/backstage`,
      status: 200,
    }),
    expect.objectContaining({
      status: 400,
      error: 'RepositoryAlreadyExistsException',
    }),
  ]);
});

describe('faults', () => {
  it.each([
    ['throttle', 'ThrottlingException', 400],
    ['server-error', 'ServerException', 500],
    ['access-denied', 'AccessDeniedException', 400],
    ['expired-token', 'ExpiredTokenException', 400],
  ] as const)('%s is %s of ECR', async (kind, name, httpStatusCode) => {
    test.faults.add({ kind, service: 'ecr', remaining: 1 });
    const client = test.ecr();
    await expect(client.send(describeAll)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
    await client.send(describeAll);
  });

  it.each([
    ['throttle', 'ThrottlingException', 429],
    ['server-error', 'ServerException', 500],
    ['access-denied', 'AccessDeniedException', 403],
    ['expired-token', 'ExpiredTokenException', 403],
  ] as const)('%s is %s of EKS', async (kind, name, httpStatusCode) => {
    test.faults.add({ kind, service: 'eks' });
    await expect(test.eks().send(list)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
  });

  it.each([
    ['throttle', 'Throttling', 400],
    ['server-error', 'InternalFailure', 500],
    ['access-denied', 'AccessDenied', 403],
  ] as const)('%s is %s of STS', async (kind, name, httpStatusCode) => {
    test.faults.add({ kind, service: 'sts' });
    await expect(test.sts().send(whoami)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
  });

  it('time out through a gateway', async () => {
    test.faults.add({ kind: 'timeout', service: 'ecr', delayMs: 1 });
    await expect(test.ecr().send(describeAll)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 504 },
    });
  });

  it('leave a call without an answer', async () => {
    test.faults.add({ kind: 'hang', service: 'ecr', remaining: 1 });
    const client = test.ecr();
    const abort = new AbortController();
    const failure = client
      .send(describeAll, { abortSignal: abort.signal })
      .catch(error => error);
    while (test.journal.list({ service: 'ecr' }).length === 0) {
      await once(AbortSignal.timeout(5), 'abort');
    }
    abort.abort();
    expect(await failure).toMatchObject({ name: 'AbortError' });
    expect(test.journal.list()).toMatchObject([{ status: 0, error: 'hang' }]);
  });

  it.each<[FaultKind, number]>([
    ['reset-before', 0],
    ['reset-after', 1],
  ])('%s cuts the connection with %i repositories made', async (kind, made) => {
    test.faults.add({
      kind,
      service: 'ecr',
      operation: 'CreateRepository',
      target: 'orders',
    });
    const client = test.ecr();
    await expect(
      client.send(new CreateRepositoryCommand({ repositoryName: 'orders' })),
    ).rejects.toThrow('ECONNRESET');
    const { repositories } = await client.send(describeAll);
    expect(repositories).toHaveLength(made);
  });

  it('are gone through by the SDK where they are few', async () => {
    test.faults.add({ kind: 'throttle', service: 'eks', remaining: 2 });
    const { clusters } = await test.eks({ maxAttempts: 3 }).send(list);
    expect(clusters).toContain('prod-eu');
    expect(test.journal.list({ operation: 'ListClusters' })).toHaveLength(3);
  });
});
