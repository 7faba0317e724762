import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Combination } from './combinations';
import { runJudge } from './runJudge';
import type { Judge, Rendering, Subject, Tools } from './types';
import { covers } from './waivers';

const combination: Combination = {
  runtime: 'nodejs',
  compute: 'nodes',
  exposure: 'none',
  routing: 'ingress',
  pipeline: 'github-actions',
  targets: 'one',
};
const rendering = (name: string, manifests: Record<string, string>) => ({
  name,
  combination,
  repository: '',
  manifests,
});
const tools: Tools = {
  python: '',
  go: '',
  cluster: '',
  kubernetesSchemas: '',
};

describe('a judge of several repositories', () => {
  let work: string;
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), 'run-judge-'));
  });
  afterEach(() => rmSync(work, { recursive: true, force: true }));

  /** Objects to every file that says "bad", and remembers what it was given. */
  function judgeOf(seen: Subject[]): Judge {
    return {
      name: 'critic',
      artifact: 'manifests',
      files: ({ manifests }: Rendering) =>
        Object.keys(manifests).length ? manifests : undefined,
      async judge(subjects) {
        seen.push(...subjects);
        return subjects
          .filter(({ folder }) =>
            readFileSync(join(folder, 'a/b.yaml'), 'utf8').includes('bad'),
          )
          .map(({ folder }) => ({
            folder,
            rule: 'R',
            at: 'b',
            message: 'bad',
          }));
      },
    };
  }

  it('sees the same files once, and what it says counts for each', async () => {
    const seen: Subject[] = [];
    const found = await runJudge(
      judgeOf(seen),
      [
        rendering('one', { 'a/b.yaml': 'bad' }),
        rendering('two', { 'a/b.yaml': 'bad' }),
        rendering('three', { 'a/b.yaml': 'good' }),
      ],
      tools,
      work,
    );

    expect(seen).toHaveLength(2);
    expect(seen.every(({ folder }) => existsSync(folder))).toBe(true);
    expect([...found].map(([name, of]) => [name, of.length])).toEqual([
      ['one', 1],
      ['two', 1],
      ['three', 0],
    ]);
  });

  it('is not asked about a repository that has nothing for it', async () => {
    const seen: Subject[] = [];
    const found = await runJudge(
      judgeOf(seen),
      [rendering('one', {})],
      tools,
      work,
    );
    expect(seen).toEqual([]);
    expect([...found]).toEqual([]);
  });
});

describe('a waiver', () => {
  const finding = {
    judge: 'critic',
    rendering: 'one',
    rule: 'R',
    at: '',
    message: '',
  };
  const waiver = { judge: 'critic', rule: 'R', reason: '', link: '' };

  it('is for a rule of a judge', () => {
    expect(covers(waiver, finding, { combination })).toBe(true);
    expect(covers({ ...waiver, rule: 'S' }, finding, { combination })).toBe(
      false,
    );
    expect(
      covers({ ...waiver, judge: 'other' }, finding, { combination }),
    ).toBe(false);
  });

  it('is only for the choices that it names', () => {
    const only = { compute: ['nodes', 'auto-mode'] };
    expect(covers({ ...waiver, only }, finding, { combination })).toBe(true);
    expect(
      covers({ ...waiver, only }, finding, {
        combination: { ...combination, compute: 'fargate' },
      }),
    ).toBe(false);
  });
});
