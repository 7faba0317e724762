import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Waiver } from './waivers';
import { run } from './programs';
import type { Finding, Judge, Rendering } from './types';

const DOCUMENT = resolve(__dirname, '../../../../docs/golden-path.md');
const BEGIN = '<!-- npm run test:golden -->';
const END = '<!-- end -->';

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
  const [, after = ''] = readFileSync(DOCUMENT, 'utf8').split(BEGIN);
  return normal(after.split(END)[0].replace(/\| -+ /g, '| --- '));
}

/** A report as {@link shownReport} gives it. */
export const asShown = normal;

/** Puts a report into the document. */
export async function showReport(report: string): Promise<void> {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before] = text.split(BEGIN);
  const [, after = ''] = text.split(END);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${report}\n\n${END}${after}`);
  const { code, stderr } = await run(
    resolve(__dirname, '../../../../node_modules/.bin/prettier'),
    ['--write', DOCUMENT],
  );
  if (code !== 0) {
    throw new Error(`prettier could not format ${DOCUMENT}: ${stderr}`);
  }
}
