import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPart, writePart } from './documents';

const folder = mkdtempSync(join(tmpdir(), 'documents-'));
const document = join(folder, 'page.md');
afterAll(() => rmSync(folder, { recursive: true }));

it('writes one part of a document, and leaves the rest alone', () => {
  writeFileSync(
    document,
    '# Page\n\n<!-- one -->\n\nold\n\n<!-- end -->\n\ntext\n\n<!-- two -->\n\n<!-- end -->\n',
  );
  writePart({ document, mark: 'two' }, '| a | b |\n| --- | --- |\n| 1 | 2 |');
  expect(readFileSync(document, 'utf8')).toBe(
    '# Page\n\n<!-- one -->\n\nold\n\n<!-- end -->\n\ntext\n\n<!-- two -->\n\n| a   | b   |\n| --- | --- |\n| 1   | 2   |\n\n<!-- end -->\n',
  );
  expect(readPart({ document, mark: 'one' }).trim()).toBe('old');
});

it('says which mark a document lacks', () => {
  expect(() => writePart({ document, mark: 'three' }, '')).toThrow(
    /page\.md has no <!-- three --> with an <!-- end --> after it/,
  );
});

it.each([
  ['README.md', 'view'],
  ['docs/testing.md', 'create'],
  ['docs/testing.md', 'watch'],
  ['docs/testing.md', 'page'],
])('%s has a place for what `npm run bench -- %s` finds', (file, name) => {
  const where = { document: file, mark: `npm run bench, ${name}` };
  expect(() => readPart(where)).not.toThrow();
});
