import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isRecord } from '../core';

/** What a repository says of itself and of where it runs. */
export interface ServiceDescription {
  name: string;
  /** Address of the image in ECR, without tag. */
  image: { accountId: string; region: string; repository: string; uri: string };
  targets: { environment: string; clusterArn: string; namespace: string }[];
}

const ECR_URI =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([a-z0-9._/-]+)$/;

/**
 * Reads `.slipway.yaml` and the first overlay's image.
 *
 * @throws Error that names the file and what is missing
 */
export function readService(directory: string): ServiceDescription {
  const slipway = readYaml(directory, '.slipway.yaml');
  const targets = (Array.isArray(slipway.targets) ? slipway.targets : []).map(
    target => {
      const { environment, clusterArn, namespace } = isRecord(target)
        ? target
        : {};
      if (
        typeof environment !== 'string' ||
        !/^[a-z0-9-]+$/.test(environment) ||
        typeof clusterArn !== 'string' ||
        typeof namespace !== 'string'
      ) {
        throw new Error(
          '.slipway.yaml: a target needs environment, clusterArn and namespace',
        );
      }
      return { environment, clusterArn, namespace };
    },
  );
  if (targets.length === 0) {
    throw new Error('.slipway.yaml: names no target');
  }
  const file = overlayFile(targets[0].environment);
  const { images } = readYaml(directory, file);
  const [image] = Array.isArray(images) ? images : [];
  const uri = isRecord(image) ? String(image.newName) : '';
  const [, accountId, region, repository] = ECR_URI.exec(uri) ?? [];
  if (!repository) {
    throw new Error(`${file}: images[0].newName is not in ECR: ${uri}`);
  }
  return {
    name: isRecord(image) ? String(image.name) : '',
    image: { accountId, region, repository, uri },
    targets,
  };
}

/** Kustomization of an environment. */
export const overlayFile = (environment: string) =>
  `deploy/overlays/${environment}/kustomization.yaml`;

function readYaml(directory: string, file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(readFileSync(join(directory, file), 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
  if (!isRecord(content)) {
    throw new Error(`${file}: is not a mapping`);
  }
  return content;
}
