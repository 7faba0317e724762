import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr';
import {
  ACCOUNT,
  type AwsTarget,
  type ContractCase,
  pages,
  refuses,
  REGION,
} from './types';

const lifecyclePolicyText = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: 'Untagged images go after a week',
      selection: {
        tagStatus: 'untagged',
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: 7,
      },
      action: { type: 'expire' },
    },
  ],
});

const policyText = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Pull',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    },
  ],
});

const manifest = (seed: string) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: 7023,
      digest: `sha256:${seed.repeat(64).slice(0, 64)}`,
    },
    layers: [
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: 32654,
        digest: `sha256:${seed.repeat(64).slice(0, 64)}`,
      },
    ],
  });

const arnOf = (name: string) =>
  `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`;

/** A repository that is there. */
async function repository(
  target: AwsTarget,
  input: Partial<CreateRepositoryCommandInput> = {},
): Promise<string> {
  const repositoryName = target.unique('contract/repository');
  await target.ecr.send(
    new CreateRepositoryCommand({ repositoryName, ...input }),
  );
  return repositoryName;
}

const push = (
  { ecr }: AwsTarget,
  repositoryName: string,
  imageTag: string,
  seed = 'a',
) =>
  ecr.send(
    new PutImageCommand({
      repositoryName,
      imageTag,
      imageManifest: manifest(seed),
      imageManifestMediaType:
        'application/vnd.docker.distribution.manifest.v2+json',
    }),
  );

const creating: Omit<ContractCase, 'operation'>[] = [
  {
    holds: 'answers with what it made, and what was left open by default',
    async check({ ecr, unique }) {
      const repositoryName = unique('contract/created');
      const { repository: made } = await ecr.send(
        new CreateRepositoryCommand({ repositoryName }),
      );

      expect(made).toEqual({
        repositoryArn: arnOf(repositoryName),
        registryId: ACCOUNT,
        repositoryName,
        repositoryUri: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${repositoryName}`,
        createdAt: expect.any(Date),
        imageTagMutability: 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'AES256' },
      });
    },
  },
  {
    holds: 'keeps encryption with a key, scanning and immutable tags',
    async check(target) {
      const kmsKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-000000000001`;
      const name = await repository(target, {
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfiguration: { encryptionType: 'KMS', kmsKey },
      });
      const { repositories } = await target.ecr.send(
        new DescribeRepositoriesCommand({ repositoryNames: [name] }),
      );

      expect(repositories).toMatchObject([
        {
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfiguration: { encryptionType: 'KMS', kmsKey },
        },
      ]);
    },
  },
  {
    holds: 'keeps the tags that shall not be immutable',
    async check(target) {
      const filters = [
        { filterType: 'WILDCARD' as const, filter: 'cache*' },
        { filterType: 'WILDCARD' as const, filter: 'latest' },
      ];
      const name = await repository(target, {
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: filters,
      });
      const { repositories } = await target.ecr.send(
        new DescribeRepositoriesCommand({ repositoryNames: [name] }),
      );

      expect(repositories).toMatchObject([
        {
          imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
          imageTagMutabilityExclusionFilters: filters,
        },
      ]);
    },
  },
  {
    holds: 'refuses a sixth exclusion filter',
    async check({ ecr, unique }) {
      await refuses(
        ecr.send(
          new CreateRepositoryCommand({
            repositoryName: unique('contract/filters'),
            imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
            imageTagMutabilityExclusionFilters: [1, 2, 3, 4, 5, 6].map(
              number => ({ filterType: 'WILDCARD', filter: `v${number}*` }),
            ),
          }),
        ),
        'InvalidParameterException',
        400,
      );
    },
  },
  {
    holds: 'refuses exclusion filters for tags that are all immutable',
    async check({ ecr, unique }) {
      await refuses(
        ecr.send(
          new CreateRepositoryCommand({
            repositoryName: unique('contract/filters'),
            imageTagMutability: 'IMMUTABLE',
            imageTagMutabilityExclusionFilters: [
              { filterType: 'WILDCARD', filter: 'cache*' },
            ],
          }),
        ),
        'InvalidParameterException',
        400,
      );
    },
  },
  {
    holds: 'refuses one that is there',
    async check(target) {
      const repositoryName = await repository(target);
      await refuses(
        target.ecr.send(new CreateRepositoryCommand({ repositoryName })),
        'RepositoryAlreadyExistsException',
        400,
      );
    },
  },
  ...['Orders', 'a', 'orders-', 'orders//web', '-orders'].map(
    (repositoryName): Omit<ContractCase, 'operation'> => ({
      holds: `refuses the name \`${repositoryName}\``,
      check: ({ ecr }) =>
        refuses(
          ecr.send(new CreateRepositoryCommand({ repositoryName })),
          'InvalidParameterException',
          400,
        ),
    }),
  ),
  {
    holds: 'refuses tag keys that are reserved for AWS',
    async check({ ecr, unique }) {
      await refuses(
        ecr.send(
          new CreateRepositoryCommand({
            repositoryName: unique('contract/tags'),
            tags: [{ Key: 'aws:owner', Value: 'me' }],
          }),
        ),
        'InvalidTagParameterException',
        400,
      );
    },
  },
  {
    holds: 'refuses more than 50 tags',
    async check({ ecr, unique }) {
      await refuses(
        ecr.send(
          new CreateRepositoryCommand({
            repositoryName: unique('contract/tags'),
            tags: Array.from({ length: 51 }, (_, index) => ({
              Key: `key${index}`,
              Value: '',
            })),
          }),
        ),
        'TooManyTagsException',
        400,
      );
    },
  },
];

const cases: ContractCase[] = [
  ...creating.map(entry => ({
    operation: 'ecr:CreateRepository',
    ...entry,
  })),
  {
    operation: 'ecr:DescribeRepositories',
    holds: 'finds one by name',
    async check(target) {
      const name = await repository(target);
      const { repositories } = await target.ecr.send(
        new DescribeRepositoriesCommand({ repositoryNames: [name] }),
      );
      expect(repositories).toMatchObject([
        { repositoryName: name, repositoryArn: arnOf(name) },
      ]);
    },
  },
  {
    operation: 'ecr:DescribeRepositories',
    holds: 'says that a name is not there',
    check: ({ ecr }) =>
      refuses(
        ecr.send(
          new DescribeRepositoriesCommand({ repositoryNames: ['not/there'] }),
        ),
        'RepositoryNotFoundException',
        400,
      ),
  },
  {
    operation: 'ecr:DescribeRepositories',
    holds: 'lists in pages',
    async check(target) {
      const names = [
        await repository(target),
        await repository(target),
        await repository(target),
      ];
      const found = await pages<string, string>(async nextToken => {
        const answer = await target.ecr.send(
          new DescribeRepositoriesCommand({ maxResults: 2, nextToken }),
        );
        const items = (answer.repositories ?? []).map(
          ({ repositoryName = '' }) => repositoryName,
        );
        return [items, answer.nextToken];
      });
      const all = found.flat();

      expect(Math.max(...found.map(({ length }) => length))).toBe(2);
      expect(all).toEqual(expect.arrayContaining(names));
      expect(new Set(all).size).toBe(all.length);
    },
  },
  {
    operation: 'ecr:DescribeRepositories',
    holds: 'refuses a token that it did not give',
    check: ({ ecr }) =>
      refuses(
        ecr.send(new DescribeRepositoriesCommand({ nextToken: 'mine' })),
        'InvalidParameterException',
        400,
      ),
  },
  {
    operation: 'ecr:DeleteRepository',
    holds: 'removes an empty one',
    async check(target) {
      const repositoryName = await repository(target);
      const { repository: removed } = await target.ecr.send(
        new DeleteRepositoryCommand({ repositoryName }),
      );
      expect(removed).toMatchObject({ repositoryName });
      await refuses(
        target.ecr.send(new DeleteRepositoryCommand({ repositoryName })),
        'RepositoryNotFoundException',
        400,
      );
    },
  },
  {
    operation: 'ecr:DeleteRepository',
    holds: 'removes one that holds images only by force',
    async check(target) {
      const repositoryName = await repository(target);
      await push(target, repositoryName, 'v1');
      await refuses(
        target.ecr.send(new DeleteRepositoryCommand({ repositoryName })),
        'RepositoryNotEmptyException',
        400,
      );
      const { repository: removed } = await target.ecr.send(
        new DeleteRepositoryCommand({ repositoryName, force: true }),
      );
      expect(removed).toMatchObject({ repositoryName });
    },
  },
  {
    operation: 'ecr:PutImageTagMutability',
    holds: 'changes it',
    async check(target) {
      const repositoryName = await repository(target);
      const answer = await target.ecr.send(
        new PutImageTagMutabilityCommand({
          repositoryName,
          imageTagMutability: 'IMMUTABLE',
        }),
      );
      expect(answer).toMatchObject({
        registryId: ACCOUNT,
        repositoryName,
        imageTagMutability: 'IMMUTABLE',
      });
      const { repositories } = await target.ecr.send(
        new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
      );
      expect(repositories?.[0].imageTagMutability).toBe('IMMUTABLE');
    },
  },
  {
    operation: 'ecr:PutImageTagMutability',
    holds: 'says that the repository is not there',
    check: ({ ecr }) =>
      refuses(
        ecr.send(
          new PutImageTagMutabilityCommand({
            repositoryName: 'not/there',
            imageTagMutability: 'MUTABLE',
          }),
        ),
        'RepositoryNotFoundException',
        400,
      ),
  },
  {
    operation: 'ecr:PutImageScanningConfiguration',
    holds: 'changes it',
    async check(target) {
      const repositoryName = await repository(target);
      const answer = await target.ecr.send(
        new PutImageScanningConfigurationCommand({
          repositoryName,
          imageScanningConfiguration: { scanOnPush: true },
        }),
      );
      expect(answer).toMatchObject({
        registryId: ACCOUNT,
        repositoryName,
        imageScanningConfiguration: { scanOnPush: true },
      });
    },
  },
  {
    operation: 'ecr:PutImageScanningConfiguration',
    holds: 'says that the repository is not there',
    check: ({ ecr }) =>
      refuses(
        ecr.send(
          new PutImageScanningConfigurationCommand({
            repositoryName: 'not/there',
            imageScanningConfiguration: { scanOnPush: true },
          }),
        ),
        'RepositoryNotFoundException',
        400,
      ),
  },
  {
    operation: 'ecr:GetRegistryScanningConfiguration',
    holds: 'is basic, with no rules, until somebody changes it',
    async check({ ecr }) {
      expect(
        await ecr.send(new GetRegistryScanningConfigurationCommand({})),
      ).toMatchObject({
        registryId: ACCOUNT,
        scanningConfiguration: { scanType: 'BASIC', rules: [] },
      });
    },
  },
  {
    operation: 'ecr:GetLifecyclePolicy',
    holds: 'gives back the text that was put',
    async check(target) {
      const repositoryName = await repository(target);
      const put = await target.ecr.send(
        new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }),
      );
      const got = await target.ecr.send(
        new GetLifecyclePolicyCommand({ repositoryName }),
      );
      for (const answer of [put, got]) {
        expect(answer).toMatchObject({
          registryId: ACCOUNT,
          repositoryName,
          lifecyclePolicyText,
        });
      }
    },
  },
  {
    operation: 'ecr:GetLifecyclePolicy',
    holds: 'says that there is none',
    async check(target) {
      const repositoryName = await repository(target);
      await refuses(
        target.ecr.send(new GetLifecyclePolicyCommand({ repositoryName })),
        'LifecyclePolicyNotFoundException',
        400,
      );
    },
  },
  {
    operation: 'ecr:PutLifecyclePolicy',
    holds: 'refuses what is no policy',
    async check(target) {
      const repositoryName = await repository(target);
      const wrong = lifecyclePolicyText.replace('"untagged"', '"sometimes"');
      await refuses(
        target.ecr.send(
          new PutLifecyclePolicyCommand({
            repositoryName,
            lifecyclePolicyText: wrong,
          }),
        ),
        'InvalidParameterException',
        400,
      );
    },
  },
  {
    operation: 'ecr:PutLifecyclePolicy',
    holds: 'says that the repository is not there',
    check: ({ ecr }) =>
      refuses(
        ecr.send(
          new PutLifecyclePolicyCommand({
            repositoryName: 'not/there',
            lifecyclePolicyText,
          }),
        ),
        'RepositoryNotFoundException',
        400,
      ),
  },
  {
    operation: 'ecr:GetRepositoryPolicy',
    holds: 'gives back the policy that was set',
    async check(target) {
      const repositoryName = await repository(target);
      await target.ecr.send(
        new SetRepositoryPolicyCommand({ repositoryName, policyText }),
      );
      const answer = await target.ecr.send(
        new GetRepositoryPolicyCommand({ repositoryName }),
      );
      expect(answer).toMatchObject({ registryId: ACCOUNT, repositoryName });
      expect(JSON.parse(answer.policyText ?? '')).toEqual(
        JSON.parse(policyText),
      );
    },
  },
  {
    operation: 'ecr:GetRepositoryPolicy',
    holds: 'says that there is none',
    async check(target) {
      const repositoryName = await repository(target);
      await refuses(
        target.ecr.send(new GetRepositoryPolicyCommand({ repositoryName })),
        'RepositoryPolicyNotFoundException',
        400,
      );
    },
  },
  {
    operation: 'ecr:SetRepositoryPolicy',
    holds: 'refuses what is no policy',
    async check(target) {
      const repositoryName = await repository(target);
      await refuses(
        target.ecr.send(
          new SetRepositoryPolicyCommand({
            repositoryName,
            policyText: policyText.replace('"Allow"', '"Perhaps"'),
          }),
        ),
        'InvalidParameterException',
        400,
      );
    },
  },
  {
    operation: 'ecr:TagResource',
    holds: 'adds to the tags, and replaces those of the same key',
    async check(target) {
      const name = await repository(target, {
        tags: [
          { Key: 'slipway:entity', Value: 'component:default/orders' },
          { Key: 'team', Value: 'a' },
        ],
      });
      await target.ecr.send(
        new TagResourceCommand({
          resourceArn: arnOf(name),
          tags: [
            { Key: 'team', Value: 'b' },
            { Key: 'cost', Value: '' },
          ],
        }),
      );
      const { tags = [] } = await target.ecr.send(
        new ListTagsForResourceCommand({ resourceArn: arnOf(name) }),
      );
      expect(
        Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
      ).toEqual({
        'slipway:entity': 'component:default/orders',
        team: 'b',
        cost: '',
      });
    },
  },
  {
    operation: 'ecr:TagResource',
    holds: 'says that the repository is not there',
    check: ({ ecr }) =>
      refuses(
        ecr.send(
          new TagResourceCommand({
            resourceArn: arnOf('not/there'),
            tags: [{ Key: 'team', Value: 'a' }],
          }),
        ),
        'RepositoryNotFoundException',
        400,
      ),
  },
  {
    operation: 'ecr:ListTagsForResource',
    holds: 'says that the repository is not there',
    check: ({ ecr }) =>
      refuses(
        ecr.send(
          new ListTagsForResourceCommand({ resourceArn: arnOf('not/there') }),
        ),
        'RepositoryNotFoundException',
        400,
      ),
  },
  {
    operation: 'ecr:PutImage',
    holds: 'refuses the same image under the same tag',
    async check(target) {
      const repositoryName = await repository(target);
      const { image } = await push(target, repositoryName, 'v1');
      expect(image).toMatchObject({
        registryId: ACCOUNT,
        repositoryName,
        imageId: {
          imageTag: 'v1',
          imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        },
      });
      await refuses(
        push(target, repositoryName, 'v1'),
        'ImageAlreadyExistsException',
        400,
      );
    },
  },
  {
    operation: 'ecr:PutImage',
    holds: 'refuses to move an immutable tag',
    async check(target) {
      const repositoryName = await repository(target, {
        imageTagMutability: 'IMMUTABLE',
      });
      await push(target, repositoryName, 'v1', 'a');
      await refuses(
        push(target, repositoryName, 'v1', 'b'),
        'ImageTagAlreadyExistsException',
        400,
      );
    },
  },
  {
    operation: 'ecr:PutImage',
    holds: 'moves an immutable tag that a filter excludes',
    async check(target) {
      const repositoryName = await repository(target, {
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [
          { filterType: 'WILDCARD', filter: 'cache*' },
        ],
      });
      await push(target, repositoryName, 'cache-1', 'a');
      await push(target, repositoryName, 'cache-1', 'b');
      const { imageDetails = [] } = await target.ecr.send(
        new DescribeImagesCommand({ repositoryName }),
      );
      expect(
        imageDetails.filter(({ imageTags }) => imageTags?.includes('cache-1')),
      ).toHaveLength(1);
    },
  },
  {
    operation: 'ecr:DescribeImages',
    holds: 'tells digest, tags, size and age',
    async check(target) {
      const repositoryName = await repository(target);
      const { image } = await push(target, repositoryName, 'v1');
      const { imageDetails } = await target.ecr.send(
        new DescribeImagesCommand({ repositoryName }),
      );
      expect(imageDetails).toMatchObject([
        {
          registryId: ACCOUNT,
          repositoryName,
          imageDigest: image?.imageId?.imageDigest,
          imageTags: ['v1'],
          imageSizeInBytes: expect.any(Number),
          imagePushedAt: expect.any(Date),
          imageManifestMediaType:
            'application/vnd.docker.distribution.manifest.v2+json',
        },
      ]);
    },
  },
  {
    operation: 'ecr:DescribeImages',
    holds: 'lists in pages',
    async check(target) {
      const repositoryName = await repository(target);
      for (const seed of ['a', 'b', 'c']) {
        await push(target, repositoryName, seed, seed);
      }
      const found = await pages<string, string>(async nextToken => {
        const answer = await target.ecr.send(
          new DescribeImagesCommand({
            repositoryName,
            maxResults: 2,
            nextToken,
          }),
        );
        const items = (answer.imageDetails ?? []).map(
          ({ imageDigest = '' }) => imageDigest,
        );
        return [items, answer.nextToken];
      });
      expect(found.map(({ length }) => length)).toEqual([2, 1]);
      expect(new Set(found.flat()).size).toBe(3);
    },
  },
  {
    operation: 'ecr:DescribeImages',
    holds: 'says that an image is not there',
    async check(target) {
      const repositoryName = await repository(target);
      await refuses(
        target.ecr.send(
          new DescribeImagesCommand({
            repositoryName,
            imageIds: [{ imageTag: 'v1' }],
          }),
        ),
        'ImageNotFoundException',
        400,
      );
    },
  },
  {
    operation: 'ecr:DescribeImages',
    holds: 'says that the repository is not there',
    check: ({ ecr }) =>
      refuses(
        ecr.send(new DescribeImagesCommand({ repositoryName: 'not/there' })),
        'RepositoryNotFoundException',
        400,
      ),
  },
  {
    operation: 'ecr:BatchDeleteImage',
    holds: 'removes an image by its digest with all its tags',
    async check(target) {
      const repositoryName = await repository(target);
      const { image } = await push(target, repositoryName, 'v1');
      await push(target, repositoryName, 'v2');
      const imageDigest = image?.imageId?.imageDigest;
      const { failures } = await target.ecr.send(
        new BatchDeleteImageCommand({
          repositoryName,
          imageIds: [{ imageDigest }],
        }),
      );
      expect(failures).toEqual([]);
      const { imageDetails } = await target.ecr.send(
        new DescribeImagesCommand({ repositoryName }),
      );
      expect(imageDetails).toEqual([]);
    },
  },
];

export default cases;
