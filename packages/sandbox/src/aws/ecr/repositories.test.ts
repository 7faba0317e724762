import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ListTagsForResourceCommand,
  paginateDescribeRepositories,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import {
  ACCOUNT,
  OTHER_ACCOUNT,
  startTestAws,
  TestAws,
} from '../../__testUtils__/aws';

let test: TestAws;
let ecr: ECRClient;

beforeEach(async () => {
  test = await startTestAws();
  ecr = test.ecr();
});
afterEach(() => test.stop());

const create = (repositoryName: string) =>
  ecr.send(new CreateRepositoryCommand({ repositoryName }));

describe('CreateRepository', () => {
  it('answers what was made, with the defaults of AWS', async () => {
    const { repository } = await create('orders');
    expect(repository).toEqual({
      repositoryArn: `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/orders`,
      registryId: ACCOUNT,
      repositoryName: 'orders',
      repositoryUri: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/orders`,
      createdAt: expect.any(Date),
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    expect(
      Math.abs(Date.now() - (repository?.createdAt?.getTime() ?? 0)),
    ).toBeLessThan(60_000);
  });

  it('keeps every setting', async () => {
    const settings = {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'cache-*' },
      ],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: {
        encryptionType: 'KMS',
        kmsKey: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`,
      },
    } as const;
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: 'team/orders',
        ...settings,
        imageTagMutabilityExclusionFilters: [
          ...settings.imageTagMutabilityExclusionFilters,
        ],
      }),
    );
    const { repositories } = await ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['team/orders'] }),
    );
    expect(repositories).toEqual([expect.objectContaining(settings)]);
  });

  it('refuses a second repository of the name', async () => {
    await create('orders');
    await expect(create('orders')).rejects.toMatchObject({
      name: 'RepositoryAlreadyExistsException',
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
      message: `The repository with name 'orders' already exists in the registry with id '${ACCOUNT}'`,
    });
  });

  it.each(['Orders', 'a', 'orders/', '-orders', 'or..ders', 'o'.repeat(257)])(
    'refuses the name %p',
    async name => {
      await expect(create(name)).rejects.toMatchObject({
        name: 'InvalidParameterException',
        message: expect.stringContaining(`'repositoryName'`),
      });
    },
  );

  it.each([
    ['exclusion filters without exclusion', 'IMMUTABLE', 1],
    ['exclusion without filters', 'IMMUTABLE_WITH_EXCLUSION', 0],
    ['six filters', 'MUTABLE_WITH_EXCLUSION', 6],
  ] as const)('refuses %s', async (_, imageTagMutability, count) => {
    const creation = ecr.send(
      new CreateRepositoryCommand({
        repositoryName: 'orders',
        imageTagMutability,
        imageTagMutabilityExclusionFilters: Array.from(
          { length: count },
          (__, index) => ({ filterType: 'WILDCARD', filter: `v${index}-*` }),
        ),
      }),
    );
    await expect(creation).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('belongs to one account and region', async () => {
    await create('orders');
    const elsewhere = [
      test.ecr({ region: 'us-east-1' }),
      test.ecr({ credentials: test.admin(OTHER_ACCOUNT) }),
    ];
    for (const client of elsewhere) {
      const { repositories } = await client.send(
        new DescribeRepositoriesCommand({}),
      );
      expect(repositories).toEqual([]);
    }
  });

  it('keeps another account out of the registry', async () => {
    const other = test.ecr({ credentials: test.admin(OTHER_ACCOUNT) });
    await expect(
      other.send(
        new CreateRepositoryCommand({
          registryId: ACCOUNT,
          repositoryName: 'orders',
        }),
      ),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('no resource-based policy allows'),
    });
  });
});

describe('DescribeRepositories', () => {
  it('names the one that is not there', async () => {
    await create('orders');
    await expect(
      ecr.send(
        new DescribeRepositoriesCommand({
          repositoryNames: ['orders', 'nope'],
        }),
      ),
    ).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
      message: `The repository with name 'nope' does not exist in the registry with id '${ACCOUNT}'`,
    });
  });

  it('gives pages', async () => {
    const names = ['a1', 'a2', 'a3', 'a4', 'a5'];
    for (const name of names) {
      await create(name);
    }
    const pages: (string | undefined)[][] = [];
    for await (const { repositories = [] } of paginateDescribeRepositories(
      { client: ecr, pageSize: 2 },
      {},
    )) {
      pages.push(repositories.map(({ repositoryName }) => repositoryName));
    }
    expect(pages).toEqual([['a1', 'a2'], ['a3', 'a4'], ['a5']]);
  });

  it('refuses a token that it did not give', async () => {
    await expect(
      ecr.send(new DescribeRepositoriesCommand({ nextToken: 'nonsense' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('DeleteRepository', () => {
  const remove = (force?: boolean) =>
    ecr.send(new DeleteRepositoryCommand({ repositoryName: 'orders', force }));

  it('keeps one with images unless it is forced', async () => {
    await create('orders');
    await ecr.send(
      new PutImageCommand({
        repositoryName: 'orders',
        imageManifest: '{"schemaVersion":2}',
      }),
    );
    await expect(remove()).rejects.toMatchObject({
      name: 'RepositoryNotEmptyException',
    });
    await remove(true);
    await expect(remove()).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
    });
  });
});

it('changes how tags may be overwritten', async () => {
  await create('orders');
  const filters = [{ filterType: 'WILDCARD' as const, filter: 'latest' }];
  await ecr.send(
    new PutImageTagMutabilityCommand({
      repositoryName: 'orders',
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: filters,
    }),
  );
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
  expect(repositories?.[0]).toMatchObject({
    imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: filters,
  });
});

describe('tags', () => {
  const resourceArn = `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/orders`;
  const tags = async () => {
    const answer = await ecr.send(
      new ListTagsForResourceCommand({ resourceArn }),
    );
    return answer.tags;
  };

  it('are added, overwritten and taken away', async () => {
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: 'orders',
        tags: [{ Key: 'owner', Value: 'payments' }],
      }),
    );
    await ecr.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { Key: 'owner', Value: 'platform' },
          { Key: 'system', Value: 'shop' },
        ],
      }),
    );
    expect(await tags()).toEqual([
      { Key: 'owner', Value: 'platform' },
      { Key: 'system', Value: 'shop' },
    ]);
    await ecr.send(
      new UntagResourceCommand({ resourceArn, tagKeys: ['owner'] }),
    );
    expect(await tags()).toEqual([{ Key: 'system', Value: 'shop' }]);
  });

  it.each([
    ['InvalidTagParameterException', [{ Key: 'aws:x', Value: '' }]],
    ['InvalidTagParameterException', [{ Key: 'x', Value: 'a;b' }]],
    [
      'TooManyTagsException',
      Array.from({ length: 51 }, (_, index) => ({
        Key: `k${index}`,
        Value: '',
      })),
    ],
  ])('are refused with %s', async (name, refused) => {
    await create('orders');
    await expect(
      ecr.send(new TagResourceCommand({ resourceArn, tags: refused })),
    ).rejects.toMatchObject({ name });
    expect(await tags()).toEqual([]);
  });
});
