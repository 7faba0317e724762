import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cases, nameOf } from './cases';
import { differences, missing } from './differences';

const page = readFileSync(
  resolve(__dirname, '../../../../../docs/aws-differences.md'),
  'utf8',
);

/** The rows of a table below a heading, each cell without its padding. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter(line => line.startsWith('|'))
    .slice(2)
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    );
}

describe('what moto does otherwise', () => {
  it('is about cases that there are, each once', () => {
    const names = cases.map(nameOf);
    const operations = cases.map(({ operation }) => operation);

    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(differences.map(({ name }) => name)),
    );
    expect(operations).toEqual(expect.arrayContaining(Object.keys(missing)));
  });

  it('is in the documentation, with the page of AWS that settles it', () => {
    expect(rowsBelow('Where moto does otherwise')).toEqual(
      differences.map(({ name, moto, settledBy }) => {
        const [, operation, holds] = /^(\S+) (.*)$/.exec(name) ?? [];
        const [topic] = settledBy.replace(/^.*\/(API_)?/, '').split('.html');
        return [`\`${operation}\``, holds, moto, `[${topic}](${settledBy})`];
      }),
    );
  });

  it('is in the documentation where moto has nothing at all', () => {
    expect(rowsBelow('What moto does not have')).toEqual(
      Object.keys(missing).map(operation => [`\`${operation}\``]),
    );
  });
});
