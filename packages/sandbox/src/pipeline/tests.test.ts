import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from './tests';

describe('the checks of a service', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'checks-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function check(script?: string) {
    if (script !== undefined) {
      mkdirSync(join(directory, 'scripts'));
      writeFileSync(join(directory, 'scripts/check.sh'), script);
    }
    const lines: string[] = [];
    const outcome = await runTests(
      directory,
      line => lines.push(line),
      new AbortController().signal,
    );
    return { outcome, lines };
  }

  it('pass when the script of the repository does, in its folder', async () => {
    const { outcome, lines } = await check(
      'set -e; test -d scripts; echo fine',
    );
    expect(outcome).toEqual({ status: 'succeeded' });
    expect(lines).toEqual(['$ bash scripts/check.sh', 'fine']);
  });

  it('fail when it does not', async () => {
    const { outcome } = await check('echo "1 test failed" >&2; exit 1');
    expect(outcome.status).toBe('failed');
  });

  it.each([
    [
      'a tool is not there',
      'set -e; no-such-tool-here --version',
      /no-such-tool-here is not installed/,
    ],
    [
      'no registry answers',
      'echo "getaddrinfo ENOTFOUND registry.example" >&2; exit 1',
      /registry did not answer/,
    ],
    ['there are none', undefined, /has no scripts\/check\.sh/],
  ])('are left out, and it is said, when %s', async (_, script, detail) => {
    const { outcome } = await check(script);
    expect(outcome).toEqual({
      status: 'skipped',
      detail: expect.stringMatching(detail),
    });
  });

  it('see nothing of what the sandbox itself was given', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'planted';
    try {
      const { lines } = await check('env');
      expect(lines.join('\n')).not.toContain('planted');
    } finally {
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
  });
});
