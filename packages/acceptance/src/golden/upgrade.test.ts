import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Entity } from '@backstage/catalog-model';
import type { TemplateEntityV1beta3 } from '@backstage/plugin-scaffolder-common';
import type { JsonObject } from '@backstage/types';
import type { Sandbox } from '@slipway/sandbox';
import { validate } from 'jsonschema';
import { create, extract } from 'tar';
import { parse } from 'yaml';
import { makeExistingRepository } from '../__testUtils__/existingRepository';
import { recordSchema } from './__testUtils__/record';
import { usualValues } from './__testUtils__/scaffolder';
import { useTasks } from './__testUtils__/tasks';
import { registeredTemplate } from './__testUtils__/template';

const run = promisify(execFile);
const fixtures = resolve(__dirname, '__fixtures__/versions');
const checkout = resolve(__dirname, '../../../../templates/eks-service');
const stagingUs = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';

/** Where the portal has its templates from: a folder for each. */
const portal = mkdtempSync(join(tmpdir(), 'portal-'));

function templateAt(folder: string): TemplateEntityV1beta3 {
  const path = join(portal, folder, 'template.yaml');
  const template: TemplateEntityV1beta3 = parse(readFileSync(path, 'utf8'), {
    merge: true,
  });
  return {
    ...template,
    metadata: {
      ...template.metadata,
      namespace: 'default',
      annotations: { 'backstage.io/managed-by-location': `file:${path}` },
    },
  };
}

/** Puts a version of the small template, with the older ones, into the portal. */
async function install(version: string) {
  const folder = join(portal, 'small-service');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(fixtures, version), folder, { recursive: true });
  mkdirSync(join(folder, 'versions'));
  for (const older of readdirSync(fixtures).filter(name => name < version)) {
    await create(
      {
        gzip: true,
        cwd: join(fixtures, older),
        file: join(folder, 'versions', `${older}.tar.gz`),
      },
      ['template.yaml', 'content'],
    );
  }
}

/** The same of eks-service: as it was first, or as it is in this checkout. */
async function installService(version: '0.1.0' | 'current') {
  const folder = join(portal, 'eks-service');
  rmSync(folder, { recursive: true, force: true });
  if (version === 'current') {
    for (const part of ['template.yaml', 'content', 'versions']) {
      cpSync(join(checkout, part), join(folder, part), { recursive: true });
    }
  } else {
    mkdirSync(folder, { recursive: true });
    await extract({
      cwd: folder,
      file: join(checkout, 'versions/0.1.0.tar.gz'),
    });
  }
}

const names = ['step', 'leap', 'mine', 'foreign', 'fresh', 'brought'];

/** Whom the catalog knows: each service as its own repository registers it. */
function entities({ urls }: Sandbox): Entity[] {
  const component = (name: string, owner: string): Entity => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': `url:${urls.github}/acme/${name}/tree/main/catalog-info.yaml`,
      },
    },
    relations: [{ type: 'ownedBy', targetRef: owner }],
  });
  const eksService = templateAt('eks-service');
  // Without what needs a catalog that reads locations.
  eksService.spec.steps = eksService.spec.steps.filter(
    ({ id = '' }) => !['register', 'page'].includes(id),
  );
  // The catalog of these tests has every service from the start.
  for (const step of eksService.spec.steps) {
    if (step.action === 'aws:eks:service:preflight') {
      step.input = { ...step.input, failOnProblems: false };
    }
  }
  return [
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Group',
      metadata: { name: 'payments', namespace: 'default' },
      spec: { type: 'team', children: [] },
    },
    templateAt('small-service'),
    eksService,
    registeredTemplate('eks-service-upgrade'),
    ...names.map(name =>
      component(
        name,
        name === 'foreign' ? 'group:default/others' : 'user:default/mock',
      ),
    ),
  ];
}

beforeAll(async () => {
  await install('1.0.0');
  await installService('0.1.0');
});
afterAll(() => rmSync(portal, { recursive: true, force: true }));

const tasks = useTasks(sandbox => entities(sandbox), { testServices: false });

async function github(method: string, path: string, accept?: string) {
  const { sandbox } = tasks;
  const answer = await fetch(`${sandbox.urls.github}/api/v3${path}`, {
    method,
    headers: {
      authorization: `token ${sandbox.env.SANDBOX_GITHUB_TOKEN}`,
      ...(accept && { accept }),
    },
  });
  return { status: answer.status, text: await answer.text() };
}

/** A file of a branch; undefined when it is not there. */
async function read(name: string, path: string, branch = 'main') {
  const { status, text } = await github(
    'GET',
    `/repos/acme/${name}/contents/${path}?ref=${branch}`,
    'application/vnd.github.raw+json',
  );
  return status === 200 ? text : undefined;
}

const pullsOf = async (name: string) =>
  JSON.parse((await github('GET', `/repos/acme/${name}/pulls`)).text);

async function merge(name: string) {
  const [{ number }] = await pullsOf(name);
  const { status } = await github(
    'PUT',
    `/repos/acme/${name}/pulls/${number}/merge`,
  );
  expect(status).toBe(200);
}

/** Commits as somebody who works on the service. */
async function commit(
  name: string,
  changes: Record<string, string | undefined>,
  branch = 'main',
) {
  const { env, urls } = tasks.sandbox;
  const folder = mkdtempSync(join(tmpdir(), 'working-'));
  const remote = new URL(`${urls.github}/acme/${name}.git`);
  remote.username = 'x-access-token';
  remote.password = env.SANDBOX_GITHUB_TOKEN ?? '';
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=Jo', '-c', 'user.email=jo@x', ...args], {
      cwd: folder,
      timeout: 20_000,
    });
  await git('clone', '-q', '-b', branch, remote.href, '.');
  for (const [path, text] of Object.entries(changes)) {
    if (text === undefined) {
      rmSync(join(folder, path));
    } else {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }
  await git('add', '--all');
  await git('commit', '-q', '-m', 'Work on it');
  await git('push', '-q', 'origin', branch);
  rmSync(folder, { recursive: true, force: true });
}

async function make(name: string) {
  await install('1.0.0');
  const { host } = new URL(tasks.sandbox.urls.github);
  const made = await tasks.run('small-service', {
    name,
    owner: 'group:default/payments',
    targets: [
      { environment: 'staging', clusterArn: stagingUs, namespace: name },
    ],
    repoUrl: `${host}?owner=acme&repo=${name}`,
  });
  expect(made.error).toBeUndefined();
}

const upgrade = (name: string) =>
  tasks.run('eks-service-upgrade', { service: `component:default/${name}` });

const versionOf = async (name: string, branch: string) =>
  parse((await read(name, '.slipway.yaml', branch)) ?? '').template.version;

/** The lines of a file of the small template. */
const lines = (
  count: number,
  name: string,
  changes: Record<number, string> = {},
) =>
  Array.from(
    { length: count },
    (_, index) => `${changes[index + 1] ?? `line ${index + 1} of ${name}`}\n`,
  ).join('');

const BRANCH = 'upgrade-template';

/** What somebody did to a service that version 1.0.0 made. */
const work = (name: string) => ({
  'service.txt': lines(12, name, { 2: 'mine' }),
  'old-but-changed.txt': lines(6, name, { 5: 'mine' }),
  'unwanted.txt': undefined,
  'own.txt': 'mine\n',
});

describe('eks-service-upgrade', () => {
  it('brings a service from version to version, and keeps what people did in between', async () => {
    await make('step');
    await commit('step', work('step'));
    await install('1.1.0');
    const first = await upgrade('step');

    expect(first.error).toBeUndefined();
    expect(await pullsOf('step')).toMatchObject([
      { title: 'Upgrade small-service from 1.0.0 to 1.1.0' },
    ]);
    expect(await versionOf('step', BRANCH)).toBe('1.1.0');
    expect(await read('step', 'service.txt', BRANCH)).toBe(
      lines(12, 'step', { 2: 'mine', 10: 'line 10 of 1.1.0' }),
    );
    expect(await read('step', 'new.txt', BRANCH)).toBe(
      'new in 1.1.0 for step\n',
    );
    expect(await read('step', 'unwanted.txt', BRANCH)).toBeUndefined();
    expect(await read('step', 'own.txt', BRANCH)).toBe('mine\n');
    expect(await versionOf('step', 'main')).toBe('1.0.0');

    await merge('step');
    await commit('step', {
      'service.txt': lines(12, 'step', { 2: 'mine', 10: 'mine, too' }),
    });
    await install('2.0.0');
    const second = await upgrade('step');

    expect(second.error).toBeUndefined();
    const [pull, ...others] = await pullsOf('step');
    expect(others).toEqual([]);
    expect(pull.title).toBe('Upgrade small-service from 1.1.0 to 2.0.0');
    expect(pull.body).toMatch(/## Conflicts[^]*- `service\.txt`/);
    expect(pull.body).toMatch(
      /## Left as they are[^]*- `old-but-changed\.txt`/,
    );
    expect(pull.body).toMatch(/## Not brought back[^]*- `unwanted\.txt`/);
    expect(pull.body).toMatch(/## Removed[^]*- `old\.txt`/);
    expect(await read('step', 'service.txt', BRANCH)).toBe(
      lines(12, 'step', {
        2: 'mine',
        10: '<<<<<<< repository\nmine, too\n=======\nline 10 of 2.0.0\n>>>>>>> template-2.0.0',
      }),
    );
    expect(await read('step', 'settings.txt', BRANCH)).toContain(
      'line 3 of 2.0.0',
    );
    expect(await read('step', 'old.txt', BRANCH)).toBeUndefined();
    expect(await read('step', 'old-but-changed.txt', BRANCH)).toContain('mine');
    expect(await read('step', 'unwanted.txt', BRANCH)).toBeUndefined();
    expect(await read('step', 'docs/newest.md', BRANCH)).toBe('# Newest\n');
    expect(await versionOf('step', BRANCH)).toBe('2.0.0');
  });

  it('goes over a version, to the same files as one by one', async () => {
    await make('leap');
    await commit('leap', work('leap'));
    await install('2.0.0');
    const { error } = await upgrade('leap');

    expect(error).toBeUndefined();
    expect(await pullsOf('leap')).toMatchObject([
      { title: 'Upgrade small-service from 1.0.0 to 2.0.0' },
    ]);
    expect(await read('leap', 'service.txt', BRANCH)).toBe(
      lines(12, 'leap', { 2: 'mine', 10: 'line 10 of 2.0.0' }),
    );
    expect(await read('leap', 'new.txt', BRANCH)).toBe(
      'new in 1.1.0 for leap\n',
    );
    expect(await read('leap', 'old.txt', BRANCH)).toBeUndefined();
    expect(await read('leap', 'old-but-changed.txt', BRANCH)).toContain('mine');
    expect(await read('leap', 'unwanted.txt', BRANCH)).toBeUndefined();
    expect(await versionOf('leap', BRANCH)).toBe('2.0.0');
  });

  it('updates the same pull request when it is run again, and opens none when there is nothing to do', async () => {
    await commit('leap', { 'settings.txt': lines(6, 'leap', { 6: 'later' }) });
    const again = await upgrade('leap');

    expect(again.error).toBeUndefined();
    const pulls = await pullsOf('leap');
    expect(pulls).toHaveLength(1);
    expect(await read('leap', 'settings.txt', BRANCH)).toBe(
      lines(6, 'leap', { 3: 'line 3 of 2.0.0', 6: 'later' }),
    );

    await merge('leap');
    const last = await upgrade('leap');

    expect(last.error).toBeUndefined();
    expect(last.output).toMatchObject({
      text: [
        {
          title: 'Nothing to do',
          content: expect.stringContaining(
            'leap is at version 2.0.0 of small-service, the current one',
          ),
        },
      ],
    });
    expect(await pullsOf('leap')).toEqual([]);
  });

  it('does not make a branch anew that somebody has worked on', async () => {
    await make('mine');
    await install('1.1.0');
    expect((await upgrade('mine')).error).toBeUndefined();
    await commit('mine', { 'service.txt': 'solved by hand\n' }, BRANCH);
    const { error } = await upgrade('mine');

    expect(error).toMatch(/somebody committed to the branch upgrade-template/);
    expect(await read('mine', 'service.txt', BRANCH)).toBe('solved by hand\n');
  });

  it('is for owners alone, and for versions that are kept', async () => {
    expect((await upgrade('foreign')).error).toMatch(
      /belongs to group:default\/others.*ask one of them to upgrade it/,
    );
    await install('2.0.0');
    rmSync(join(portal, 'small-service/versions'), { recursive: true });
    await commit('mine', { 'own.txt': 'x' });
    expect((await upgrade('mine')).error).toMatch(
      /version 1\.0\.0 of the template small-service is not kept/,
    );
  });

  it.each<{ name: string; values: JsonObject; files?: Record<string, string> }>(
    [
      { name: 'fresh', values: { runtime: 'nodejs', source: 'new' } },
      {
        name: 'brought',
        values: {
          source: 'existing',
          healthPath: '/health',
          exposure: 'internal',
        },
        files: { 'requirements.txt': '', 'app.py': '', Dockerfile: 'FROM x\n' },
      },
    ],
  )(
    'brings $name, which version 0.1.0 of eks-service made, to the current one',
    async ({ name, values, files }) => {
      await installService('0.1.0');
      const { host } = new URL(tasks.sandbox.urls.github);
      const { system, runtime, ...usual } = usualValues;
      const made = await tasks.run('eks-service', {
        ...usual,
        ...values,
        ...(files && {
          sourceUrl: await makeExistingRepository(
            tasks.sandbox,
            `${name}-before`,
            files,
          ),
        }),
        name,
        targets: [
          { environment: 'staging', clusterArn: stagingUs, namespace: name },
        ],
        repoUrl: `${host}?owner=acme&repo=${name}`,
      });
      expect(made.error).toBeUndefined();
      const before = parse((await read(name, '.slipway.yaml')) ?? '');
      expect(before.template.version).toBe('0.1.0');

      await installService('current');
      const { error } = await upgrade(name);

      expect(error).toBeUndefined();
      const record = parse((await read(name, '.slipway.yaml', BRANCH)) ?? '');
      expect(validate(record, recordSchema()).errors).toEqual([]);
      expect(record).toMatchObject({
        task: before.task,
        parameters: before.parameters,
        targets: before.targets,
      });
      expect(record.template.version).not.toBe('0.1.0');
      const [pull] = await pullsOf(name);
      expect(pull.body).not.toContain('## Conflicts');
      for (const [file, text] of Object.entries(files ?? {})) {
        expect(await read(name, file, BRANCH)).toBe(text);
      }
    },
  );
});
