import { readPart, writePart } from '../documents';
import type { Waiver } from './waivers';
import type { Finding, Judge, Rendering } from './types';

const SHOWN = {
  document: 'docs/golden-path.md',
  mark: 'npm run test:golden',
};

/** What a judge has against a repository. */
export interface Verdict {
  open: Finding[];
  waived: Finding[];
}

function cell(verdict: Verdict | undefined): string {
  if (!verdict) {
    return '–';
  }
  const { open, waived } = verdict;
  return waived.length
    ? `${open.length} (${waived.length} waived)`
    : String(open.length);
}

const row = (cells: string[]) => `| ${cells.join(' | ')} |`;

/** The table of judges and repositories, and the waivers. */
export function reportOf(
  judges: Judge[],
  renderings: Rendering[],
  verdictOf: (judge: string, rendering: string) => Verdict | undefined,
  waivers: Waiver[],
): string {
  return [
    row(['', ...judges.map(({ name }) => name)]),
    row(['---', ...judges.map(() => '---')]),
    ...renderings.map(({ name }) =>
      row([name, ...judges.map(judge => cell(verdictOf(judge.name, name)))]),
    ),
    '',
    row(['waived', 'for', 'because']),
    row(['---', '---', '---']),
    ...waivers.map(({ judge, rule, only = {}, reason, link }) =>
      row([
        `${judge}: ${rule}`,
        Object.values(only).flat().join(', ') || 'all',
        `[${reason}](${link})`,
      ]),
    ),
  ].join('\n');
}

// Prettier aligns the columns of the document's tables, and we do not care.
const normal = (text: string) =>
  text
    .replace(/ +/g, ' ')
    .replace(/\| -+ (?=\|)/g, '| --- ')
    .trim();

/** The report that the document shows. */
export function shownReport(): string {
  return normal(readPart(SHOWN).replace(/\| -+ /g, '| --- '));
}

/** A report as {@link shownReport} gives it. */
export const asShown = normal;

/** Puts a report into the document. */
export function showReport(report: string): void {
  writePart(SHOWN, report);
}
