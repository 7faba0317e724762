import type { JsonObject } from '@backstage/types';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry, writeEntries } from '../__testUtils__/existingRepository';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { createEksSourceAdoptAction } from './eksSourceAdopt';

const sourceUrl = 'https://github.com/acme/theirs';

describe('eks:source:adopt', () => {
  let workspacePath: string;

  beforeEach(() => {
    workspacePath = mkdtempSync(join(tmpdir(), 'adopt-'));
  });

  afterEach(() => {
    rmSync(workspacePath, { recursive: true, force: true });
  });

  const prepare = (
    generated: Record<string, Entry>,
    theirs: Record<string, Entry>,
  ) => {
    writeEntries(workspacePath, generated);
    writeEntries(join(workspacePath, '.source'), theirs);
  };
  const adopt = (input: JsonObject = {}, options: RunOptions = {}) =>
    runAction(
      createEksSourceAdoptAction(),
      { sourceUrl, ...input },
      { workspacePath, ...options },
    );
  const read = (path: string) =>
    readFileSync(join(workspacePath, path), 'utf8');

  it('adds what was not there, as it is', async () => {
    const bytes = Buffer.from([0, 255, 10]);
    prepare(
      { Dockerfile: 'FROM x' },
      { 'a/b.bin': bytes, 'run.sh': { program: '#!' } },
    );
    const { output } = await adopt();

    expect(output).toEqual({ added: 2, beside: [] });
    expect(readFileSync(join(workspacePath, 'a/b.bin'))).toEqual(bytes);
    expect(statSync(join(workspacePath, 'run.sh')).mode & 0o100).toBe(0o100);
    expect(read('Dockerfile')).toBe('FROM x');
  });

  it('overwrites nothing: two that differ are both there, and the note says so', async () => {
    prepare(
      { 'README.md': 'ours', Dockerfile: 'ours', same: 'same' },
      { 'README.md': 'theirs', Dockerfile: 'theirs', same: 'same' },
    );
    const { output } = await adopt();

    expect(output).toEqual({
      added: 0,
      beside: [
        {
          path: 'Dockerfile',
          beside: 'Dockerfile.slipway',
          whose: 'generated',
        },
        { path: 'README.md', beside: 'README.slipway.md', whose: 'generated' },
      ],
    });
    expect(read('README.md')).toBe('theirs');
    expect(read('README.slipway.md')).toBe('ours');
    expect(read('docs/brought-in.md')).toContain(
      '| `Dockerfile`, brought in | `Dockerfile.slipway`, generated |',
    );
  });

  it('writes into the record which generated files gave way, once', async () => {
    const record = '# What this was made with.\nname: orders\n';
    prepare(
      { Dockerfile: 'ours', '.slipway.yaml': record },
      { Dockerfile: 'theirs', '.slipway.yaml': 'task: another' },
    );
    const checkpoints: Checkpoints = new Map();
    const input = {
      generatedFirst: ['.slipway.yaml'],
      recordPath: '.slipway.yaml',
    };
    await adopt(input, { checkpoints });
    await adopt(input, { checkpoints });

    expect(read('.slipway.yaml')).toBe(
      `${record}# Generated files that gave way to one of the same name, and where they are.\nbeside:\n  Dockerfile: Dockerfile.slipway\n`,
    );
  });

  it('keeps in place what the portal and the pipeline read', async () => {
    prepare(
      { '.slipway.yaml': 'ours', 'deploy/base/x.yaml': 'ours' },
      { '.slipway.yaml': 'task: another', 'deploy/base/x.yaml': 'theirs' },
    );
    await adopt({ generatedFirst: ['.slipway.yaml', 'deploy/'] });

    expect(read('.slipway.yaml')).toBe('ours');
    expect(read('docs/brought-in/.slipway.original.yaml')).toBe(
      'task: another',
    );
    expect(read('deploy/base/x.yaml')).toBe('ours');
    expect(read('docs/brought-in/deploy-base-x.original.yaml')).toBe('theirs');
  });

  it.each(['*\n', 'deploy/\n', '*.bin\n'])(
    'loses nothing to a .gitignore that says %j',
    async rules => {
      prepare(
        { 'deploy/base.yaml': 'ours', '.slipway.yaml': 'ours' },
        { '.gitignore': rules, 'a.bin': 'x' },
      );
      const { output } = await adopt();

      expect(existsSync(join(workspacePath, '.gitignore'))).toBe(false);
      expect(output.beside).toEqual([
        {
          path: '.gitignore',
          beside: 'docs/brought-in/.gitignore.original',
          whose: 'brought in',
        },
      ]);
      expect(read('docs/brought-in.md')).toMatch(
        /## Ignored by git[^]*- `(a\.bin|deploy\/base\.yaml)`/,
      );
    },
  );

  it('keeps a .gitignore that leaves out nothing of what is here', async () => {
    prepare({ 'a.yaml': 'ours' }, { '.gitignore': 'node_modules/\n' });
    await adopt();

    expect(read('.gitignore')).toBe('node_modules/\n');
  });

  it('finds another name where the one beside is taken', async () => {
    prepare(
      { 'README.md': 'ours' },
      { 'README.md': 'theirs', 'README.slipway.md': 'theirs, too' },
    );
    await adopt();

    expect(read('README.slipway.md')).toBe('theirs, too');
    expect(read('README.slipway-2.md')).toBe('ours');
  });

  it('takes a file in where a folder has its name', async () => {
    prepare({ 'docs/index.md': 'ours' }, { docs: 'theirs' });
    await adopt();

    expect(read('docs/index.md')).toBe('ours');
    expect(read('docs/brought-in/docs.original')).toBe('theirs');
  });

  it('does not let a note of theirs take the place of ours', async () => {
    prepare({}, { 'docs/brought-in.md': 'nothing to see' });
    await adopt();

    expect(read('docs/brought-in.md')).toContain(
      '| `docs/brought-in.md`, generated |',
    );
    expect(read('docs/brought-in/docs-brought-in.original.md')).toBe(
      'nothing to see',
    );
  });

  it('follows no link out of the workspace', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeEntries(outside, { secret: 'x' });
    prepare({}, { 'a.txt': 'x', link: { link: join(outside, 'secret') } });
    const { output } = await adopt();

    expect(output.added).toBe(1);
    expect(existsSync(join(workspacePath, 'link'))).toBe(false);
    rmSync(outside, { recursive: true });
  });

  it('tells what to read before the next push, and what did not come along', async () => {
    prepare(
      {},
      {
        '.github/workflows/ci.yml': 'on: push',
        '.gitmodules': '[submodule "x"]',
      },
    );
    await adopt({
      revision: 'a1b2c3',
      leftOut: [{ path: 'big`|\n# x', reason: 'it is larger than 10 MiB' }],
    });

    const note = read('docs/brought-in.md');
    expect(note).toContain('`https://github.com/acme/theirs` as of `a1b2c3`');
    expect(note).toMatch(/Read these[^]*- `\.github\/workflows\/ci\.yml`/);
    expect(note).toMatch(/## Submodules/);
    expect(note).toContain('- `big???# x`: it is larger than 10 MiB');
  });

  it.each(['nothing', 'half of it'])(
    'ends the same when it is cut short after %s and run again',
    async after => {
      prepare(
        { 'README.md': 'ours', '.slipway.yaml': 'ours' },
        { 'README.md': 'theirs', '.slipway.yaml': 'theirs', new: 'x' },
      );
      const checkpoints: Checkpoints = new Map();
      const first = await adopt({}, { checkpoints });
      const all = [...readdirSync(workspacePath, { recursive: true })].sort();
      if (after === 'half of it') {
        rmSync(join(workspacePath, 'README.md'));
        rmSync(join(workspacePath, 'new'));
      }
      const again = await adopt({}, { checkpoints });

      expect(again.output).toEqual(first.output);
      expect(
        [...readdirSync(workspacePath, { recursive: true })].sort(),
      ).toEqual(all);
      expect(read('README.md')).toBe('theirs');
      expect(read('README.slipway.md')).toBe('ours');
    },
  );

  it('says what to do first where nothing was fetched', async () => {
    await expect(adopt()).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('eks:source:fetch'),
    });
  });

  it.each(['sourcePath', 'targetPath', 'notePath'])(
    'stays in the workspace: %s',
    async field => {
      prepare({}, { a: 'x' });
      await expect(adopt({ [field]: '../../x' })).rejects.toThrow(
        /not allowed|outside/i,
      );
    },
  );
});
