import { availableParallelism, loadavg } from 'node:os';
import { startDevServer } from './devServer';
import { type Interaction, measure } from './measure';

/** How long an interaction may take, in milliseconds. */
const LIMIT_MS = 100;

/** What the benchmark of the page found. */
export interface PageBenchmark {
  summary: {
    interactions: (Interaction & { p50: number; p95: number; max: number })[];
    limit: number;
  };
  text: string;
  /** Whether interactions are within the limit (p95). */
  ok: boolean;
}

const quantile = (times: number[], part: number) => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
};

const row = (name: string, cells: (string | number)[]) =>
  [
    name.padEnd(32),
    ...cells.map(cell =>
      (typeof cell === 'number' ? cell.toFixed(0) : cell).padStart(7),
    ),
  ].join('');

/** Uses the page of a service with 500 pods, and says how long it takes to answer. */
export async function benchmarkPage(runs: number): Promise<PageBenchmark> {
  const server = await startDevServer();
  try {
    const interactions = (await measure(server.url, runs)).map(one => ({
      ...one,
      p50: quantile(one.times, 0.5),
      p95: quantile(one.times, 0.95),
      max: Math.max(...one.times),
    }));
    return {
      summary: { interactions, limit: LIMIT_MS },
      text: [
        row('500 pods, ms', ['times', 'p50', 'p95', 'max']),
        ...interactions.map(({ name, times, p50, p95, max }) =>
          row(name, [times.length, p50, p95, max]),
        ),
        '',
        `From the input to the frame that shows what came of it, as Chromium tells it (0: less than 16 ms); ${LIMIT_MS} ms at most (p95). The page is as it is while it is worked on: React checks more than in a portal.`,
        `${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}.`,
      ].join('\n'),
      ok: interactions.every(({ p95 }) => p95 <= LIMIT_MS),
    };
  } finally {
    await server.stop();
  }
}
