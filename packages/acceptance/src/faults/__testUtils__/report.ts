import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './scenarios';
import type { Cell, CellResult, Failing, Outcome } from './trial';

/** A cell and the scenario that it belongs to. */
interface Row extends CellResult {
  scenario: Scenario;
}

/** Where reports go, when somebody wants them. */
const directory = process.env.FAULTS_REPORT;

const nameOf = ({ call }: Cell) =>
  `${call.service} ${call.operation}${call.index > 0 ? ` (${call.index + 1})` : ''}`;

/** What became of all cells, for people and for programs. */
export class FaultReport {
  private readonly rows: Row[] = [];
  private inAll = 0;

  /** How many cells there are, of which a part may be tried. */
  count(cells: number) {
    this.inAll += cells;
  }

  add(scenario: Scenario, result: CellResult) {
    this.rows.push({ ...result, scenario });
  }

  /** What does not hold in the cells of one test. */
  problemsOf(scenario: Scenario, { kind, times }: Failing): string[] {
    return this.rows
      .filter(
        row =>
          row.scenario === scenario && row.kind === kind && row.times === times,
      )
      .flatMap(row =>
        row.problems.map(problem => `${nameOf(row)}: ${problem}`),
      );
  }

  /** One line about all of it; and the whole table where it is asked for. */
  write(name: string) {
    const counts = new Map<Outcome, number>();
    for (const { outcome } of this.rows) {
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    const summary = `${this.rows.length} of ${this.inAll} cells: ${[...counts]
      .map(([outcome, number]) => `${number} ${outcome}`)
      .join(', ')}`;
    process.stderr.write(`\n${name}: ${summary}\n`);
    if (directory) {
      mkdirSync(directory, { recursive: true });
      writeFileSync(
        join(directory, `${name}.json`),
        `${JSON.stringify(this.rows.map(toJson), undefined, 2)}\n`,
      );
      writeFileSync(
        join(directory, `${name}.md`),
        `${summary}\n\n${toTable(this.rows)}\n`,
      );
    }
  }
}

function toJson({ scenario, call, kind, times, outcome, problems }: Row) {
  const { action, title } = scenario;
  return { action, title, call, kind, times, outcome, problems };
}

function toTable(rows: Row[]): string {
  const head = '| action | scenario | call | fault | outcome | problems |';
  const lines = rows.map(row =>
    [
      row.scenario.action,
      row.scenario.title,
      nameOf(row),
      `${row.kind} ${row.times}`,
      row.outcome,
      row.problems.join('; ').replaceAll('|', '\\|').replaceAll('\n', ' '),
    ].join(' | '),
  );
  return [
    head,
    '|---|---|---|---|---|---|',
    ...lines.map(l => `| ${l} |`),
  ].join('\n');
}
