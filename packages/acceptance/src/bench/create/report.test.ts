import type { CreateRun } from './measure';
import { summarize, tableOf } from './report';

const run = (own: number): CreateRun => {
  const times = {
    total: own + 5,
    aws: 5,
    clusters: 0,
    git: 0,
    catalog: 0,
    own,
  };
  return {
    steps: { 'Make it': times },
    between: 1,
    cpu: 7,
    flow: { ...times, total: own + 6, own: own + 1 },
  };
};

describe('the report of the benchmark', () => {
  const summary = summarize([run(300), run(100), run(200)]);

  it('has the median of each step, and the worst run', () => {
    expect(summary.steps['Make it']).toMatchObject({ own: 200, total: 205 });
    expect(summary.own).toEqual({ p50: 201, max: 301, limit: 1_000 });
  });

  it('is a table, with the sentence that counts below it', () => {
    const lines = tableOf(summary).split('\n');
    expect(lines[1]).toMatch(/^Make it +205 +5 +0 +0 +0 +200$/);
    expect(lines.at(-1)).toMatch(/^The process used 7 ms of CPU .* load \d/);
    expect(lines.at(-2)).toBe(
      "The flow's own time in 3 runs: p50 201 ms, max 301 ms (limit 1000 ms).",
    );
  });
});
