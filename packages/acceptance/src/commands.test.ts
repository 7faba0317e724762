import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const root = join(__dirname, '../../..');

/** A command that is expected to fail; what it says to a person. */
async function fails(...args: string[]): Promise<string> {
  try {
    await run(process.execPath, args, { cwd: root });
  } catch (error) {
    return (error as { stderr: string }).stderr.trim();
  }
  throw new Error(`${args.join(' ')} did not fail`);
}

describe('npm start', () => {
  it('says in one sentence which port is taken, and what to do', async () => {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(7102, '127.0.0.1', resolve);
    });
    try {
      const said = await fails('scripts/start.mjs');
      expect(said).toMatch(
        /^slipway: port .*7102 \(for the sandbox's GitHub\).* is taken\. Stop what listens there/,
      );
      expect(said).not.toContain(' at ');
    } finally {
      await new Promise(resolve => server.close(resolve));
    }
  });
});

describe('npm run', () => {
  it('names the tasks there are', async () => {
    expect(await fails('scripts/run.mjs', 'tests')).toMatch(
      /there is no task "tests"; there are: test, real, bench, e2e/,
    );
  });
});
