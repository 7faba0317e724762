import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import type { AwsCredentials, ScanFinding } from '../aws';
import type { ServiceDescription } from './service';

/** An image that was never built: a manifest, computed from the sources. */
export interface SimulatedImage {
  manifest: string;
  digest: string;
  commit: string;
  tag: string;
}

const sha256 = (text: string) =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** The same sources give the same image. */
export function simulateImage(
  service: ServiceDescription,
  tree: string,
  commit: string,
): SimulatedImage {
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: sha256(`config ${tree}`),
      size: 1234,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: sha256(`layer ${tree}`),
        size: 56_789_012,
      },
    ],
    annotations: {
      'org.opencontainers.image.revision': commit,
      'org.opencontainers.image.title': service.name,
    },
  });
  return {
    manifest,
    digest: sha256(manifest),
    commit,
    tag: commit.slice(0, 7),
  };
}

/** What a scanner would find: the same for the same image. */
export function simulateFindings(digest: string): ScanFinding[] {
  const byte = parseInt(digest.slice(-2), 16);
  return Array.from({ length: byte % 3 }, (_, i) => ({
    name: `SANDBOX-2026-${1000 + byte + i}`,
    severity: i === 0 ? 'MEDIUM' : 'LOW',
    description: 'A finding that the sandbox made up.',
  })) as ScanFinding[];
}

/** Puts the image into ECR as a pipeline would; one that is there is left. */
export async function pushImage(options: {
  endpoint: string;
  credentials: AwsCredentials;
  service: ServiceDescription;
  image: SimulatedImage;
}): Promise<void> {
  const { endpoint, credentials, service, image } = options;
  const client = new ECRClient({
    endpoint,
    credentials,
    region: service.image.region,
  });
  const where = {
    registryId: service.image.accountId,
    repositoryName: service.image.repository,
  };
  try {
    const there = await client.send(
      new BatchGetImageCommand({
        ...where,
        imageIds: [{ imageTag: image.tag }],
      }),
    );
    if (there.images?.length) {
      return;
    }
    await client.send(
      new PutImageCommand({
        ...where,
        imageManifest: image.manifest,
        imageTag: image.tag,
      }),
    );
  } finally {
    client.destroy();
  }
}
