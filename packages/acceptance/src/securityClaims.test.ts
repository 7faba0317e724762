import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const docs = join(__dirname, '../../../docs');

/** Each test that the page names: its file and its title. */
const named = [
  ...readFileSync(join(docs, 'security.md'), 'utf8').matchAll(
    /\[[\w.]+\]\((\.\.\/[^)]+\.test\.ts)\): `([^`]+)`/g,
  ),
].map(([, file, title]) => ({ file, title }));

describe('docs/security.md', () => {
  it('names tests', () => {
    expect(named.length).toBeGreaterThan(20);
  });

  it.each(named)('names a test that is there: $file, $title', claim => {
    const path = join(docs, claim.file);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(`'${claim.title}'`);
  });
});
