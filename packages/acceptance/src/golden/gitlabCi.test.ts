import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { targetOn } from './__testUtils__/clusters';
import { usePlayedScaffolder } from './__testUtils__/played';
import { repoUrlFor, usualValues } from './__testUtils__/scaffolder';
import { choicesOf } from './__testUtils__/template';

interface Job {
  extends?: string | string[];
  stage: string;
  needs?: string[];
  rules: { if: string }[];
  image: string | { name: string };
  script: string[];
  timeout?: string;
  interruptible?: boolean;
  resource_group?: string;
  id_tokens?: Record<string, { aud: string }>;
  environment?: { name: string };
  variables?: Record<string, string>;
}

const SETTINGS = ['include', 'workflow', 'stages', 'variables', 'default'];
const gitlab = {
  ...usualValues,
  pipeline: 'gitlab-ci',
  repoUrl: repoUrlFor('gitlab-ci'),
};

describe('the generated pipeline of GitLab', () => {
  const scaffolder = usePlayedScaffolder();
  let directory: string;
  let pipeline: Record<string, Job>;
  const read = (file: string) => readFileSync(join(directory, file), 'utf8');

  /** A job with all that it extends. */
  const jobOf = (name: string): Job =>
    [pipeline[name].extends ?? []]
      .flat()
      .filter(parent => parent !== '.tools')
      .reduceRight<Job>(
        (job, parent) => ({ ...jobOf(parent), ...job }),
        pipeline[name],
      );
  const jobs = () =>
    Object.keys(pipeline)
      .filter(name => !SETTINGS.includes(name) && !name.startsWith('.'))
      .map(name => ({ ...jobOf(name), name }));

  beforeAll(async () => {
    const run = await scaffolder.dryRun({
      ...gitlab,
      targets: [targetOn('nodes', 'staging'), targetOn('auto-mode')],
    });
    directory = run.directory;
    pipeline = parse(read('.gitlab-ci.yml'), { merge: true });
  });

  it('tests, builds, scans, and only then pushes and delivers', () => {
    expect(pipeline.stages).toEqual([
      'test',
      'build',
      'scan',
      'push',
      'deliver',
      'rescan',
    ]);
    // Without `needs` a job waits for every stage before its own.
    for (const name of ['test', 'build', 'scan', 'push']) {
      expect([name, jobOf(name).stage, jobOf(name).needs]).toEqual([
        name,
        name,
        undefined,
      ]);
    }
    const scan = read('.gitlab/scan.sh');
    expect(scan).toMatch(/--ignore-unfixed --severity HIGH,CRITICAL/);
    expect(scan).toContain('--exit-code 1');
    const push = read('.gitlab/push.sh');
    const order = [
      'skopeo copy',
      'cosign sign',
      'cosign attest',
      'cosign verify ',
      'cosign verify-attestation',
    ].map(word => push.indexOf(`\n${word}`));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('delivers to one environment after another, the last by a merge request', () => {
    expect(
      jobs()
        .filter(({ stage }) => stage === 'deliver')
        .map(({ name, needs, environment, variables, resource_group }) => ({
          name,
          needs,
          environment: environment?.name,
          how: variables?.HOW,
          resource_group,
        })),
    ).toEqual([
      {
        name: 'deliver-staging',
        needs: ['push'],
        environment: 'staging',
        how: 'commit',
        resource_group: 'deliver',
      },
      {
        name: 'deliver-production',
        needs: ['push', 'deliver-staging'],
        environment: 'production',
        how: 'propose',
        resource_group: 'deliver',
      },
    ]);
  });

  it('gives tokens to what is on main alone, and to nothing that others wrote', () => {
    const withTokens = jobs().filter(({ id_tokens }) => id_tokens);
    expect(withTokens.map(({ name }) => name)).toEqual(['push', 'fetch']);
    for (const { id_tokens, rules } of withTokens) {
      expect(id_tokens?.AWS_ID_TOKEN).toEqual({ aud: 'https://gitlab.com' });
      // A merge request's pipeline has no CI_COMMIT_BRANCH.
      expect(rules).toEqual([
        { if: expect.stringMatching(/^\$CI_COMMIT_BRANCH == "main" && /) },
      ]);
    }
    const text = read('.gitlab-ci.yml');
    expect(text).not.toMatch(/AWS_ACCESS_KEY|AWS_SECRET|secrets:|AKIA/);
    // What runs on a merge request is what has no rule about main.
    expect(
      jobs()
        .filter(({ rules }) => !rules[0].if.includes('"main"'))
        .map(({ name }) => name),
    ).toEqual(['test', 'build', 'scan']);
  });

  it('bounds every job, and lets no newer commit interrupt what changes something', () => {
    expect(parse(read('.gitlab-ci.yml')).default).toMatchObject({
      interruptible: true,
      timeout: '15 minutes',
    });
    expect(
      jobs()
        .filter(({ interruptible }) => interruptible === false)
        .map(({ name, resource_group }) => [name, resource_group]),
    ).toEqual([
      ['push', 'push'],
      ['deliver-staging', 'deliver'],
      ['deliver-production', 'deliver'],
    ]);
  });

  it('has every file that it names, and takes every image in a version of its own', () => {
    for (const { script } of jobs()) {
      for (const file of script.join(' ').match(/[.a-z/]+\.sh/g) ?? []) {
        expect(read(file)).toMatch(/set -eu/);
      }
    }
    // The first is the runtime's own, which is held to its Dockerfile below.
    for (const { image } of jobs().slice(1)) {
      expect(Object(image).name ?? image).toMatch(/:v?\d+\.\d+[\w.-]*$/);
    }
    expect(read('catalog-info.yaml')).toContain(
      'gitlab.com/project-slug: "acme/orders"',
    );
  });

  it.each(choicesOf('runtime'))(
    'tests %s in an image of its own version',
    async runtime => {
      const run = await scaffolder.dryRun({ ...gitlab, runtime });
      expect(run.error).toBe('');
      const text = (file: string) =>
        readFileSync(join(run.directory, file), 'utf8');
      const { image } = parse(text('.gitlab/tools.yml'))['.tools'];
      const [, version = 'none'] =
        /(?:node|golang|uv|maven):([\w.-]+?)(?:-slim)? AS/.exec(
          text('Dockerfile'),
        ) ?? [];
      expect(image).toContain(`:${version.replace('-slim', '')}`);
    },
  );

  /** Runs a script of the repository with programs that take notes. */
  function runScript(
    script: string,
    options: {
      env?: Record<string, string>;
      programs?: Record<string, string>;
    },
  ) {
    const work = mkdtempSync(join(directory, '..', 'stand-ins-'));
    const copy = join(work, 'repository');
    execFileSync('cp', ['-r', directory, copy]);
    const programs = join(work, 'bin');
    mkdirSync(programs);
    const all: Record<string, string> = {
      git: '[ "$1" != diff ] || exit 1',
      skopeo: `[ "$1" != inspect ] || echo sha256:${'ab'.repeat(32)}`,
      ...options.programs,
    };
    for (const [name, text] of Object.entries(all)) {
      writeFileSync(
        join(programs, name),
        `#!/bin/sh\necho "${name} $*" >> "$NOTES"\n${text}\n`,
        { mode: 0o755 },
      );
    }
    const notes = join(work, 'notes');
    execFileSync('bash', [script], {
      cwd: copy,
      encoding: 'utf8',
      env: {
        PATH: `${programs}:${process.env.PATH}`,
        HOME: work,
        NOTES: notes,
        CI_COMMIT_SHA: '0123456789abcdef0123456789abcdef01234567',
        CI_PROJECT_URL: 'https://gitlab.com/acme/orders',
        CI_SERVER_URL: 'https://gitlab.com',
        CI_SERVER_HOST: 'gitlab.com',
        CI_PROJECT_ID: '7',
        CI_JOB_ID: '8',
        CI_JOB_TOKEN: 'planted-token',
        ...options.env,
      },
    });
    return {
      notes: readFileSync(notes, 'utf8'),
      read: (file: string) => readFileSync(join(copy, file), 'utf8'),
    };
  }

  it('proposes the digests of the base images and of the jobs’ images', () => {
    const { notes, read: made } = runScript('.gitlab/pin.sh', {});
    const bases = made('Dockerfile').match(/^FROM .*$/gm) ?? [];
    expect(bases).toHaveLength(2);
    for (const base of bases) {
      expect(base).toMatch(
        /^FROM (--platform=\S+ )?\S+:\S+@sha256:(ab){32}( AS \w+)?$/,
      );
    }
    for (const file of ['.gitlab-ci.yml', '.gitlab/tools.yml']) {
      const images = made(file).match(/^ +(image|name): \S+[/:]\S+$/gm) ?? [];
      expect(images).not.toHaveLength(0);
      for (const image of images) {
        expect(image).toMatch(/@sha256:(ab){32}$/);
      }
      // It is still the same pipeline.
      parse(made(file), { merge: true });
    }
    expect(notes).toMatch(
      /push --force --push-option merge_request\.create --push-option merge_request\.target=main .*HEAD:refs\/heads\/pin-images/,
    );
    expect(notes).not.toContain('planted-token');
  });

  it.each([
    [
      'commit',
      /push https:\/\/gitlab\.com\/acme\/orders\.git HEAD:refs\/heads\/main/,
    ],
    [
      'propose',
      /merge_request\.title=Deploy 0123456 to staging \[skip ci\] .*HEAD:refs\/heads\/deploy\/staging/,
    ],
  ])('writes the digest on top of what main is now: %s', (HOW, pushed) => {
    const DIGEST = `sha256:${'cd'.repeat(32)}`;
    const { notes } = runScript('.gitlab/deliver.sh', {
      env: {
        ENVIRONMENT: 'staging',
        HOW,
        DIGEST,
        NAME: 'orders',
        IMAGE: 'i/o',
      },
      programs: { kustomize: '' },
    });
    expect(notes).toMatch(
      /git fetch --depth 1 origin main\ngit checkout --detach FETCH_HEAD/,
    );
    expect(notes).toContain(`kustomize edit set image orders=i/o@${DIGEST}`);
    expect(notes).toMatch(pushed);
    // The token is in no command line, which others on the machine can read.
    expect(notes).not.toContain('planted-token');
  });

  it('pushes what was scanned, signs it and verifies it as this project’s pipeline on main', () => {
    const digest = `sha256:${'ef'.repeat(32)}`;
    const image = join(directory, 'image');
    mkdirSync(image);
    writeFileSync(
      join(image, 'index.json'),
      JSON.stringify({ manifests: [{ digest }] }),
    );
    const { notes, read: made } = runScript('.gitlab/push.sh', {
      env: {
        IMAGE: '1.dkr.ecr.us-east-1.amazonaws.com/orders',
        AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/slipway/orders-pipeline',
        AWS_ID_TOKEN: 'planted-token',
        CI_RUNNER_ID: '9',
        CI_PIPELINE_URL: 'https://gitlab.com/acme/orders/-/pipelines/1',
      },
      programs: {
        aws: 'echo password',
        cosign: '',
        // As the real one: it reads the password that it is given.
        skopeo: '[ "$1" != login ] || cat > /dev/null',
      },
    });
    expect(made('digest.env')).toBe(`DIGEST=${digest}\n`);
    expect(JSON.parse(made('provenance.json'))).toMatchObject({
      buildDefinition: {
        resolvedDependencies: [
          { digest: { gitCommit: '0123456789abcdef0123456789abcdef01234567' } },
        ],
      },
      runDetails: { builder: { id: 'https://gitlab.com/-/runners/9' } },
    });
    expect(notes).toContain(
      'skopeo copy --all --preserve-digests oci:image docker://1.dkr.ecr.us-east-1.amazonaws.com/orders:0123456',
    );
    expect(notes).toContain(
      `cosign verify --certificate-identity https://gitlab.com/acme/orders//.gitlab-ci.yml@refs/heads/main --certificate-oidc-issuer https://gitlab.com 1.dkr.ecr.us-east-1.amazonaws.com/orders@${digest}`,
    );
    expect(notes).not.toContain('planted-token');
  });

  it('takes no text of the form into what a shell runs', async () => {
    const run = await scaffolder.dryRun({
      ...gitlab,
      description: 'x `id` ; rm -rf / && $HOME "quoted"',
    });
    expect(run.error).toBe('');
    for (const file of ['.gitlab-ci.yml', '.gitlab/deliver.sh', 'Dockerfile']) {
      expect(readFileSync(join(run.directory, file), 'utf8')).not.toContain(
        'rm -rf',
      );
    }
  });
});
