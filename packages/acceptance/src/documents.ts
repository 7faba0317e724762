import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const ROOT = resolve(__dirname, '../../..');
const END = '<!-- end -->';

/** A part of a document that a command writes, between a mark and its end. */
export interface WrittenPart {
  /** From the root of the repository. */
  document: string;
  /** What the mark says: the command that writes it. */
  mark: string;
}

/** @throws Error if the document has no such mark */
function split({ document, mark }: WrittenPart) {
  const text = readFileSync(resolve(ROOT, document), 'utf8');
  const begin = `<!-- ${mark} -->`;
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(END, from);
  if (from < begin.length || to < 0) {
    throw new Error(`${document} has no ${begin} with an ${END} after it`);
  }
  return {
    before: text.slice(0, from),
    part: text.slice(from, to),
    after: text.slice(to),
  };
}

/** What the document has there. */
export const readPart = (where: WrittenPart): string => split(where).part;

/** Puts something else there. */
export function writePart(where: WrittenPart, text: string): void {
  const { before, after } = split(where);
  const document = resolve(ROOT, where.document);
  writeFileSync(document, `${before}\n\n${text}\n\n${after}`);
  execFileSync(resolve(ROOT, 'node_modules/.bin/prettier'), [
    '--write',
    '--log-level',
    'warn',
    document,
  ]);
}
