import { availableParallelism, loadavg } from 'node:os';
import { type CreateRun, type Times, WAITS } from './measure';

/** What the whole flow may take of its own, in milliseconds. */
export const OWN_LIMIT_MS = 1_000;

const FIELDS = ['total', ...WAITS, 'own'] as const;

/** The middle one, of an even number the lower. */
function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function middle(times: Times[]): Times {
  const of = (field: keyof Times) => median(times.map(item => item[field]));
  return {
    total: of('total'),
    aws: of('aws'),
    clusters: of('clusters'),
    git: of('git'),
    catalog: of('catalog'),
    own: of('own'),
  };
}

/** Figures of several runs, in milliseconds. */
export interface CreateSummary {
  runs: number;
  /** Median of each step. */
  steps: Record<string, Times>;
  /** Median of the time between the steps. */
  between: number;
  /** Median of the whole flow. */
  flow: Times;
  own: { p50: number; max: number; limit: number };
  /** Median of the CPU time of the whole process. */
  cpu: number;
  machine: { node: string; cores: number; load: number };
}

/** Puts several runs together. */
export function summarize(runs: CreateRun[]): CreateSummary {
  const own = runs.map(({ flow }) => flow.own);
  const names = Object.keys(runs[0].steps);
  return {
    runs: runs.length,
    steps: Object.fromEntries(
      names.map(name => [name, middle(runs.map(({ steps }) => steps[name]))]),
    ),
    between: median(runs.map(({ between }) => between)),
    flow: middle(runs.map(({ flow }) => flow)),
    own: { p50: median(own), max: Math.max(...own), limit: OWN_LIMIT_MS },
    cpu: median(runs.map(({ cpu }) => cpu)),
    machine: {
      node: process.version,
      cores: availableParallelism(),
      load: loadavg()[0],
    },
  };
}

function line(name: string, cells: (number | string)[], width: number) {
  return [
    name.padEnd(width),
    ...cells.map(cell =>
      (typeof cell === 'number' ? cell.toFixed(0) : cell).padStart(9),
    ),
  ].join('');
}

/** The summary as a table for a terminal. */
export function tableOf(summary: CreateSummary): string {
  const { runs, steps, between, flow, own, cpu, machine } = summary;
  const rows: [string, Times][] = [
    ...Object.entries(steps),
    [
      'between the steps',
      { total: between, aws: 0, clusters: 0, git: 0, catalog: 0, own: between },
    ],
    ['the whole flow', flow],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 1;
  return [
    line('median, ms', [...FIELDS], width),
    ...rows.map(([name, times]) =>
      line(
        name,
        FIELDS.map(field => times[field]),
        width,
      ),
    ),
    '',
    `The flow's own time in ${runs} runs: p50 ${own.p50.toFixed(
      0,
    )} ms, max ${own.max.toFixed(0)} ms (limit ${own.limit} ms).`,
    `The process used ${cpu.toFixed(
      0,
    )} ms of CPU for a run, git and catalog included; Node ${
      machine.node
    }, ${machine.cores} cores, load ${machine.load.toFixed(
      1,
    )}: above ${machine.cores}, others take their part of every figure.`,
  ].join('\n');
}
