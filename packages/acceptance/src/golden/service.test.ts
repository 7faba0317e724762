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
    const { status, stdout, stderr } = spawnSync('bash', ['scripts/check.sh'], {
      cwd: directory,
      encoding: 'utf8',
      env: {
        ...process.env,
        // The Node that runs this test, and none of the flags it runs with.
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        NODE_OPTIONS: '',
        NODE_ENV: '',
      },
    });
    expect([status, status ? stdout + stderr : '']).toEqual([0, '']);
    expect(stdout).toMatch(/^\D*fail 0$/m);
  }, 240_000);

  it.each([
    ['nodejs', '"node", "src/main.ts"'],
    ['python', '"python", "-m", "service"'],
    [
      'java',
      '"java", "-XX:MaxRAMPercentage=65", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/service.jar"',
    ],
    ['go', '"/service"'],
  ])(
    'is an image of %s that runs as nobody in particular',
    async (runtime, program) => {
      const { directory } = await scaffolder.dryRun({
        ...usualValues,
        runtime,
      });
      const lines = readFileSync(join(directory, 'Dockerfile'), 'utf8').split(
        '\n',
      );
      const last = lines.findLastIndex(line => line.startsWith('FROM '));
      const stage = lines.slice(last).join('\n');

      expect(lines.filter(line => line.startsWith('FROM '))).toHaveLength(2);
      expect(stage).toContain('USER 10001:10001');
      // Without a shell before it, which would keep SIGTERM to itself.
      expect(stage).toContain(`\nENTRYPOINT [${program}]\n`);
      // By what is in the image anyway: no tool is brought in for it.
      expect(stage).toMatch(/HEALTHCHECK [^\n]*\\\n {2}CMD \["/);
      expect(stage).not.toMatch(/curl|wget/);
      // No command runs on a platform that would have to be emulated.
      expect(stage).not.toMatch(/^RUN /m);
    },
  );

  it('is a web front end that any web server image could serve, without a capability', async () => {
    const { directory } = await scaffolder.dryRun({
      ...usualValues,
      runtime: 'static',
    });
    const read = (file: string) => readFileSync(join(directory, file), 'utf8');
    const stages = read('Dockerfile')
      .split(/^(?=FROM )/m)
      .slice(1);

    // What runs as the image is built runs on the machine's own platform.
    for (const stage of stages.filter(text => /^RUN /m.test(text))) {
      expect(stage).toMatch(/^FROM --platform=\$BUILDPLATFORM /);
    }
    expect(stages.at(-1)).toContain('USER 10001:10001');
    expect(stages.at(-1)).toContain('ENTRYPOINT ["caddy"');
    expect(read('catalog-info.yaml')).toContain('type: website');
    // A file that is missing is missing; a page's own path is the page's.
    expect(read('Caddyfile')).toMatch(/not path_regexp .*\n\s*not file/);
  });
});
