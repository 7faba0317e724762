import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { mockServices } from '@backstage/backend-test-utils';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import { createPublishGithubAction } from '@backstage/plugin-scaffolder-backend-module-github';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { TOKEN, useGitHub, writeFiles } from './__testUtils__/testGitHub';

const github = useGitHub();

// The official client waits a second between calls that change something.
jest.setTimeout(60_000);

const host = () => new URL(github.url).host;
const config = (token: string | undefined = TOKEN) =>
  mockServices.rootConfig({
    data: {
      integrations: {
        github: [
          {
            host: host(),
            apiBaseUrl: `${github.url}/api/v3`,
            rawBaseUrl: `${github.url}/raw`,
            ...(token && { token }),
          },
        ],
      },
    },
  });
const reader = (token?: string) =>
  UrlReaders.default({
    config: config(token),
    logger: mockServices.logger.mock(),
  });

/** Runs the official action on a folder with the files. */
async function publish(
  name: string,
  input: object = {},
  files: Record<string, string> = {
    'catalog-info.yaml': 'kind: Component',
    '.github/workflows/pipeline.yaml': 'on: push',
    'src/main.ts': 'export {};',
  },
) {
  const integrations = ScmIntegrations.fromConfig(config());
  const workspacePath = mkdtempSync(join(github.directory, 'workspace-'));
  writeFiles(workspacePath, files);
  const action = createPublishGithubAction({
    integrations,
    config: config(),
    githubCredentialsProvider:
      DefaultGithubCredentialsProvider.fromIntegrations(integrations),
  });
  const outputs: Record<string, unknown> = {};
  const logger = mockServices.logger.mock();
  await action.handler({
    ...createMockActionContext({
      input: { repoUrl: `${host()}?owner=acme&repo=${name}`, ...input },
      workspacePath,
      logger,
    }),
    output: (key: string, value: unknown) => {
      outputs[key] = value;
    },
  });
  return { outputs, warnings: logger.warn.mock.calls.map(String) };
}

describe('publish:github', () => {
  it('makes a repository and pushes to it', async () => {
    const { outputs, warnings } = await publish('orders', {
      description: 'Takes orders',
      repoVisibility: 'private',
      protectDefaultBranch: false,
      gitCommitMessage: 'Start the service',
    });
    expect(warnings).toEqual([]);
    expect(outputs).toEqual({
      remoteUrl: `${github.url}/acme/orders.git`,
      repoContentsUrl: `${github.url}/acme/orders/blob/main`,
      commitHash: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect(github.pushes).toContain(`acme/orders main ${outputs.commitHash}`);
    const { json } = await github.call('GET', '/repos/acme/orders/commits');
    expect(json[0].commit.message).toBe('Start the service');
  });

  it('sets everything that it can set', async () => {
    const { warnings } = await publish('settings', {
      access: 'acme/platform',
      homepage: 'https://example.com',
      repoVisibility: 'public',
      defaultBranch: 'trunk',
      protectDefaultBranch: true,
      requireCodeOwnerReviews: true,
      requiredStatusCheckContexts: ['Test'],
      requiredCommitSigning: true,
      requiredLinearHistory: true,
      topics: ['EKS', 'orders'],
      hasIssues: false,
      hasWiki: false,
      deleteBranchOnMerge: true,
      collaborators: [
        { team: 'payments', access: 'push' },
        { user: 'guest', access: 'admin' },
      ],
      repoVariables: { REGION: 'eu-west-1' },
      secrets: { PASSWORD: 'hidden' },
      oidcCustomization: {
        useDefault: false,
        includeClaimKeys: ['repo', 'context'],
      },
      subscribe: true,
    });
    expect(warnings).toEqual([]);
    const { json } = await github.call('GET', '/repos/acme/settings');
    expect(json).toMatchObject({
      homepage: 'https://example.com',
      private: false,
      topics: ['eks', 'orders'],
      has_issues: false,
      has_wiki: false,
      delete_branch_on_merge: true,
    });
    expect(github.standIn.repositories.find('acme', 'settings')).toMatchObject({
      teams: { platform: 'admin', payments: 'push' },
      collaborators: { guest: 'admin' },
      variables: { REGION: 'eu-west-1' },
      secrets: ['PASSWORD'],
      oidcSubject: {
        use_default: false,
        include_claim_keys: ['repo', 'context'],
      },
      protection: {
        trunk: {
          enforce_admins: true,
          required_signatures: true,
          required_pull_request_reviews: { require_code_owner_reviews: true },
        },
      },
    });
  });

  it('fails with GitHub’s words where the name is taken', async () => {
    await github.createRepository('taken');
    await expect(publish('taken')).rejects.toThrow(
      /acme\/taken, .*name already exists on this account/,
    );
  });

  it('fails where a team is not there', async () => {
    await expect(
      publish('teamless', { access: 'acme/strangers' }),
    ).rejects.toThrow(/strangers was not found/);
    expect(
      github.standIn.repositories.find('acme', 'teamless'),
    ).toBeUndefined();
  });

  it('waits and tries again when it is throttled', async () => {
    github.faults.add({
      service: 'github',
      operation: 'POST /orgs/{org}/repos',
      kind: 'throttle',
      remaining: 1,
    });
    const { outputs } = await publish('throttled', {
      protectDefaultBranch: false,
    });
    expect(outputs.commitHash).toBeDefined();
  });
});

describe('the URL reader', () => {
  const url = (rest: string) => `${github.url}/acme/catalog/${rest}`;

  beforeAll(async () => {
    await publish('catalog', { repoVisibility: 'public' });
  });

  it.each(['blob/main/catalog-info.yaml', 'tree/main/catalog-info.yaml'])(
    'reads %s, and not again while it is the same',
    async rest => {
      const first = await reader().readUrl(url(rest));
      expect(String(await first.buffer())).toBe('kind: Component');
      expect(first.lastModifiedAt).toBeInstanceOf(Date);
      await expect(
        reader().readUrl(url(rest), { etag: first.etag }),
      ).rejects.toMatchObject({ name: 'NotModifiedError' });
      await expect(
        reader().readUrl(url(rest), {
          lastModifiedAfter: first.lastModifiedAt,
        }),
      ).rejects.toMatchObject({ name: 'NotModifiedError' });
    },
  );

  it('reads a folder, and not again while it is the same', async () => {
    const tree = await reader().readTree(url('tree/main/src'));
    const [file] = await tree.files();
    expect(file.path).toBe('main.ts');
    expect(String(await file.content())).toBe('export {};');
    await expect(
      reader().readTree(url('tree/main/src'), { etag: tree.etag }),
    ).rejects.toMatchObject({ name: 'NotModifiedError' });
  });

  it('reads the default branch where none is named', async () => {
    const tree = await reader().readTree(`${github.url}/acme/catalog`);
    expect(await tree.files()).toHaveLength(3);
  });

  it('searches', async () => {
    const found = await reader().search(url('blob/main/**/*.ts'));
    expect(found.files.map(file => file.url)).toEqual([
      url('blob/main/src/main.ts'),
    ]);
    expect(String(await found.files[0].content())).toBe('export {};');
    // This is how `catalog:register` looks for a location.
    const exact = await reader().search(url('blob/main/catalog-info.yaml'));
    expect(exact.files).toHaveLength(1);
  });

  it('finds nothing where nothing is', async () => {
    await expect(
      reader().readUrl(url('blob/main/nothing.yaml')),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    await expect(
      reader().readUrl(url('blob/nothing/catalog-info.yaml')),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('reads what is public without a token, as raw files', async () => {
    const file = await reader('').readUrl(url('blob/main/catalog-info.yaml'));
    expect(String(await file.buffer())).toBe('kind: Component');
  });

  it('says that the rate limit is exceeded', async () => {
    github.faults.add({ service: 'github', kind: 'throttle', remaining: 1 });
    await expect(
      reader().readUrl(url('blob/main/catalog-info.yaml')),
    ).rejects.toThrow('rate limit exceeded');
  });
});

it('keeps everything when it is started again', async () => {
  await github.createRepository('kept');
  await github.push('kept', { 'a.txt': 'still here' });
  const { json } = await github.call('GET', '/repos/acme/kept');
  await github.restart();
  const { json: after } = await github.call('GET', '/repos/acme/kept');
  expect(after.id).toBe(json.id);
  const file = await reader().readUrl(
    `${github.url}/acme/kept/blob/main/a.txt`,
  );
  expect(String(await file.buffer())).toBe('still here');
  await github.createRepository('next');
  const { json: next } = await github.call('GET', '/repos/acme/next');
  expect(next.id).toBeGreaterThan(json.id);
});
