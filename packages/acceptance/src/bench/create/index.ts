import { measureCreate } from './measure';
import { startPortal } from './portal';
import { type CreateSummary, summarize, tableOf } from './report';

/** What the benchmark of the create flow found. */
export interface CreateBenchmark {
  summary: CreateSummary;
  text: string;
  /** Whether the median is within its limit. */
  ok: boolean;
}

/**
 * Creates services on the sandbox, one after the other, and says what the time
 * went into. The first one, in which everything is loaded and connected, is
 * not counted.
 */
export async function benchmarkCreate(runs: number): Promise<CreateBenchmark> {
  const portal = await startPortal();
  try {
    await measureCreate(portal, 'bench-first');
    const measured = [];
    for (let run = 1; run <= runs; run += 1) {
      measured.push(await measureCreate(portal, `bench-${run}`));
    }
    const summary = summarize(measured);
    return {
      summary,
      text: tableOf(summary),
      ok: summary.own.p50 <= summary.own.limit,
    };
  } finally {
    await portal.stop();
  }
}
