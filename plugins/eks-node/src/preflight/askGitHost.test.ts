import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { type Sandbox, startSandbox } from '@slipway/sandbox';
import { askGitHost } from './askGitHost';

describe('a project that shall be made on GitLab', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ ports: 'ephemeral' });
  });
  afterEach(() => sandbox.faults.clear());
  afterAll(() => sandbox.stop());

  const ask = (query: string, config = sandbox.config) =>
    askGitHost(
      `${new URL(sandbox.urls.gitlab).host}?${query}`,
      ScmIntegrations.fromConfig(new ConfigReader(config)),
      AbortSignal.timeout(10_000),
    );

  it('can have a name that is free', async () => {
    expect(await ask('owner=acme&repo=orders')).toEqual({
      state: 'free',
      name: 'acme/orders',
    });
  });

  it('cannot have one that is taken', async () => {
    const api = (path: string, init?: RequestInit) =>
      fetch(`${sandbox.urls.gitlab}/api/v4${path}`, {
        ...init,
        headers: {
          'private-token': sandbox.env.SANDBOX_GITLAB_TOKEN,
          'content-type': 'application/json',
        },
      });
    const { id } = await (await api('/namespaces/acme')).json();
    await api('/projects', {
      method: 'POST',
      body: JSON.stringify({ namespace_id: id, path: 'taken' }),
    });
    expect(await ask('owner=acme&repo=taken')).toEqual({
      state: 'taken',
      name: 'acme/taken',
    });
  });

  it.each([
    ['owner=nobody&repo=orders', /no group or user `nobody`/],
    ['owner=acme%2F..&repo=orders', /`acme\/\.\.` is no group or user/],
    ['owner=acme&repo=..', /`\.\.` is no name of a project/],
    ['owner=acme&repo=orders.git', /`orders\.git` is no name of a project/],
  ])('cannot be at %s', async (query, message) => {
    expect(await ask(query)).toMatchObject({
      state: 'wrong',
      message: expect.stringMatching(message),
    });
  });

  it('needs a token of the portal', async () => {
    const { host } = new URL(sandbox.urls.gitlab);
    const apiBaseUrl = `${sandbox.urls.gitlab}/api/v4`;
    expect(
      await ask('owner=acme&repo=orders', {
        integrations: { gitlab: [{ host, apiBaseUrl }] },
      }),
    ).toMatchObject({
      state: 'wrong',
      message: expect.stringContaining('no token'),
      remedy: expect.stringContaining('integrations.gitlab'),
    });
  });

  it.each([
    ['access-denied', 'status 403', 'integrations.gitlab'],
    ['server-error', 'status 500', 'check again'],
    ['reset-before', 'fetch failed', 'check again'],
  ] as const)(
    'is not known while GitLab says %s',
    async (kind, cause, remedy) => {
      sandbox.faults.add({ kind, service: 'gitlab' });
      expect(await ask('owner=acme&repo=orders')).toMatchObject({
        state: 'unknown',
        message: expect.stringContaining(cause),
        remedy: expect.stringContaining(remedy),
      });
    },
  );
});
