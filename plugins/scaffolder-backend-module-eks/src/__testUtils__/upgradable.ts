import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import type { UpgradeServices } from '../actions/eksServiceUpgrade';
import { writeEntries } from './existingRepository';

/** Text by path. */
type Files = Record<string, string>;

/** `.slipway.yaml` as a version of the template writes it. */
export const recordOf = (version: string, task = 'task-0') =>
  `template:\n  name: eks-service\n  version: ${version}\ntask: ${task}\nparameters:\n  name: orders\n  source: new\ntargets: []\n`;

/** What there is to upgrade. */
export interface Upgradable {
  /** The repository's files; there is none when left out. */
  repository?: Files;
  /** The files that each version of the template writes; the last is now's. */
  versions: Record<string, Files>;
  /** Owner of the service; the caller when left out. */
  owner?: string;
  /** Whether the catalog has read it from a file. */
  fromFile?: true;
  dryRun?: UpgradeServices['scaffolder']['dryRun'];
}

/**
 * Services for the upgrade of `component:default/orders`. Its template writes
 * the files of `content`, as they are; a dry run has a task of its own.
 *
 * @param root - folder for the template
 */
export async function upgradable(
  root: string,
  { repository, versions, owner = 'user:default/mock', ...rest }: Upgradable,
): Promise<UpgradeServices> {
  const folder = mkdtempSync(join(root, 'template-'));
  const write = (below: string, version: string) => {
    mkdirSync(below, { recursive: true });
    writeEntries(below, {
      'template.yaml':
        'apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: eks-service\nspec:\n  type: service\n  steps:\n    - action: fetch:template\n      input: { url: ./content }\n    - action: publish:github\n',
      ...Object.fromEntries(
        Object.entries({
          '.slipway.yaml': recordOf(version, 'TASK'),
          ...versions[version],
        }).map(([path, text]) => [`content/${path}`, text]),
      ),
    });
  };
  const all = Object.keys(versions);
  for (const version of all.slice(0, -1)) {
    const below = join(folder, 'old', version);
    write(below, version);
    mkdirSync(join(folder, 'versions'), { recursive: true });
    await create(
      {
        gzip: true,
        cwd: below,
        file: join(folder, 'versions', `${version}.tar.gz`),
      },
      ['template.yaml', 'content'],
    );
    rmSync(below, { recursive: true });
  }
  write(folder, all.at(-1) ?? '');
  let runs = 0;
  return {
    catalog: catalogServiceMock({
      entities: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: {
            name: 'orders',
            namespace: 'default',
            annotations: {
              'backstage.io/managed-by-location': rest.fromFile
                ? 'file:/catalog-info.yaml'
                : 'url:https://git.example.com/acme/orders/tree/main/catalog-info.yaml',
            },
          },
          relations: [{ type: 'ownedBy', targetRef: owner }],
        },
        {
          apiVersion: 'scaffolder.backstage.io/v1beta3',
          kind: 'Template',
          metadata: {
            name: 'eks-service',
            namespace: 'default',
            annotations: {
              'backstage.io/managed-by-location': `file:${folder}/template.yaml`,
            },
          },
        },
      ],
    }),
    integrations: ScmIntegrations.fromConfig(
      new ConfigReader({
        integrations: {
          gitlab: [
            {
              host: 'git.example.com',
              apiBaseUrl: 'https://git.example.com/api/v4',
            },
          ],
        },
      }),
    ),
    reader: mockServices.urlReader.mock({
      readTree: async () => ({
        etag: 'a1b2c3',
        files: async () => [],
        archive: async () => {
          throw new Error('not asked for');
        },
        async dir({ targetDir = '' } = {}) {
          for (const [path, text] of Object.entries(repository ?? {})) {
            mkdirSync(dirname(join(targetDir, path)), { recursive: true });
            writeFileSync(join(targetDir, path), text);
          }
          return targetDir;
        },
      }),
    }),
    auth: mockServices.auth(),
    userInfo: mockServices.userInfo(),
    scaffolder: {
      dryRun:
        rest.dryRun ??
        (async ({ template, directoryContents }) => {
          expect(template.spec.steps.map(({ action }) => action)).toEqual([
            'fetch:template',
          ]);
          runs += 1;
          return {
            log: [],
            steps: [],
            output: {},
            directoryContents: directoryContents
              .filter(({ path }) => path.startsWith('content/'))
              .map(({ path, base64Content }) => ({
                path: path.replace('content/', ''),
                base64Content: Buffer.from(
                  Buffer.from(base64Content, 'base64')
                    .toString()
                    .replace('TASK', `dry-run-${runs}`),
                ).toString('base64'),
              })),
          };
        }),
    },
  };
}
