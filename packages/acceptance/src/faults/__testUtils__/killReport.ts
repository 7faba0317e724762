import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KillResult } from './killing';
import { nameOf } from './killPoints';
import type { Recovery } from './portal';

/** Where reports go, when somebody wants them. */
const directory = process.env.FAULTS_REPORT;

/** How many kills the whole matrix has, as far as it was looked at. */
export type KillsInAll = Record<Recovery, number>;

function summaryOf(
  results: KillResult[],
  recovery: Recovery,
  inAll: KillsInAll,
): string {
  const counts = new Map<string, number>();
  const those = results.filter(result => result.recovery === recovery);
  for (const { outcome } of those) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return `${those.length} of ${inAll[recovery]} kills with recovery ${recovery}: ${[
    ...counts,
  ]
    .map(([outcome, number]) => `${number} ${outcome}`)
    .join(', ')}`;
}

const summary = (results: KillResult[], inAll: KillsInAll): string =>
  (['on', 'off'] as const)
    .map(recovery => summaryOf(results, recovery, inAll))
    .join('; ');

/** A few words about all of it. */
export function sayKills(results: KillResult[], inAll: KillsInAll): void {
  process.stderr.write(`\nkill-matrix: ${summary(results, inAll)}\n`);
}

/**
 * The whole table, where it is asked for. It takes long until all of it is
 * there, so it is written as often as there is more.
 */
export function writeKillReport(
  results: KillResult[],
  inAll: KillsInAll,
): void {
  if (!directory) {
    return;
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'kill-matrix.json'),
    `${JSON.stringify(results, undefined, 2)}\n`,
  );
  const lines = results.map(
    ({ point, recovery, outcome }) =>
      `| ${nameOf(point)} | ${recovery} | ${outcome} |`,
  );
  writeFileSync(
    join(directory, 'kill-matrix.md'),
    `${summary(results, inAll)}\n\n| killed | recovery | the task is |\n|---|---|---|\n${lines.join('\n')}\n`,
  );
}
