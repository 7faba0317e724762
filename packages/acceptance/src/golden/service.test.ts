import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { usePlayedScaffolder } from './__testUtils__/played';
import { usualValues } from './__testUtils__/scaffolder';

describe('the generated service', () => {
  const scaffolder = usePlayedScaffolder();

  it('passes its own checks, untouched', async () => {
    const { directory, error } = await scaffolder.dryRun(usualValues);
    expect(error).toBe('');
    const npm = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync('npm', args, {
        cwd: directory,
        encoding: 'utf8',
        shell: process.platform === 'win32',
        env: {
          ...process.env,
          // The Node that runs this test, and none of the flags it runs with.
          PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
          NODE_OPTIONS: '',
          NODE_ENV: '',
        },
      });
      expect([args, status, status ? stdout + stderr : '']).toEqual([
        args,
        0,
        '',
      ]);
      return stdout;
    };

    npm(
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
    );
    expect(npm('test')).toMatch(/^\D*fail 0$/m);
    npm('run', 'lint');
    npm('run', 'typecheck');
  }, 240_000);

  it('is an image that runs as nobody in particular', async () => {
    const { directory } = await scaffolder.dryRun(usualValues);
    const lines = readFileSync(join(directory, 'Dockerfile'), 'utf8').split(
      '\n',
    );
    const last = lines.findLastIndex(line => line.startsWith('FROM '));
    const stage = lines.slice(last).join('\n');

    expect(lines.filter(line => line.startsWith('FROM '))).toHaveLength(2);
    expect(stage).toContain('USER 10001:10001');
    expect(stage).toMatch(/^ENTRYPOINT \["node", /m);
    expect(stage).toMatch(/HEALTHCHECK [^\n]*\\\n {2}CMD \["node", /);
    // No command runs on a platform that would have to be emulated.
    expect(stage).not.toMatch(/^RUN /m);
  });
});
