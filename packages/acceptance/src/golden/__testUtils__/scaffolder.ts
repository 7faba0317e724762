import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import scaffolderModuleGithub from '@backstage/plugin-scaffolder-backend-module-github';
import scaffolderModuleGitlab from '@backstage/plugin-scaffolder-backend-module-gitlab';
import type { TemplateEntityV1beta3 } from '@backstage/plugin-scaffolder-common';
import type { JsonObject } from '@backstage/types';
import request from 'supertest';
import { targetOn } from './clusters';
import { readContent, readTemplate } from './template';

/** What a person enters in the form, or a script posts. */
export type Values = Record<string, unknown>;

/** Everything that the form asks, for one environment on Auto Mode. */
export const usualValues = {
  name: 'orders',
  description: 'Takes orders',
  owner: 'group:default/payments',
  system: 'system:default/shop',
  lifecycle: 'production',
  source: 'new',
  runtime: 'nodejs',
  targets: [targetOn('auto-mode')],
  compute: 'auto-detect',
  exposure: 'none',
  scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
  pipeline: 'github-actions',
  repoUrl: 'github.com?owner=acme&repo=orders',
} satisfies Values;

/** Where a pipeline's repositories are: GitLab's on GitLab, all others on GitHub. */
export const repoUrlFor = (pipeline: string, name = 'orders') =>
  pipeline === 'gitlab-ci'
    ? `gitlab.com?owner=acme&repo=${name}`
    : `github.com?owner=acme&repo=${name}`;

/** The answer of a dry run: a repository on disk, or what was wrong. */
export interface DryRun {
  status: number;
  /** The whole answer where it is not 200. */
  error: string;
  /** Folder with the files. */
  directory: string;
  output: JsonObject;
  log: string[];
}

/** A scaffolder backend with the template. */
export interface Scaffolder {
  /**
   * Runs the template as the scaffolder's dry run does.
   *
   * @param change - changes the template first.
   * @param more - files that the template has beside its own
   */
  dryRun(
    values: Values,
    change?: (template: TemplateEntityV1beta3) => void,
    more?: ReturnType<typeof readContent>,
  ): Promise<DryRun>;
  stop(): Promise<void>;
}

/** Whom the usual values name. */
const entities: Entity[] = [
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name: 'payments' },
    spec: { type: 'team', children: [] },
  },
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'System',
    metadata: { name: 'shop' },
    spec: { owner: 'payments' },
  },
];

/** Starts a scaffolder backend with the given modules. */
export async function startScaffolder(options: {
  features: BackendFeature[];
  config: JsonObject;
}): Promise<Scaffolder> {
  const root = mkdtempSync(join(tmpdir(), 'golden-'));
  const content = readContent();
  const backend = await startTestBackend({
    features: [
      scaffolderPlugin,
      scaffolderModuleGithub,
      scaffolderModuleGitlab,
      catalogServiceMock.factory({ entities }),
      mockServices.rootConfig.factory({
        data: {
          ...options.config,
          backend: { baseUrl: 'http://localhost', workingDirectory: root },
        },
      }),
      ...options.features,
    ],
  });
  return {
    async dryRun(values, change, more = []) {
      const template = readTemplate();
      template.metadata.annotations = {
        'backstage.io/managed-by-location':
          'url:http://localhost/template.yaml',
      };
      change?.(template);
      const answer = await request(backend.server)
        .post('/api/scaffolder/v2/dry-run')
        .send({
          template,
          values,
          directoryContents: [...content, ...more],
        });
      const directory = mkdtempSync(join(root, 'repository-'));
      for (const file of answer.body.directoryContents ?? []) {
        const path = join(directory, file.path);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, Buffer.from(file.base64Content, 'base64'));
      }
      return {
        status: answer.status,
        error: answer.status === 200 ? '' : answer.text,
        directory,
        output: answer.body.output,
        log: (answer.body.log ?? []).map(
          ({ body }: { body: { message: string } }) => body.message,
        ),
      };
    },
    async stop() {
      await backend.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
