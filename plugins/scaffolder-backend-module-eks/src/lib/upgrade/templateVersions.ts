import type { UrlReaderService } from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  ANNOTATION_SOURCE_LOCATION,
  type Entity,
  parseLocationRef,
} from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import type { ScmIntegrations } from '@backstage/integration';
import { fetchContents } from '@backstage/plugin-scaffolder-node';
import {
  isTemplateEntityV1beta3,
  type TemplateEntityV1beta3,
} from '@backstage/plugin-scaffolder-common';
import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { list } from 'tar';
import { parse } from 'yaml';

/** A template, and the files beside it that it fills in. */
export interface TemplateVersion {
  template: TemplateEntityV1beta3;
  /** Content of each file, by its path from `template.yaml`. */
  files: Map<string, Buffer>;
}

/** A template as it is now, and as it was. */
export interface TemplateVersions {
  current: TemplateVersion;
  /**
   * The template as it was released.
   *
   * @throws NotFoundError when that version is not kept
   */
  release(version: string): Promise<TemplateVersion>;
}

/** Where the files of released versions are, beside `template.yaml`. */
const RELEASES = 'versions';

/**
 * Reads a template with its files from where the catalog has it from, and
 * gives what is made of it to `use`.
 */
export async function withTemplate<T>(
  entity: Entity,
  services: { reader: UrlReaderService; integrations: ScmIntegrations },
  use: (versions: TemplateVersions) => Promise<T>,
): Promise<T> {
  const { name } = entity.metadata;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-template-'));
  try {
    await fetchContents({
      ...services,
      baseUrl: baseUrlOf(entity),
      fetchUrl: '.',
      outputPath: folder,
    });
    return await use({
      current: versionOf(name, await readFolder(folder)),
      async release(version) {
        const archive = join(folder, RELEASES, `${version}.tar.gz`);
        const files = await readArchive(archive);
        if (!files) {
          throw new NotFoundError(
            `version ${version} of the template ${name} is not kept: the portal's operators find it in the history of the template, and put it into its folder as ${RELEASES}/${version}.tar.gz`,
          );
        }
        return versionOf(`${name} ${version}`, files);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function baseUrlOf({ metadata }: Entity): string {
  const { annotations = {} } = metadata;
  const { type, target } = parseLocationRef(
    annotations[ANNOTATION_SOURCE_LOCATION] ??
      annotations[ANNOTATION_LOCATION] ??
      'unknown:unknown',
  );
  if (type === 'file') {
    return `file://${target}`;
  }
  if (type === 'url') {
    return target;
  }
  throw new NotFoundError(
    `the catalog does not say where the files of the template ${metadata.name} are: register it from a file or an address`,
  );
}

function versionOf(name: string, files: Map<string, Buffer>): TemplateVersion {
  const text = files.get('template.yaml')?.toString('utf8') ?? '';
  const template: Entity | null = parse(text, { merge: true });
  if (!template || !isTemplateEntityV1beta3(template)) {
    throw new NotFoundError(
      `the files of the template ${name} have no template.yaml of a scaffolder template`,
    );
  }
  files.delete('template.yaml');
  return { template, files };
}

async function readFolder(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const walk = async (below: string) => {
    for (const name of await readdir(join(folder, below))) {
      const path = below ? `${below}/${name}` : name;
      const found = await lstat(join(folder, path));
      if (found.isDirectory()) {
        if (![RELEASES, 'node_modules'].includes(name)) {
          await walk(path);
        }
      } else if (found.isFile()) {
        files.set(path, await readFile(join(folder, path)));
      }
    }
  };
  await walk('');
  return files;
}

/** Files of an archive, kept in memory alone; undefined when there is none. */
async function readArchive(
  archive: string,
): Promise<Map<string, Buffer> | undefined> {
  const found = await lstat(archive).catch(() => undefined);
  if (!found?.isFile()) {
    return undefined;
  }
  const files = new Map<string, Buffer>();
  const reading: Promise<void>[] = [];
  await list({
    file: archive,
    onReadEntry(entry) {
      if (entry.type === 'File') {
        const path = entry.path.replace(/^\.\//, '');
        reading.push(
          entry.concat().then(content => {
            files.set(path, content);
          }),
        );
      }
    },
  });
  await Promise.all(reading);
  return files;
}
