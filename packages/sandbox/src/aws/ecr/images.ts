import { createHash } from 'node:crypto';
import { isRecord } from '../../core';
import { AwsError } from '../errors';
import { Input } from '../input';
import { paginate } from '../pagination';
import { Call, Operation } from '../service';
import {
  inRegistry,
  invalidParameter,
  namedRepository,
  pageOptions,
  repositoryOf,
  seconds,
} from './common';
import { scanImage, scanSummary } from './scanning';
import { EcrImage, EcrRepository } from './state';

const IMAGE_TAG = { pattern: /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/ };
const DIGEST = { pattern: /^sha256:[0-9a-f]{64}$/ };

/** How a call names an image: by digest, by tag or by both. */
export interface ImageId {
  imageDigest?: string;
  imageTag?: string;
}

export function readImageId(input: Input): ImageId {
  const imageDigest = input.text('imageDigest', DIGEST);
  const imageTag = input.text('imageTag', IMAGE_TAG);
  if (!imageDigest && !imageTag) {
    input.reject('imageId', 'imageDigest or imageTag must be given');
  }
  return { imageDigest, imageTag };
}

export function findImage(
  repository: EcrRepository,
  { imageDigest, imageTag }: ImageId,
): EcrImage | undefined {
  return Object.values(repository.images).find(
    image =>
      (imageDigest === undefined || image.digest === imageDigest) &&
      (imageTag === undefined || image.tags.includes(imageTag)),
  );
}

export const imageIdText = ({ imageDigest, imageTag }: ImageId) =>
  `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;

export function imageNotFound(repository: EcrRepository, id: ImageId) {
  return new AwsError(
    'ImageNotFoundException',
    400,
    `The image with imageId ${imageIdText(id)} does not exist within the ${inRegistry(
      repository.name,
      repository.registryId,
    )}`,
  );
}

function wildcard(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map(part => part.replace(/[.+^${}()|[\]\\?]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(text);
}

function isImmutable(repository: EcrRepository, tag: string): boolean {
  const excluded = repository.exclusionFilters.some(({ filter }) =>
    wildcard(filter, tag),
  );
  return repository.tagMutability.startsWith('IMMUTABLE') !== excluded;
}

function parseManifest(text: string): Record<string, unknown> {
  try {
    const manifest: unknown = JSON.parse(text);
    if (isRecord(manifest) && manifest.schemaVersion !== undefined) {
      return manifest;
    }
  } catch {
    // Refused below.
  }
  throw invalidParameter('imageManifest', 'Invalid image manifest provided');
}

function sizeOf(manifest: Record<string, unknown>): number {
  const { layers, config } = manifest;
  return [config, ...(Array.isArray(layers) ? layers : [])]
    .map(blob =>
      isRecord(blob) && typeof blob.size === 'number' ? blob.size : 0,
    )
    .reduce((sum, size) => sum + size, 0);
}

function mediaTypeOf(
  manifest: Record<string, unknown>,
  given: string | undefined,
): string | undefined {
  return (
    given ??
    (typeof manifest.mediaType === 'string' ? manifest.mediaType : undefined)
  );
}

function createImage(call: Call, text: string, digest: string): EcrImage {
  const manifest = parseManifest(text);
  const { config } = manifest;
  return {
    digest,
    manifest: text,
    mediaType: mediaTypeOf(manifest, call.input.text('imageManifestMediaType')),
    ...(isRecord(config) &&
      typeof config.mediaType === 'string' && {
        artifactMediaType: config.mediaType,
      }),
    tags: [],
    sizeBytes: sizeOf(manifest),
    pushedAt: call.world.now(),
  };
}

function put(call: Call) {
  const { input, world } = call;
  const text = input.requiredText('imageManifest', { min: 1, max: 4_194_304 });
  const tag = input.text('imageTag', IMAGE_TAG);
  const repository = repositoryOf(call);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const claimed = input.text('imageDigest', DIGEST);
  if (claimed !== undefined && claimed !== digest) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      400,
      `The digest '${claimed}' does not match the digest '${digest}' of the image manifest`,
    );
  }
  const existing = findImage(repository, { imageDigest: digest });
  const holder =
    tag === undefined ? undefined : findImage(repository, { imageTag: tag });
  if (existing && (tag === undefined || holder === existing)) {
    throw new AwsError(
      'ImageAlreadyExistsException',
      400,
      `Image with digest '${digest}'${
        tag === undefined ? '' : ` and tag '${tag}'`
      } already exists in the ${inRegistry(
        repository.name,
        repository.registryId,
      )}`,
    );
  }
  if (holder && tag !== undefined && isImmutable(repository, tag)) {
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      400,
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
  const image = existing ?? createImage(call, text, digest);
  if (tag !== undefined) {
    if (holder) {
      holder.tags = holder.tags.filter(other => other !== tag);
    }
    image.tags.push(tag);
  }
  repository.images[digest] = image;
  if (!existing && repository.scanOnPush) {
    scanImage(image, world.now());
  }
  return {
    image: {
      registryId: repository.registryId,
      repositoryName: repository.name,
      imageId: {
        imageDigest: digest,
        ...(tag !== undefined && { imageTag: tag }),
      },
      imageManifest: text,
      imageManifestMediaType: image.mediaType,
    },
  };
}

function describe(repository: EcrRepository, image: EcrImage) {
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(image.tags.length > 0 && { imageTags: image.tags }),
    imageSizeInBytes: image.sizeBytes,
    imagePushedAt: seconds(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.artifactMediaType,
    ...(image.pulledAt !== undefined && {
      lastRecordedPullTime: seconds(image.pulledAt),
    }),
    ...(image.scan && scanSummary(image.scan)),
  };
}

function filtered(repository: EcrRepository, input: Input): EcrImage[] {
  const status =
    input
      .object('filter')
      ?.text('tagStatus', { oneOf: ['TAGGED', 'UNTAGGED', 'ANY'] }) ?? 'ANY';
  return Object.values(repository.images).filter(
    ({ tags }) => status === 'ANY' || (status === 'TAGGED') === tags.length > 0,
  );
}

function describeAll(call: Call) {
  const repository = repositoryOf(call);
  const ids = call.input.objects('imageIds')?.map(readImageId);
  if (ids) {
    const images = ids.map(id => {
      const image = findImage(repository, id);
      if (!image) {
        throw imageNotFound(repository, id);
      }
      return image;
    });
    return {
      imageDetails: [...new Set(images)].map(image =>
        describe(repository, image),
      ),
    };
  }
  const { items, nextToken } = paginate(
    filtered(repository, call.input),
    ({ digest }) => digest,
    pageOptions(call.input),
  );
  return {
    imageDetails: items.map(image => describe(repository, image)),
    nextToken,
  };
}

function listIds(call: Call) {
  const ids = filtered(repositoryOf(call), call.input).flatMap(
    ({ digest, tags }): ImageId[] =>
      tags.length
        ? tags.map(imageTag => ({ imageDigest: digest, imageTag }))
        : [{ imageDigest: digest }],
  );
  const { items, nextToken } = paginate(
    ids,
    ({ imageDigest, imageTag }) => `${imageDigest}:${imageTag ?? ''}`,
    pageOptions(call.input),
  );
  return { imageIds: items, nextToken };
}

function readIds(call: Call): ImageId[] {
  const ids = call.input.requiredObjects('imageIds').map(readImageId);
  if (ids.length < 1 || ids.length > 100) {
    throw invalidParameter('imageIds', 'Member must have length from 1 to 100');
  }
  return ids;
}

const notFoundFailure = (imageId: ImageId) => ({
  imageId,
  failureCode: 'ImageNotFound',
  failureReason: 'Requested image not found',
});

function getBatch(call: Call) {
  const repository = repositoryOf(call);
  const images: object[] = [];
  const failures: object[] = [];
  for (const id of readIds(call)) {
    const image = findImage(repository, id);
    if (image) {
      image.pulledAt = call.world.now();
      images.push({
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageId: { ...id, imageDigest: image.digest },
        imageManifest: image.manifest,
        imageManifestMediaType: image.mediaType,
      });
    } else {
      failures.push(notFoundFailure(id));
    }
  }
  return { images, failures };
}

function deleteBatch(call: Call) {
  const repository = repositoryOf(call);
  const imageIds: ImageId[] = [];
  const failures: object[] = [];
  for (const id of readIds(call)) {
    const image = findImage(repository, id);
    if (!image) {
      failures.push(notFoundFailure(id));
      continue;
    }
    // By tag, the image stays until its last tag is gone.
    image.tags = image.tags.filter(
      tag => id.imageTag !== undefined && tag !== id.imageTag,
    );
    if (image.tags.length === 0) {
      delete repository.images[image.digest];
    }
    imageIds.push({ ...id, imageDigest: image.digest });
  }
  return { imageIds, failures };
}

export const imageOperations: Operation[] = [
  { name: 'PutImage', mutates: true, resource: namedRepository, run: put },
  { name: 'DescribeImages', resource: namedRepository, run: describeAll },
  { name: 'ListImages', resource: namedRepository, run: listIds },
  { name: 'BatchGetImage', resource: namedRepository, run: getBatch },
  {
    name: 'BatchDeleteImage',
    mutates: true,
    resource: namedRepository,
    run: deleteBatch,
  },
];
