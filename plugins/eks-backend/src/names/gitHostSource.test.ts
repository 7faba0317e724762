import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockCredentials } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { createGitHostSource } from './gitHostSource';

/** A git host that answers with the status in the repository's name. */
let server: Server;
let host: string;
const asked: { url?: string; authorization?: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { url, headers } = request;
    asked.push({ url, authorization: headers.authorization });
    const status = Number(/status-(\d+)$/.exec(url ?? '')?.[1] ?? 404);
    response
      .writeHead(status, status === 301 ? { location: '/elsewhere' } : {})
      .end('{}');
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  asked.length = 0;
});

afterAll(async () => {
  await new Promise(resolve => {
    server.close(resolve);
  });
});

function ask(name: string, repoUrl?: string) {
  const source = createGitHostSource(
    ScmIntegrations.fromConfig(
      new ConfigReader({
        integrations: {
          github: [
            { host, apiBaseUrl: `http://${host}/api/v3`, token: 'the-token' },
          ],
        },
      }),
    ),
  );
  return source(
    name,
    { credentials: mockCredentials.user(), repoUrl },
    AbortSignal.timeout(5_000),
  );
}

describe('GitLab', () => {
  const askGitLab = (repoUrl: string) =>
    createGitHostSource(
      ScmIntegrations.fromConfig(
        new ConfigReader({
          integrations: {
            gitlab: [
              { host, apiBaseUrl: `http://${host}/api/v4`, token: 'the-token' },
            ],
          },
        }),
      ),
    )(
      'orders',
      { credentials: mockCredentials.user(), repoUrl },
      AbortSignal.timeout(5_000),
    );

  it('is asked for the project with its groups, with the integration’s token', async () => {
    expect(await askGitLab(`${host}?owner=acme%2Fshop`)).toEqual({
      availability: 'free',
    });
    expect(asked).toEqual([
      {
        url: '/api/v4/projects/acme%2Fshop%2Forders',
        authorization: 'Bearer the-token',
      },
    ]);
    expect(await askGitLab(`${host}?owner=acme&repo=status-403`)).toMatchObject(
      {
        availability: 'unknown',
        reason: expect.stringContaining('integrations.gitlab'),
      },
    );
  });

  it('is not asked with what is no group', async () => {
    await expect(askGitLab(`${host}?owner=acme/..`)).rejects.toThrow(
      /no group or user/,
    );
    expect(asked).toEqual([]);
  });
});

describe('the git host', () => {
  it('is asked for the repository, with the credentials of the integration', async () => {
    expect(await ask('orders', `${host}?owner=acme&repo=orders`)).toEqual({
      availability: 'free',
    });
    expect(asked).toEqual([
      { url: '/api/v3/repos/acme/orders', authorization: 'Bearer the-token' },
    ]);
  });

  it('is asked for the name where no repository is named', async () => {
    await ask('orders', `${host}?owner=acme`);
    expect(asked.map(({ url }) => url)).toEqual(['/api/v3/repos/acme/orders']);
  });

  it.each([
    ['status-200', 'taken', /has the repository acme\/status-200 already/],
    // The old name of a repository that was renamed.
    ['status-301', 'taken', /has the repository acme\/status-301 already/],
    ['status-403', 'unknown', /status 403\. Check the credentials/],
    ['status-500', 'unknown', /answered with status 500/],
  ])('that answers %s says %s', async (name, availability, reason) => {
    expect(await ask(name, `${host}?owner=acme`)).toEqual({
      availability,
      reason: expect.stringMatching(reason),
    });
    expect(asked).toHaveLength(1);
  });

  it('is never asked where no integration names it', async () => {
    expect(await ask('orders', '169.254.169.254?owner=acme')).toEqual({
      availability: 'unknown',
      reason: expect.stringMatching(
        /169\.254\.169\.254 is neither a GitHub nor/,
      ),
    });
    expect(asked).toEqual([]);
  });

  it.each([undefined, ''])('waits for an owner (repoUrl %j)', async repoUrl => {
    expect((await ask('orders', repoUrl)).availability).toBe('unknown');
  });

  it.each([
    ['owner=..&repo=x', /owner is not the name/],
    ['owner=acme&repo=..', /repo is not the name/],
    ['owner=acme&repo=a/../../user', /repo is not the name/],
  ])('is not asked with %s', async (query, message) => {
    await expect(ask('orders', `${host}?${query}`)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });
});
