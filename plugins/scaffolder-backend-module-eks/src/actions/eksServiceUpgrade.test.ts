import { ResponseError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import { mockCredentials } from '@backstage/backend-test-utils';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runAction, type RunOptions } from '../__testUtils__/runAction';
import {
  recordOf,
  type Upgradable,
  upgradable,
} from '../__testUtils__/upgradable';
import { createEksServiceUpgradeAction } from './eksServiceUpgrade';

const service = 'component:default/orders';

/** Two versions, and a repository that the first one made. */
const usual: Upgradable = {
  repository: { '.slipway.yaml': recordOf('1.0.0'), a: 'one\n', gone: 'x\n' },
  versions: { '1.0.0': { a: 'one\n', gone: 'x\n' }, '1.10.0': { a: 'two\n' } },
};

describe('eks:service:upgrade', () => {
  let root: string;
  let workspacePath: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'upgrade-'));
    workspacePath = mkdtempSync(join(root, 'workspace-'));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const upgrade = async (
    change: Partial<Upgradable> = {},
    input: JsonObject = {},
    options: RunOptions = {},
  ) =>
    runAction(
      createEksServiceUpgradeAction(
        await upgradable(root, { ...usual, ...change }),
      ),
      { entityRef: service, ...input },
      { workspacePath, ...options },
    );

  const read = (path: string) =>
    readFileSync(join(workspacePath, 'changes', path), 'utf8');

  it('leaves what changes in a folder, and says what a pull request needs', async () => {
    const { output } = await upgrade();

    expect(output).toEqual({
      changed: true,
      message:
        'orders goes from version 1.0.0 of eks-service to 1.10.0: 2 files change, 1 go, 0 have conflicts',
      repoUrl: 'git.example.com?owner=acme&repo=orders',
      from: '1.0.0',
      to: '1.10.0',
      title: 'Upgrade eks-service from 1.0.0 to 1.10.0',
      description: expect.stringMatching(
        /## Changed[^]*- `\.slipway\.yaml`\n- `a`[^]*## Removed[^]*- `gone`/,
      ),
      branchName: 'upgrade-template',
      targetPath: 'changes',
      deleted: ['gone'],
      conflicts: [],
    });
    expect(readdirSync(join(workspacePath, 'changes')).sort()).toEqual([
      '.slipway.yaml',
      'a',
    ]);
    expect(read('a')).toBe('two\n');
    // The task that made it stays named, whatever the dry runs were called.
    expect(read('.slipway.yaml')).toBe(recordOf('1.10.0'));
  });

  it('gives the same again, and in a dry run', async () => {
    const first = await upgrade();
    const second = await upgrade({}, {}, { isDryRun: true });

    expect(second.output).toEqual(first.output);
  });

  it.each([
    ['1.10.0', 'is at version 1.10.0 of eks-service, the current one'],
    ['2.0.0', 'version 2.0.0 of eks-service, and this portal has the older'],
  ])('has nothing to do for version %s', async (version, said) => {
    const { output } = await upgrade({
      repository: { '.slipway.yaml': recordOf(version), a: 'mine' },
    });

    expect(output).toMatchObject({ changed: false, deleted: [] });
    expect(output.message).toContain(said);
    expect(readdirSync(join(workspacePath, 'changes'))).toEqual([]);
  });

  it('leaves no marks in the record', async () => {
    const changed = recordOf('1.0.0').replace(
      'version: 1.0.0',
      'version: "1.0.0" # by hand',
    );
    const { output } = await upgrade({
      repository: { ...usual.repository, '.slipway.yaml': changed },
    });

    expect(output.conflicts).toEqual([]);
    expect(read('.slipway.yaml')).toContain('# by hand');
    expect(parse(read('.slipway.yaml')).template.version).toBe('1.10.0');
  });

  it('merges a generated file where it gave way to one that was brought in', async () => {
    const { output } = await upgrade({
      repository: {
        '.slipway.yaml': `${recordOf('1.0.0')}beside:\n  a: a.slipway\n`,
        a: 'theirs\n',
        'a.slipway': 'one\n',
      },
    });

    expect(output.conflicts).toEqual([]);
    expect(read('a.slipway')).toBe('two\n');
    expect(existsSync(join(workspacePath, 'changes/a'))).toBe(false);
  });

  it.each<[string, Partial<Upgradable>, string, RegExp]>([
    [
      'somebody else’s service',
      { owner: 'group:default/others' },
      'NotAllowedError',
      /others.*ask one of them to upgrade it/,
    ],
    [
      'one that the catalog has from a file',
      { fromFile: true },
      'NotFoundError',
      /has not read orders from a repository/,
    ],
    [
      'a repository without a record',
      { repository: { a: 'one' } },
      'NotFoundError',
      /has no \.slipway\.yaml/,
    ],
    [
      'a record that is none',
      { repository: { '.slipway.yaml': 'template: 1' } },
      'ConflictError',
      /cannot be read, at `template`.*from the repository's history/,
    ],
    [
      'a record that is no YAML',
      { repository: { '.slipway.yaml': 'a: [' } },
      'ConflictError',
      /cannot be read/,
    ],
    [
      'a version that is not kept',
      { repository: { '.slipway.yaml': recordOf('0.9.0') } },
      'NotFoundError',
      /version 0\.9\.0 of the template eks-service is not kept.*versions\/0\.9\.0\.tar\.gz/,
    ],
    [
      'a version that leads elsewhere',
      { repository: { '.slipway.yaml': recordOf('../../x') } },
      'ConflictError',
      /template\.version/,
    ],
    [
      'a template that nobody registered',
      {
        repository: {
          '.slipway.yaml': recordOf('1.0.0').replace('eks-service', 'other'),
        },
      },
      'NotFoundError',
      /no template other/,
    ],
    [
      'entries that the template does not take',
      {
        dryRun: async () => {
          throw await ResponseError.fromResponse(
            new Response(
              JSON.stringify({
                errors: [
                  {
                    property: 'instance.runtime',
                    message: 'is not one of enum values',
                  },
                ],
              }),
              {
                status: 400,
                headers: { 'content-type': 'application/json' },
              },
            ),
          );
        },
      },
      'InputError',
      /eks-service does not take.*`runtime` is not one of enum values/,
    ],
  ])('refuses %s', async (_, change, name, message) => {
    await expect(upgrade(change)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
    expect(existsSync(join(workspacePath, 'changes'))).toBe(false);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['no reference', { entityRef: 'a b' }, /`entityRef`/],
    ['the workspace itself', { targetPath: '.' }, /`targetPath`/],
    ['a folder outside', { targetPath: '../x' }, /not allowed|outside/i],
    ['an option as a branch', { branchName: '--force' }, /branchName/],
  ])('refuses %s', async (_, input, message) => {
    await expect(upgrade({}, input)).rejects.toThrow(message);
  });

  it('is for people alone', async () => {
    await expect(
      upgrade({}, {}, { credentials: mockCredentials.service() }),
    ).rejects.toThrow(/can only be upgraded by a person/);
  });

  it('ends when the task is cancelled', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(upgrade({}, {}, { signal })).rejects.toThrow('cancelled');
  });
});
