import { fork } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { VIEWS, type WatchRun } from './measure';
import type { Measured } from './measureMain';
import { podOf } from './pod';

/** Megabytes that 1,000 pods may take. */
const LIMIT_MB = 4;

const SIZES = [1_000, 5_000, 10_000];

/** What the benchmark of the watch found. */
export interface WatchBenchmark {
  summary: { runs: WatchRun[]; podBytes: number; limit: number };
  text: string;
  /** Whether memory is within its limit, and nothing was listed twice. */
  ok: boolean;
}

/** Measures in a process of its own: what another left is not counted. */
function measureAlone(pods: number, changes: number): Promise<WatchRun> {
  const child = fork(
    resolve(__dirname, 'measureMain.ts'),
    [String(pods), String(changes)],
    // As this process itself was started: with a loader for TypeScript.
    { execArgv: process.execArgv },
  );
  return new Promise((done, reject) => {
    child.on('message', ({ run }: Measured) => run && done(run));
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`measuring ended with exit code ${code}`)),
    );
  });
}

const row = (cells: (string | number)[]) =>
  cells.map(cell => String(cell).padStart(11)).join('');

/**
 * Watches clusters of ever more pods, and says what that takes.
 *
 * @param runs - ten changes are measured for each
 */
export async function benchmarkWatch(runs: number): Promise<WatchBenchmark> {
  const measured: WatchRun[] = [];
  for (const pods of SIZES) {
    measured.push(await measureAlone(pods, runs * 10));
  }
  const { managedFields: _, ...metadata } = podOf(1, '1').metadata;
  const podBytes = JSON.stringify({ ...podOf(1, '1'), metadata }).length;
  return {
    summary: { runs: measured, podBytes, limit: LIMIT_MB },
    text: [
      row([
        'pods',
        'MB/1,000',
        'shown',
        'first, ms',
        'CPU, ms',
        'read, ms',
        'change p50',
        'p95, ms',
        'requests',
        'later',
      ]),
      ...measured.map(run =>
        row([
          run.pods,
          run.memory.toFixed(2),
          run.shown.toFixed(2),
          run.first.toFixed(0),
          run.cpu.toFixed(0),
          run.read.toFixed(1),
          run.change.p50,
          run.change.p95,
          run.requests.all,
          run.requests.later,
        ]),
      ),
      '',
      `A pod has ${podBytes} bytes; 1,000 may take ${LIMIT_MB} MB, also while they are shown: then what is looked at of each is kept beside it. ${VIEWS} views, each of another service, are open while pods change.`,
      `${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}.`,
    ].join('\n'),
    ok: measured.every(
      run => run.shown <= LIMIT_MB && run.requests.later === 0,
    ),
  };
}
