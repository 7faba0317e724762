import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cases, nameOf } from './cases';
import { differences } from './differences';

const page = readFileSync(
  resolve(__dirname, '../../../../../docs/kubernetes-differences.md'),
  'utf8',
);

describe('what the sandbox does otherwise than Kubernetes', () => {
  it('is about cases that there are, each once', () => {
    const names = cases.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(differences.map(({ name }) => name)),
    );
  });

  it('is in the documentation, with its reason', () => {
    const rows = page
      .split('\n')
      .filter(line => line.startsWith('|'))
      .slice(2)
      .map(line =>
        line
          .split('|')
          .slice(1, -1)
          .map(cell => cell.trim()),
      );
    expect(rows).toEqual(
      differences.map(({ name, sandbox, reason }) => [name, sandbox, reason]),
    );
  });
});
