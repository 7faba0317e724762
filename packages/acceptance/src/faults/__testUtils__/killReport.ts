import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KillResult } from './killing';
import { nameOf } from './killPoints';

/** Where reports go, when somebody wants them. */
const directory = process.env.FAULTS_REPORT;

/** One line about all of it; and the whole table where it is asked for. */
export function writeKillReport(results: KillResult[]): void {
  const counts = new Map<string, number>();
  for (const { outcome } of results) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const summary = `${results.length} kills: ${[...counts]
    .map(([outcome, number]) => `${number} ${outcome}`)
    .join(', ')}`;
  process.stderr.write(`\nkill-matrix: ${summary}\n`);
  if (directory) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, 'kill-matrix.json'),
      `${JSON.stringify(results, undefined, 2)}\n`,
    );
    const lines = results.map(
      ({ point, outcome }) => `| ${nameOf(point)} | ${outcome} |`,
    );
    writeFileSync(
      join(directory, 'kill-matrix.md'),
      `${summary}\n\n| killed | the task is |\n|---|---|\n${lines.join('\n')}\n`,
    );
  }
}
