import { AwsError } from '../errors';
import { paginate } from '../pagination';
import { Call, Operation } from '../service';
import {
  inRegistry,
  invalidParameter,
  namedRepository,
  pageOptions,
  REPOSITORY_NAME,
  registryOf,
  repositoryArn,
  repositoryOf,
} from './common';
import { findImage, imageIdText, imageNotFound, readImageId } from './images';
import { scanImage, scanSummary } from './scanning';
import { EcrRegistry, EcrRepository } from './state';

const DAY_MS = 24 * 60 * 60 * 1000;
const SCAN_FREQUENCIES = ['SCAN_ON_PUSH', 'CONTINUOUS_SCAN', 'MANUAL'];

function scannedImage(call: Call) {
  const repository = repositoryOf(call);
  const input = call.input.object('imageId');
  if (!input) {
    throw invalidParameter('imageId', 'Member must not be null');
  }
  const id = readImageId(input);
  const image = findImage(repository, id);
  if (!image) {
    throw imageNotFound(repository, id);
  }
  const answer = {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageId: {
      imageDigest: image.digest,
      ...(id.imageTag !== undefined && { imageTag: id.imageTag }),
    },
  };
  return { repository, id, image, answer };
}

function start(call: Call) {
  const { image, answer } = scannedImage(call);
  const now = call.world.now();
  if (image.scan && now - image.scan.completedAt < DAY_MS) {
    throw new AwsError(
      'LimitExceededException',
      400,
      'The scan quota per image has been exceeded. Wait and try again.',
    );
  }
  scanImage(image, now);
  return {
    ...answer,
    imageScanStatus: { status: 'IN_PROGRESS' },
  };
}

function findings(call: Call) {
  const { repository, id, image, answer } = scannedImage(call);
  const { scan } = image;
  if (!scan) {
    throw new AwsError(
      'ScanNotFoundException',
      400,
      `Image scan does not exist for the image with '${imageIdText(
        id,
      )}' in the ${inRegistry(repository.name, repository.registryId)}`,
    );
  }
  const { items, nextToken } = paginate(
    scan.findings,
    ({ name }) => name,
    pageOptions(call.input),
  );
  const { imageScanStatus, imageScanFindingsSummary } = scanSummary(scan);
  return {
    ...answer,
    imageScanStatus,
    imageScanFindings: { ...imageScanFindingsSummary, findings: items },
    nextToken,
  };
}

function readScanning(call: Call): EcrRegistry['scanning'] {
  const { input } = call;
  return {
    scanType:
      input.text('scanType', { oneOf: ['BASIC', 'ENHANCED'] }) ?? 'BASIC',
    rules: (input.objects('rules') ?? []).map(rule => ({
      scanFrequency: rule.requiredText('scanFrequency', {
        oneOf: SCAN_FREQUENCIES,
      }),
      repositoryFilters: rule
        .requiredObjects('repositoryFilters')
        .map(filter => ({
          filter: filter.requiredText('filter', { min: 1, max: 256 }),
          filterType: filter.requiredText('filterType', {
            oneOf: ['WILDCARD'],
          }),
        })),
    })),
  };
}

function repositoryScanning(
  registry: EcrRegistry,
  { name, arn, scanOnPush }: EcrRepository,
) {
  const applied = registry.scanning.rules.flatMap(rule =>
    rule.repositoryFilters
      .filter(({ filter }) =>
        new RegExp(
          `^${filter
            .replace(/[.+^${}()|[\]\\?]/g, '\\$&')
            .replace(/\*/g, '.*')}$`,
        ).test(name),
      )
      .map(filter => ({ filter, frequency: rule.scanFrequency })),
  );
  const frequency =
    applied.length > 0
      ? applied[0].frequency
      : (scanOnPush && 'SCAN_ON_PUSH') || 'MANUAL';
  return {
    repositoryArn: arn,
    repositoryName: name,
    scanOnPush: frequency === 'SCAN_ON_PUSH',
    scanFrequency: frequency,
    appliedScanFilters: applied.map(({ filter }) => filter),
  };
}

export const scanOperations: Operation[] = [
  {
    name: 'PutImageScanningConfiguration',
    mutates: true,
    resource: namedRepository,
    run(call) {
      const configuration = call.input.object('imageScanningConfiguration');
      if (!configuration) {
        throw invalidParameter(
          'imageScanningConfiguration',
          'Member must not be null',
        );
      }
      const repository = repositoryOf(call);
      repository.scanOnPush = configuration.boolean('scanOnPush') ?? false;
      return {
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
      };
    },
  },
  {
    name: 'GetRegistryScanningConfiguration',
    resource: () => '*',
    run: call => ({
      registryId: call.accountId,
      scanningConfiguration: registryOf(call).scanning,
    }),
  },
  {
    name: 'PutRegistryScanningConfiguration',
    mutates: true,
    resource: () => '*',
    run(call) {
      const registry = registryOf(call);
      registry.scanning = readScanning(call);
      return { registryScanningConfiguration: registry.scanning };
    },
  },
  {
    name: 'BatchGetRepositoryScanningConfiguration',
    resource: call => repositoryArn(call, '*'),
    run(call) {
      const names = call.input.requiredTexts(
        'repositoryNames',
        REPOSITORY_NAME,
      );
      const registry = registryOf(call);
      const known = (name: string) =>
        Object.hasOwn(registry.repositories, name);
      return {
        scanningConfigurations: names
          .filter(known)
          .map(name =>
            repositoryScanning(registry, registry.repositories[name]),
          ),
        failures: names
          .filter(name => !known(name))
          .map(name => ({
            repositoryName: name,
            failureCode: 'REPOSITORY_NOT_FOUND',
            failureReason: `The repository with name '${name}' does not exist in the registry with id '${call.accountId}'`,
          })),
      };
    },
  },
  {
    name: 'StartImageScan',
    mutates: true,
    resource: namedRepository,
    run: start,
  },
  {
    name: 'DescribeImageScanFindings',
    resource: namedRepository,
    run: findings,
  },
];
