import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { targetOn } from './__testUtils__/clusters';
import { usePlayedScaffolder } from './__testUtils__/played';
import { usualValues } from './__testUtils__/scaffolder';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  needs?: string | string[];
  permissions: Record<string, string>;
  'timeout-minutes': number;
  steps: Step[];
  environment?: string;
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: object;
  concurrency: object;
  jobs: Record<string, Job>;
}

describe('the generated pipeline', () => {
  const scaffolder = usePlayedScaffolder();
  let directory: string;
  let pipeline: Workflow;
  const read = (file: string) => readFileSync(join(directory, file), 'utf8');

  beforeAll(async () => {
    const run = await scaffolder.dryRun({
      ...usualValues,
      targets: [targetOn('nodes', 'staging'), targetOn('auto-mode')],
    });
    directory = run.directory;
    pipeline = parse(read('.github/workflows/pipeline.yaml'));
  });

  const uses = (job: Job, action: string) =>
    job.steps.some(step => step.uses?.startsWith(`${action}@`));

  it.each(['pipeline.yaml', 'rescan.yaml', 'pin.yaml'])(
    'grants %s nothing that it does not need',
    file => {
      const text = read(`.github/workflows/${file}`);
      const workflow: Workflow = parse(text);

      expect(workflow.permissions).toEqual({});
      expect(workflow.concurrency).toBeDefined();
      expect(workflow.on).not.toHaveProperty('pull_request_target');
      expect(text).not.toContain('secrets');
      for (const line of text.match(/uses: (?!\.\/).*/g) ?? []) {
        expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
      const jobs = Object.values(workflow.jobs);
      for (const job of jobs) {
        expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
        expect(job.permissions).toBeDefined();
      }
      const steps = jobs.flatMap(job => job.steps);
      // Values reach the shell as variables, never as text of the script.
      expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
      expect(
        steps.filter(
          step =>
            step.uses?.startsWith('actions/checkout@') &&
            step.with?.['persist-credentials'] !== false,
        ),
      ).toEqual([]);
      // Whoever holds AWS credentials runs nothing that others wrote.
      expect(
        jobs.filter(
          job =>
            job.permissions['id-token'] &&
            (uses(job, 'aquasecurity/trivy-action') ||
              uses(job, 'docker/build-push-action')),
        ),
      ).toEqual([]);
    },
  );

  it('tests, then scans, then pushes, then delivers', () => {
    const { test, build, push, deliver, propose } = pipeline.jobs;
    expect(test.needs).toBeUndefined();
    expect(build.needs).toBe('test');
    expect(push.needs).toBe('build');
    expect(deliver.needs).toEqual(['build', 'push']);
    expect(propose.needs).toEqual(['build', 'push', 'deliver']);
    expect(push).toMatchObject({ if: "${{ github.event_name == 'push' }}" });
    expect(deliver.environment).toBe('${{ matrix.environment }}');
    expect(propose.environment).toBe('${{ matrix.environment }}');
  });

  it.each([
    ['staging production', ['staging'], ['production']],
    ['test staging production', ['test', 'staging'], ['production']],
    ['production', ['production'], []],
  ])(
    'asks for a review before the last of %s',
    (environments, direct, reviewed) => {
      const folder = join(directory, '.github');
      const settings = execFileSync(
        'bash',
        [
          '-c',
          `set -e; work=$(mktemp -d); trap 'rm -r "$work"' EXIT
         cp "$1/settings.sh" "$work"
         sed "s/^environments=.*/environments=$2/" "$1/pipeline.settings" > "$work/pipeline.settings"
         bash "$work/settings.sh"`,
          'bash',
          folder,
          environments,
        ],
        { encoding: 'utf8' },
      );
      expect(settings.trim().split('\n')).toEqual([
        'image=444455556666.dkr.ecr.us-east-1.amazonaws.com/orders',
        'region=us-east-1',
        'role=arn:aws:iam::444455556666:role/slipway/orders-pipeline',
        `direct=${JSON.stringify(direct)}`,
        `reviewed=${JSON.stringify(reviewed)}`,
      ]);
    },
  );

  it.each([
    ['nodejs', 2],
    ['python', 2],
    ['java', 2],
    ['go', 2],
    ['static', 4],
  ])(
    'proposes the digests of the base images of %s',
    async (runtime, count) => {
      const run = await scaffolder.dryRun({ ...usualValues, runtime });
      const work = join(run.directory, 'stand-ins');
      mkdirSync(work);
      const script = (name: string, text: string) =>
        writeFileSync(join(work, name), `#!/bin/sh\n${text}\n`, {
          mode: 0o755,
        });
      // A registry that knows every image, and git and GitHub that take notes.
      script('docker', `echo sha256:${'ab'.repeat(32)}`);
      script('gh', 'echo "gh $*" >> "$NOTES"');
      script(
        'git',
        'echo "git $*" >> "$NOTES"; [ "$1" != diff ] || ! grep -qE "^FROM.*@sha256" Dockerfile',
      );
      const pin = () =>
        execFileSync('bash', ['.github/pin.sh'], {
          cwd: run.directory,
          encoding: 'utf8',
          env: {
            PATH: `${work}:${process.env.PATH}`,
            NOTES: join(work, 'notes'),
          },
        });
      pin();
      const bases = () =>
        readFileSync(join(run.directory, 'Dockerfile'), 'utf8').match(
          /^FROM .*$/gm,
        );
      const pinned = bases();
      expect(pinned).toHaveLength(count);
      for (const base of pinned ?? []) {
        expect(base).toMatch(
          /^FROM (--platform=\$BUILDPLATFORM )?\S+:\S+@sha256:(ab){32}( AS \w+)?$/,
        );
      }
      const devContainer = () =>
        JSON.parse(
          readFileSync(
            join(run.directory, '.devcontainer/devcontainer.json'),
            'utf8',
          ),
        ).image;
      const pinnedDevContainer = devContainer();
      expect(pinnedDevContainer).toMatch(/^\S+:\S+@sha256:(ab){32}$/);
      const notes = readFileSync(join(work, 'notes'), 'utf8');
      expect(notes).toContain('git push --force origin pin-base-images');
      expect(notes).toContain('gh pr create --base main');

      // What is pinned stays as it is.
      pin();
      expect(bases()).toEqual(pinned);
      expect(devContainer()).toBe(pinnedDevContainer);
    },
  );

  it('takes no text of the form into what a shell runs', async () => {
    const description = 'x `id` ; rm -rf / && $HOME "quoted"';
    const run = await scaffolder.dryRun({ ...usualValues, description });
    expect(run.error).toBe('');
    for (const file of [
      '.github/deliver.sh',
      '.github/settings.sh',
      '.github/pin.sh',
      '.github/pipeline.settings',
      '.github/workflows/pipeline.yaml',
      '.github/workflows/rescan.yaml',
      'Dockerfile',
    ]) {
      expect(readFileSync(join(run.directory, file), 'utf8')).not.toContain(
        'rm -rf',
      );
    }
  });

  it.each([
    ['nodejs', 'npm', ['actions/setup-node']],
    ['python', 'uv', ['actions/setup-python', 'astral-sh/setup-uv']],
    ['java', 'maven', ['actions/setup-java']],
    ['go', 'gomod', ['actions/setup-go']],
    ['static', 'npm', ['actions/setup-node']],
  ])(
    'checks %s with its own tools, and keeps all up to date after it has been out for a while',
    async (runtime, ecosystem, tools) => {
      const run = await scaffolder.dryRun({ ...usualValues, runtime });
      const parsed = (file: string) =>
        parse(readFileSync(join(run.directory, file), 'utf8'));

      const { steps } = parsed('.github/workflows/pipeline.yaml').jobs.test;
      expect(steps.slice(1)).toEqual([
        { uses: './.github/actions/tools' },
        { run: 'bash scripts/check.sh' },
      ]);
      const action: { runs: { steps: Step[] } } = parsed(
        '.github/actions/tools/action.yaml',
      );
      const used = action.runs.steps.map(step => step.uses ?? '');
      expect(used.map(name => name.split('@')[0])).toEqual(tools);
      expect(used.filter(name => !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
      expect(
        parsed('.github/dependabot.yml').updates.map(
          (update: Record<string, unknown>) => [
            update['package-ecosystem'],
            update.cooldown,
          ],
        ),
      ).toEqual(
        [ecosystem, 'docker', 'github-actions'].map(name => [
          name,
          { 'default-days': 7 },
        ]),
      );
    },
  );
});
