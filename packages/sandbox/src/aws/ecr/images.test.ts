import { createHash } from 'node:crypto';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  BatchGetRepositoryScanningConfigurationCommand,
  CreateRepositoryCommand,
  CreateRepositoryCommandInput,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetRegistryScanningConfigurationCommand,
  ListImagesCommand,
  paginateListImages,
  PutImageCommand,
  PutImageScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import {
  ACCOUNT,
  REGION,
  startTestAws,
  TestAws,
} from '../../__testUtils__/aws';

let test: TestAws;
let ecr: ECRClient;
const repositoryName = 'orders';

beforeEach(async () => {
  test = await startTestAws();
  ecr = test.ecr();
});
afterEach(() => test.stop());

const create = (settings: Partial<CreateRepositoryCommandInput> = {}) =>
  ecr.send(new CreateRepositoryCommand({ repositoryName, ...settings }));

const manifest = (content: string) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: 10 },
    layers: [{ size: 90, digest: content }],
  });
const digestOf = (content: string) =>
  `sha256:${createHash('sha256').update(manifest(content)).digest('hex')}`;
const put = (content: string, imageTag?: string) =>
  ecr.send(
    new PutImageCommand({
      repositoryName,
      imageManifest: manifest(content),
      imageTag,
    }),
  );
const describeImages = async () => {
  const { imageDetails = [] } = await ecr.send(
    new DescribeImagesCommand({ repositoryName }),
  );
  return imageDetails;
};

describe('PutImage', () => {
  it('is described by the digest of its manifest', async () => {
    await create();
    const { image } = await put('a', 'v1');
    expect(image?.imageId).toEqual({
      imageDigest: digestOf('a'),
      imageTag: 'v1',
    });
    expect(await describeImages()).toEqual([
      expect.objectContaining({
        imageDigest: digestOf('a'),
        imageTags: ['v1'],
        imageSizeInBytes: 100,
        imagePushedAt: expect.any(Date),
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      }),
    ]);
  });

  it('moves a mutable tag and adds tags to a known image', async () => {
    await create();
    await put('a', 'latest');
    await put('b', 'latest');
    await put('b', 'v2');
    const images = await describeImages();
    expect(
      Object.fromEntries(
        images.map(({ imageDigest, imageTags }) => [imageDigest, imageTags]),
      ),
    ).toEqual({
      [digestOf('a')]: undefined,
      [digestOf('b')]: ['latest', 'v2'],
    });
    await expect(put('b', 'v2')).rejects.toMatchObject({
      name: 'ImageAlreadyExistsException',
    });
  });

  it('leaves an immutable tag, except those excluded', async () => {
    await create({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'cache*' },
      ],
    });
    await put('a', 'v1');
    await expect(put('b', 'v1')).rejects.toMatchObject({
      name: 'ImageTagAlreadyExistsException',
    });
    await put('a', 'cache-main');
    await put('b', 'cache-main');
  });

  it('refuses a wrong digest and what is not a manifest', async () => {
    await create();
    await expect(
      ecr.send(
        new PutImageCommand({
          repositoryName,
          imageManifest: manifest('a'),
          imageDigest: digestOf('b'),
        }),
      ),
    ).rejects.toMatchObject({ name: 'ImageDigestDoesNotMatchException' });
    await expect(
      ecr.send(new PutImageCommand({ repositoryName, imageManifest: '[]' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('images', () => {
  beforeEach(async () => {
    await create();
    await put('a', 'v1');
    await put('a', 'v1.0');
    await put('b');
  });

  it('are listed in pages, by tag status', async () => {
    const ids: (string | undefined)[] = [];
    for await (const { imageIds = [] } of paginateListImages(
      { client: ecr, pageSize: 1 },
      { repositoryName },
    )) {
      expect(imageIds).toHaveLength(1);
      ids.push(imageIds[0].imageTag);
    }
    expect(ids.sort()).toEqual(['v1', 'v1.0', undefined]);
    const { imageIds } = await ecr.send(
      new ListImagesCommand({
        repositoryName,
        filter: { tagStatus: 'UNTAGGED' },
      }),
    );
    expect(imageIds).toEqual([{ imageDigest: digestOf('b') }]);
  });

  it('are got and deleted in batches that say what is missing', async () => {
    const imageIds = [{ imageTag: 'v1' }, { imageTag: 'nope' }];
    const { images, failures } = await ecr.send(
      new BatchGetImageCommand({ repositoryName, imageIds }),
    );
    expect(images).toEqual([
      expect.objectContaining({ imageManifest: manifest('a') }),
    ]);
    expect(failures).toEqual([
      expect.objectContaining({ failureCode: 'ImageNotFound' }),
    ]);

    await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    expect(await describeImages()).toHaveLength(2);
    await ecr.send(
      new BatchDeleteImageCommand({
        repositoryName,
        imageIds: [{ imageTag: 'v1.0' }, { imageDigest: digestOf('b') }],
      }),
    );
    expect(await describeImages()).toEqual([]);
  });

  it('that do not exist are named', async () => {
    await expect(
      ecr.send(
        new DescribeImagesCommand({
          repositoryName,
          imageIds: [{ imageTag: 'nope' }],
        }),
      ),
    ).rejects.toMatchObject({
      name: 'ImageNotFoundException',
      message: expect.stringContaining(`imageTag:'nope'`),
    });
  });
});

describe('scans', () => {
  const findingsOf = (imageTag: string) =>
    ecr.send(
      new DescribeImageScanFindingsCommand({
        repositoryName,
        imageId: { imageTag },
      }),
    );
  const scan = () =>
    ecr.send(
      new StartImageScanCommand({
        repositoryName,
        imageId: { imageTag: 'v1' },
      }),
    );

  it('run on push where the repository says so', async () => {
    await create();
    await put('a', 'v1');
    await expect(findingsOf('v1')).rejects.toMatchObject({
      name: 'ScanNotFoundException',
    });
    await ecr.send(
      new PutImageScanningConfigurationCommand({
        repositoryName,
        imageScanningConfiguration: { scanOnPush: true },
      }),
    );
    await put('b', 'v2');
    expect(await findingsOf('v2')).toMatchObject({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: { findingSeverityCounts: { MEDIUM: 1, LOW: 1 } },
    });
  });

  it('run by hand once a day', async () => {
    await create();
    await put('a', 'v1');
    await scan();
    await expect(scan()).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    expect(await describeImages()).toEqual([
      expect.objectContaining({
        imageScanStatus: expect.objectContaining({ status: 'COMPLETE' }),
      }),
    ]);
  });

  it('find what the sandbox was told', async () => {
    await create({ imageScanningConfiguration: { scanOnPush: true } });
    await put('a', 'v1');
    test.aws.setScanFindings(
      {
        accountId: ACCOUNT,
        region: REGION,
        repositoryName,
        imageDigest: digestOf('a'),
      },
      [{ name: 'X-1', description: 'A hole', severity: 'CRITICAL' }],
    );
    expect(await findingsOf('v1')).toMatchObject({
      imageScanFindings: {
        findings: [{ name: 'X-1', severity: 'CRITICAL' }],
        findingSeverityCounts: { CRITICAL: 1 },
      },
    });
  });

  it('follow the registry before the repository', async () => {
    await create();
    const scanningConfiguration = {
      scanType: 'ENHANCED' as const,
      rules: [
        {
          scanFrequency: 'CONTINUOUS_SCAN' as const,
          repositoryFilters: [
            { filter: 'ord*', filterType: 'WILDCARD' as const },
          ],
        },
      ],
    };
    await ecr.send(
      new PutRegistryScanningConfigurationCommand(scanningConfiguration),
    );
    expect(
      await ecr.send(new GetRegistryScanningConfigurationCommand({})),
    ).toMatchObject({ registryId: ACCOUNT, scanningConfiguration });
    const { scanningConfigurations, failures } = await ecr.send(
      new BatchGetRepositoryScanningConfigurationCommand({
        repositoryNames: [repositoryName, 'nope'],
      }),
    );
    expect(scanningConfigurations).toEqual([
      expect.objectContaining({
        repositoryName,
        scanFrequency: 'CONTINUOUS_SCAN',
        appliedScanFilters: [{ filter: 'ord*', filterType: 'WILDCARD' }],
      }),
    ]);
    expect(failures).toEqual([
      expect.objectContaining({ failureCode: 'REPOSITORY_NOT_FOUND' }),
    ]);
  });
});

it('gives a token for docker login', async () => {
  const { authorizationData } = await ecr.send(
    new GetAuthorizationTokenCommand({}),
  );
  const [{ authorizationToken = '', proxyEndpoint }] = authorizationData ?? [
    {},
  ];
  expect(Buffer.from(authorizationToken, 'base64').toString()).toMatch(/^AWS:/);
  expect(proxyEndpoint).toBe(
    `https://${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`,
  );
});
