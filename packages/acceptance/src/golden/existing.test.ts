import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Entity } from '@backstage/catalog-model';
import type { JsonObject } from '@backstage/types';
import { validate } from 'jsonschema';
import { parse } from 'yaml';
import { makeExistingRepository } from '../__testUtils__/existingRepository';
import { recordSchema } from './__testUtils__/record';
import { usualValues } from './__testUtils__/scaffolder';
import { useTasks } from './__testUtils__/tasks';
import { filesIn, registeredTemplate } from './__testUtils__/template';

const stagingUs = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';
const workshop = resolve(__dirname, '__fixtures__/workshop');

const team: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name: 'payments', namespace: 'default' },
  spec: { type: 'team', children: [] },
};

/** Without what needs a catalog that reads locations. */
function template() {
  const registered = registeredTemplate('eks-service');
  registered.spec.steps = registered.spec.steps.filter(
    ({ id = '' }) => !['register', 'page'].includes(id),
  );
  return registered;
}

const tasks = useTasks([team, template()], { testServices: false });

const services = [
  {
    name: 'flask-api',
    runtime: 'python',
    healthPath: '/contents/health',
    path: '/contents',
    says: '"python", "-m", "gunicorn"',
  },
  {
    name: 'express-api',
    runtime: 'nodejs',
    healthPath: '/services/health',
    path: '/services',
    says: 'ENTRYPOINT ["node", "src/server.js"]',
  },
  {
    name: 'front-end',
    runtime: 'static',
    healthPath: '/healthz/ready',
    path: '/',
    says: 'nginx',
  },
];

/** A service of the workshop, and what a test adds to it. */
function readService(name: string): Record<string, string> {
  const folder = join(workshop, name);
  return Object.fromEntries(
    filesIn(folder).map(file => [
      relative(folder, file),
      readFileSync(file, 'utf8'),
    ]),
  );
}

/** A file of a repository that was made; undefined when there is none. */
async function readMade(name: string, path: string) {
  const { sandbox } = tasks;
  const answer = await fetch(
    `${sandbox.urls.github}/api/v3/repos/acme/${name}/contents/${path}`,
    {
      headers: {
        authorization: `token ${sandbox.env.SANDBOX_GITHUB_TOKEN}`,
        accept: 'application/vnd.github.raw+json',
      },
    },
  );
  return answer.status === 200 ? answer.text() : undefined;
}

const valuesFor = (
  service: (typeof services)[number],
  sourceUrl: string,
): JsonObject => {
  const { system, runtime, ...values } = usualValues;
  const { name, healthPath, path } = service;
  const { host } = new URL(tasks.sandbox.urls.github);
  return {
    ...values,
    name,
    source: 'existing',
    sourceUrl,
    healthPath,
    exposure: 'public',
    path,
    loadBalancerGroup: 'workshop',
    targets: [
      { environment: 'staging', clusterArn: stagingUs, namespace: name },
    ],
    repoUrl: `${host}?owner=acme&repo=${name}`,
  };
};

describe('eks-service with a repository that there is', () => {
  it.each(services)(
    'brings $name in, overwrites nothing, and it runs behind the shared load balancer',
    async service => {
      const { name, runtime, path, healthPath, says } = service;
      const theirs = readService(name);
      const sourceUrl = await makeExistingRepository(
        tasks.sandbox,
        `${name}-before`,
        theirs,
      );

      const run = await tasks.run('eks-service', valuesFor(service, sourceUrl));

      expect({ status: run.status, error: run.error }).toEqual({
        status: 'completed',
        error: undefined,
      });
      for (const [file, text] of Object.entries(theirs)) {
        expect({ file, text: await readMade(name, file) }).toEqual({
          file,
          text,
        });
      }
      const record = parse((await readMade(name, '.slipway.yaml')) ?? '');
      expect(validate(record, recordSchema()).errors).toEqual([]);
      expect(record).toMatchObject({
        parameters: {
          source: 'existing',
          sourceUrl,
          runtime,
          healthPath,
          loadBalancerGroup: 'workshop',
        },
      });
      expect(await readMade(name, 'Dockerfile')).toContain(says);
      expect(await readMade(name, 'docs/brought-in.md')).toContain(sourceUrl);
      expect(await readMade(name, '.source/README.md')).toBeUndefined();

      await tasks.sandbox.pipelines.idle();
      const { objects } = tasks.sandbox.cluster(stagingUs).snapshot();
      const ofIt = (kind: string) =>
        objects.filter(
          object => object.kind === kind && object.metadata.namespace === name,
        );
      expect(ofIt('Pod').length).toBeGreaterThan(0);
      expect(ofIt('Ingress')).toMatchObject([
        {
          metadata: {
            annotations: {
              'alb.ingress.kubernetes.io/group.name': 'workshop',
              'alb.ingress.kubernetes.io/healthcheck-path': healthPath,
            },
          },
          spec: { rules: [{ http: { paths: [{ path }] } }] },
        },
      ]);
    },
  );

  it.each<{
    name: string;
    files: Record<string, string>;
    runtime: string;
    made: Record<string, string[]>;
  }>([
    {
      name: 'maven-api',
      files: {
        'pom.xml':
          '<project><properties><java.version>21</java.version></properties></project>',
      },
      runtime: 'java',
      made: {
        Dockerfile: [
          'maven:3.9-eclipse-temurin-21',
          'ENTRYPOINT ["java", "-jar", "/service/service.jar"]',
        ],
        'scripts/check.sh': ['mvn --batch-mode'],
        '.github/dependabot.yml': ['package-ecosystem: maven'],
        '.github/actions/tools/action.yaml': ["java-version: '21'"],
      },
    },
    {
      name: 'gradle-api',
      files: {
        'build.gradle':
          "plugins { id 'application' }\njava.toolchain.languageVersion = JavaLanguageVersion.of(17)\n",
        gradlew: '#!/bin/sh\n',
      },
      runtime: 'java',
      made: {
        Dockerfile: [
          'gradle:9-jdk17',
          'sh ./gradlew --no-daemon installDist',
          'ENTRYPOINT ["/service/start"]',
        ],
        'scripts/check.sh': ['sh ./gradlew --no-daemon build'],
        '.github/dependabot.yml': ['package-ecosystem: gradle'],
        '.github/actions/tools/action.yaml': ["java-version: '17'"],
      },
    },
    {
      name: 'go-api',
      files: {
        'go.mod': 'module api\n\ngo 1.24\n',
        'cmd/api/main.go': 'package main\n\nfunc main() {}\n',
      },
      runtime: 'go',
      made: {
        Dockerfile: ['-o /service ./cmd/api', 'ENTRYPOINT ["/service"]'],
        'scripts/check.sh': ['go test ./...'],
        '.github/dependabot.yml': ['package-ecosystem: gomod'],
      },
    },
  ])(
    'brings $name in, with an image and checks for what it is',
    async ({ name, files, runtime, made }) => {
      const sourceUrl = await makeExistingRepository(
        tasks.sandbox,
        `${name}-before`,
        files,
      );
      const [service] = services;

      const run = await tasks.run(
        'eks-service',
        valuesFor({ ...service, name, path: `/${name}` }, sourceUrl),
      );

      expect({ status: run.status, error: run.error }).toEqual({
        status: 'completed',
        error: undefined,
      });
      for (const [file, text] of Object.entries(files)) {
        expect(await readMade(name, file)).toBe(text);
      }
      const record = parse((await readMade(name, '.slipway.yaml')) ?? '');
      expect(record.parameters).toMatchObject({ runtime });
      for (const [file, texts] of Object.entries(made)) {
        const text = await readMade(name, file);
        for (const expected of texts) {
          expect({ file, text }).toEqual({
            file,
            text: expect.stringContaining(expected),
          });
        }
      }
    },
  );

  it('brings the commits along where somebody wants them, and is the commit on top', async () => {
    const sourceUrl = await makeExistingRepository(
      tasks.sandbox,
      'historic-before',
      { 'requirements.txt': '', 'app.py': '' },
    );
    const commitsOf = async (name: string) => {
      const { sandbox } = tasks;
      const answer = await fetch(
        `${sandbox.urls.github}/api/v3/repos/acme/${name}/commits`,
        {
          headers: {
            authorization: `token ${sandbox.env.SANDBOX_GITHUB_TOKEN}`,
          },
        },
      );
      const commits: { sha: string; parents: { sha: string }[] }[] =
        await answer.json();
      return commits;
    };
    const [last] = await commitsOf('historic-before');
    const [service] = services;

    const run = await tasks.run('eks-service', {
      ...valuesFor({ ...service, name: 'historic' }, sourceUrl),
      sourceHistory: 'bring',
    });

    expect(run.error).toBeUndefined();
    const shas = (await commitsOf('historic')).map(({ sha }) => sha);
    expect(shas).toContain(last.sha);
    expect(shas.indexOf(last.sha)).toBeGreaterThan(0);
    expect(await readMade('historic', 'app.py')).toBe('');
    expect(await readMade('historic', 'docs/brought-in.md')).toContain(
      'with the commits that led there',
    );
    const record = parse((await readMade('historic', '.slipway.yaml')) ?? '');
    expect(validate(record, recordSchema()).errors).toEqual([]);
    expect(record.parameters.sourceHistory).toBe('bring');
  });

  it('puts what differs beside each other, and names the pipelines that came along', async () => {
    const [, , frontEnd] = services;
    expect(await readMade(frontEnd.name, 'Dockerfile.slipway')).toContain(
      'caddy',
    );
    expect(await readMade(frontEnd.name, 'docs/brought-in.md')).toContain(
      '| `Dockerfile`, brought in | `Dockerfile.slipway`, generated |',
    );
    expect(await readMade('express-api', 'docs/brought-in.md')).toContain(
      '- `.github/workflows/lint.yml`',
    );
  });

  it('lets no file of theirs reach a cluster or be taken for ours', async () => {
    const [service] = services;
    const hostile = { ...service, name: 'hostile' };
    const sourceUrl = await makeExistingRepository(
      tasks.sandbox,
      'hostile-before',
      {
        'requirements.txt': '',
        '.cluster/staging/admin.yaml':
          'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: kube-evil\n',
        '.slipway.yaml': 'task: another\n',
        'catalog-info.yaml': 'kind: Location\n',
        'deploy/base/kustomization.yaml': 'resources: [evil.yaml]\n',
        '.github/workflows/pipeline.yaml': 'on: push\n',
      },
    );

    const run = await tasks.run('eks-service', valuesFor(hostile, sourceUrl));

    expect(run.status).toBe('completed');
    const record = parse((await readMade('hostile', '.slipway.yaml')) ?? '');
    expect(record.task).not.toBe('another');
    expect(await readMade('hostile', 'catalog-info.yaml')).toContain(
      'kind: Component',
    );
    expect(
      await readMade('hostile', 'docs/brought-in/catalog-info.original.yaml'),
    ).toBe('kind: Location\n');
    expect(
      await readMade('hostile', 'deploy/base/kustomization.yaml'),
    ).not.toContain('evil');
    expect(
      await readMade('hostile', '.github/workflows/pipeline.yaml'),
    ).toContain('Build and scan');
    const { objects } = tasks.sandbox.cluster(stagingUs).snapshot();
    expect(JSON.stringify(objects)).not.toContain('kube-evil');
  });

  it('makes nothing of a repository in a language that it has nothing for', async () => {
    const sourceUrl = await makeExistingRepository(
      tasks.sandbox,
      'cobol-before',
      { 'main.cob': '' },
    );
    const [service] = services;
    const run = await tasks.run(
      'eks-service',
      valuesFor({ ...service, name: 'cobol' }, sourceUrl),
    );

    expect(run.status).toBe('failed');
    expect(run.error).toMatch(/`sourceUrl`: nothing in the root/);
    expect(await readMade('cobol', '.slipway.yaml')).toBeUndefined();
  });

  it('takes back what was made when it fails late, and leaves the repository it came from', async () => {
    const [service] = services;
    const sourceUrl = await makeExistingRepository(
      tasks.sandbox,
      'undone-before',
      { 'requirements.txt': '', '.gitignore': '*\n', '.slipway.yaml': 'a: b' },
    );
    tasks.sandbox.faults.add({
      service: 'iam',
      operation: 'CreateRole',
      kind: 'access-denied',
    });

    const run = await tasks.run(
      'eks-service',
      valuesFor({ ...service, name: 'undone' }, sourceUrl),
    );

    expect(run.status).toBe('failed');
    expect(run.log.join('\n')).toContain('Finished step Publish');
    expect(run.log.join('\n')).toContain('Removed namespace undone');
    expect(run.log.join('\n')).toContain('Removed image repository undone');
    // The record that undoing goes by is this task's, whatever came along. The
    // catalog of these tests has no locations, so the repository stays.
    expect(run.log.join('\n')).not.toContain('this task did not make it');
    expect(await readMade('undone', '.slipway.yaml')).toContain('name: undone');
    expect(await readMade('undone-before', '.slipway.yaml')).toBe('a: b');
  });

  it('has the source of each runtime that it takes', () => {
    const content = resolve(
      __dirname,
      '../../../../templates/eks-service/content',
    );
    for (const runtime of readdirSync(join(content, 'existing'))) {
      const tools = join(content, 'pipeline/github-actions/runtime', runtime);
      expect(existsSync(tools)).toBe(true);
    }
  });
});
