import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mockCredentials } from '@backstage/backend-test-utils';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { useSandbox } from '../../__testUtils__/sandboxEnvironment';
import { openRepository } from '../git/openRepository';
import { serviceRepositoryPart } from '../undo/archivedRepository';
import { gitRepositoryPart } from '../undo/gitRepository';
import { factsOf } from '../undo/serviceFacts';

const execute = promisify(execFile);

describe('a project on GitLab', () => {
  const environment = useSandbox();
  const gitlab = (path: string, method = 'GET', body?: object) => {
    const { urls, env } = environment.sandbox;
    return fetch(`${urls.gitlab}/api/v4${path}`, {
      method,
      headers: {
        'private-token': env.SANDBOX_GITLAB_TOKEN,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
  };
  const host = () => new URL(environment.sandbox.urls.gitlab).host;
  const repoUrlOf = (name: string) => `${host()}?owner=acme&repo=${name}`;
  const integrations = () => ScmIntegrations.fromConfig(environment.config);
  const isThere = async (name: string) =>
    (await gitlab(`/projects/acme%2F${name}`)).status === 200;

  /** Makes a project; with a record, something was pushed to it. */
  async function publish(name: string, record?: string) {
    const group = await (await gitlab('/namespaces/acme')).json();
    await gitlab('/projects', 'POST', { namespace_id: group.id, path: name });
    if (record === undefined) {
      return;
    }
    const { urls, env } = environment.sandbox;
    const folder = mkdtempSync(join(tmpdir(), 'gitlab-project-'));
    const git = (...args: string[]) =>
      execute('git', ['-c', 'user.name=Jo', '-c', 'user.email=j@x', ...args], {
        cwd: folder,
      });
    await git('init', '--quiet', '--initial-branch=main');
    writeFileSync(join(folder, '.slipway.yaml'), record);
    await git('add', '.');
    await git('commit', '--quiet', '--message=Start');
    const { host: address } = new URL(urls.gitlab);
    await git(
      'push',
      '--quiet',
      `http://oauth2:${env.SANDBOX_GITLAB_TOKEN}@${address}/acme/${name}.git`,
      'main',
    );
    rmSync(folder, { recursive: true });
  }

  const undo = (
    name: string,
    more: { freeSince?: Date; locations?: string[] },
  ) => {
    const registered = new Set(more.locations);
    return gitRepositoryPart({
      task: 'task-1',
      repoUrl: repoUrlOf(name),
      freeSince: more.freeSince,
      catalog: catalogServiceMock.mock({
        getLocationByRef: async ref => {
          const target = ref.replace(/^url:/, '');
          return registered.has(target)
            ? {
                id: target,
                type: 'url',
                target,
                entityRef: 'location:default/x',
              }
            : undefined;
        },
        removeLocationById: async () => {},
      }),
      credentials: mockCredentials.user(),
      integrations: integrations(),
      dryRun: false,
    }).remove();
  };

  it('is removed with its location when it records the task', async () => {
    await publish('made', 'task: task-1\n');
    const target = `${environment.sandbox.urls.gitlab}/acme/made/-/blob/main/catalog-info.yaml`;
    expect(await undo('made', { locations: [target] })).toEqual({
      removed: [
        { kind: 'location', name: target, where: 'the catalog' },
        { kind: 'git repository', name: 'acme/made', where: host() },
      ],
      left: [],
    });
    expect(await isThere('made')).toBe(false);
    // Again: there is nothing left to do.
    expect(await undo('made', {})).toEqual({ removed: [], left: [] });
  });

  it('stays when another task made it', async () => {
    await publish('other', 'task: task-2\n');
    expect((await undo('other', {})).left).toMatchObject([
      { name: 'acme/other', reason: 'this task did not make it' },
    ]);
    expect(await isThere('other')).toBe(true);
  });

  it('is the task’s while it is empty and was made after the name was free', async () => {
    await publish('empty');
    const now = Date.now();
    const later = new Date(now + 60_000);
    expect((await undo('empty', { freeSince: later })).removed).toEqual([]);
    const earlier = new Date(now - 60_000);
    expect((await undo('empty', { freeSince: earlier })).removed).toMatchObject(
      [{ name: 'acme/empty' }],
    );
  });

  const archive = (name: string, service: string) =>
    serviceRepositoryPart({
      service,
      repoUrl: repoUrlOf(name),
      archive: true,
      integrations: integrations(),
      dryRun: false,
    }).remove();

  it('is archived with the service that it was made for, and with no other', async () => {
    await publish('kept', 'parameters: { name: kept }\n');
    expect((await archive('kept', 'another')).left).toMatchObject([
      { reason: expect.stringContaining('made for another') },
    ]);
    expect(await archive('kept', 'kept')).toMatchObject({
      removed: [{ name: 'acme/kept', archived: true }],
    });
    expect(await (await gitlab('/projects/acme%2Fkept')).json()).toMatchObject({
      archived: true,
    });
    expect(await archive('kept', 'kept')).toEqual({ removed: [], left: [] });
  });

  it.each([
    ['DELETE /projects/:id', 'remove', /may not delete acme\/held/],
    ['POST /projects/:id/archive', 'archive', /may not archive acme\/held/],
  ] as const)(
    'says so when the token may not %s',
    async (operation, call, says) => {
      environment.sandbox.faults.add({
        kind: 'access-denied',
        service: 'gitlab',
        operation,
      });
      const place = openRepository(repoUrlOf('held'), integrations());
      await expect(place?.[call]()).rejects.toThrow(says);
    },
  );

  it('is tried again later when GitLab gives no usable answer', async () => {
    environment.sandbox.faults.add({ kind: 'server-error', service: 'gitlab' });
    const place = openRepository(repoUrlOf('held'), integrations());
    await expect(place?.read()).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('status 500'),
    });
  });

  it.each([
    [
      'url:https://gitlab.com/acme/orders/-/blob/main/catalog-info.yaml',
      'gitlab.com?owner=acme&repo=orders',
    ],
    [
      'url:https://gitlab.com/acme/shop/eu/orders/-/tree/main/catalog-info.yaml',
      'gitlab.com?owner=acme%2Fshop%2Feu&repo=orders',
    ],
    [
      'url:https://github.com/acme/orders/blob/main/catalog-info.yaml',
      'github.com?owner=acme&repo=orders',
    ],
    ['url:https://example.com/acme/shop/orders/blob/main/x', undefined],
  ])('is found from where the catalog reads: %s', (location, repoUrl) => {
    expect(
      factsOf({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name: 'orders',
          annotations: { 'backstage.io/managed-by-location': location },
        },
      }).repoUrl,
    ).toBe(repoUrl);
  });
});
