import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { apiServer } from './apiServer';
import { argoCd } from './delivery';
import { catalogModel, mkdocs } from './descriptions';
import { checkovDockerfile, hadolint } from './dockerfile';
import { checkovManifests, kubeconform, kubeScore } from './manifests';
import { ownChecks } from './ownChecks';
import { actionlint, cfnLint, schemas, shellcheck, zizmor } from './pipelines';
import { bringTools } from './programs';
import type { Judge, Tools } from './types';

const image = {
  Dockerfile: 'FROM node\nRUN cd /tmp && apt-get install curl\n',
};
const pod = (spec: object) => ({
  'production/service.yaml': JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'orders', namespace: 'orders' },
    spec: {
      selector: { matchLabels: { app: 'orders' } },
      template: {
        metadata: { labels: { app: 'orders' } },
        spec: { containers: [{ name: 'orders', image: 'orders', ...spec }] },
      },
    },
  }),
});
const workflow = (job: object) => ({
  '.github/workflows/pipeline.yaml': JSON.stringify({
    name: 'Pipeline',
    on: 'push',
    jobs: { test: { 'runs-on': 'ubuntu-24.04', ...job } },
  }),
});
const named = (name: string) => {
  const found = schemas.find(judge => judge.name === name);
  if (!found) {
    throw new Error(`no judge "${name}"`);
  }
  return found;
};

/** A fault for each judge, and the rule that it is against. */
const faults: [Judge, rule: RegExp, files: Record<string, string>][] = [
  [hadolint, /^DL3006$/, image],
  [checkovDockerfile, /^CKV_DOCKER_3$/, image],
  [kubeconform, /^statusInvalid$/, pod({ imagePolicy: 'Always' })],
  [
    checkovManifests,
    /^CKV_K8S_16$/,
    pod({ securityContext: { privileged: true } }),
  ],
  [kubeScore, /^container-image-tag/, pod({})],
  [apiServer, /^refused$/, pod({ imagePolicy: 'Always' })],
  [apiServer, /^warning$/, pod({})],
  [apiServer, /^its pods: Forbidden$/, pod({})],
  [
    apiServer,
    /^refused$/,
    {
      'deploy/argocd/production/application.yaml': JSON.stringify({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'orders' },
        spec: { project: 'default', destination: { namespace: 1 } },
      }),
    },
  ],
  [
    actionlint,
    /^expression$/,
    workflow({ steps: [{ run: 'echo ${{ nothing.there }}' }] }),
  ],
  [
    zizmor,
    /^unpinned-uses$/,
    workflow({ steps: [{ uses: 'actions/checkout@v7' }] }),
  ],
  [named('workflow schema'), /^schema$/, workflow({ steps: 'none' })],
  [
    named('Dependabot schema'),
    /^schema$/,
    { '.github/dependabot.yml': 'version: 3\nupdates: []\n' },
  ],
  [named('Renovate schema'), /^schema$/, { 'renovate.json': '{"extends": 1}' }],
  [
    named('GitLab schema'),
    /^schema$/,
    { '.gitlab-ci.yml': 'test:\n  script: 1\n' },
  ],
  [
    cfnLint,
    /^E3002$/,
    {
      'stack.yaml':
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties: { Name: orders }\n",
    },
  ],
  [
    argoCd,
    /^schema$/,
    {
      'deploy/argocd/production/application.yaml': JSON.stringify({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'orders' },
        spec: { project: 'default', destination: { namespace: 1 } },
      }),
    },
  ],
  [shellcheck, /^SC2086$/, { 'check.sh': '#!/bin/sh\nrm $1\n' }],
  [
    catalogModel,
    /^reference$/,
    {
      'catalog-info.yaml': JSON.stringify({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name: 'orders' },
        spec: { type: 'service', lifecycle: 'production', owner: 'nobody' },
      }),
    },
  ],
  [
    mkdocs,
    /^WARNING$/,
    {
      'mkdocs.yml': 'site_name: orders\nplugins: [techdocs-core]\n',
      'docs/index.md': '# Orders\n\n[Nowhere](nowhere.md)\n',
    },
  ],
  [ownChecks, /^scripts\/check\.sh$/, { 'scripts/check.sh': 'exit 3\n' }],
];

// Installing and building the programs.
jest.setTimeout(20 * 60_000);

describe('a judge', () => {
  const work = mkdtempSync(join(tmpdir(), 'faulty-'));
  let tools: Tools;

  beforeAll(async () => {
    tools = await bringTools(work);
  });

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it.each(
    faults.map(([judge, rule, files]) => ({
      judge,
      rule,
      files,
      name: judge.name,
    })),
  )(
    '$name objects to what is wrong, naming $rule',
    async ({ judge, rule, files }) => {
      const folder = join(work, judge.name, 'subject');
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const objections = await judge.judge(
        [
          {
            folder,
            rendering: {
              name: 'a repository',
              combination: {
                runtime: 'nodejs',
                compute: 'nodes',
                exposure: 'none',
                routing: 'ingress',
                pipeline: 'github-actions',
                targets: 'one',
              },
              repository: folder,
              manifests: {},
            },
          },
        ],
        tools,
      );

      expect(objections).toContainEqual(
        expect.objectContaining({ folder, rule: expect.stringMatching(rule) }),
      );
    },
  );
});
