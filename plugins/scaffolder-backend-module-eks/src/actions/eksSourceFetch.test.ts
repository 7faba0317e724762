import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { mockServices } from '@backstage/backend-test-utils';
import { ScmIntegrations } from '@backstage/integration';
import type { JsonObject } from '@backstage/types';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Entry,
  pushRepository,
} from '../__testUtils__/existingRepository';
import { runAction, type RunOptions } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksSourceFetchAction } from './eksSourceFetch';

const express = JSON.stringify({
  scripts: { start: 'node src/server.js' },
  dependencies: { express: '5' },
});

describe('eks:source:fetch', () => {
  const environment = useSandbox();
  let workspacePath: string;
  let count = 0;

  beforeEach(() => {
    workspacePath = mkdtempSync(join(tmpdir(), 'fetch-'));
  });

  afterEach(() => {
    rmSync(workspacePath, { recursive: true, force: true });
  });

  const push = (entries: Record<string, Entry>) =>
    pushRepository(environment.sandbox, `theirs-${(count += 1)}`, entries);

  const fetchSource = (input: JsonObject, options: RunOptions = {}) =>
    runAction(
      createEksSourceFetchAction({
        reader: UrlReaders.default({
          config: environment.config,
          logger: mockServices.logger.mock(),
        }),
        integrations: ScmIntegrations.fromConfig(environment.config),
      }),
      input,
      { workspacePath, ...options },
    );

  const inSource = (path: string) => join(workspacePath, '.source', path);

  it.each<[string, Record<string, Entry>, JsonObject]>([
    [
      'an Express API',
      { 'package.json': express, 'src/server.js': '' },
      {
        runtime: 'nodejs',
        because: 'package.json',
        startWith: 'node',
        startTarget: 'src/server.js',
        locked: false,
      },
    ],
    [
      'a Flask API',
      {
        'requirements.txt': 'flask\n',
        'app.py': 'from flask import Flask\n\napi = Flask(__name__)\n',
      },
      {
        runtime: 'python',
        because: 'requirements.txt',
        startWith: 'gunicorn',
        startTarget: 'app:api',
      },
    ],
    [
      'a React front end',
      {
        'package.json': JSON.stringify({
          dependencies: { react: '19' },
          devDependencies: { vite: '7' },
        }),
        'package-lock.json': '{}',
        'index.html': '<div id="root"></div>',
      },
      { runtime: 'static', locked: true },
    ],
    ['pages alone', { 'index.html': '<p>' }, { runtime: 'static' }],
    [
      'a Go program in its root',
      {
        'go.mod': 'module x',
        'lib.go': 'package lib\n',
        'main.go': '// Serves.\npackage main\n',
      },
      { runtime: 'go', startWith: 'go', startTarget: '.' },
    ],
    [
      'a Go program in cmd',
      {
        'go.mod': 'module x',
        'cmd/orders/main.go': 'package main\n',
        'cmd/internal/x.go': 'package internal\n',
      },
      { runtime: 'go', startWith: 'go', startTarget: './cmd/orders' },
    ],
    [
      'Maven',
      {
        'pom.xml':
          '<project><properties><java.version>1.8</java.version></properties></project>',
      },
      { runtime: 'java', startWith: 'maven', version: 17 },
    ],
    [
      'Maven for the Java of today',
      {
        'pom.xml':
          '<project><properties><maven.compiler.release>25</maven.compiler.release></properties></project>',
      },
      { runtime: 'java', startWith: 'maven', version: 25 },
    ],
    [
      'Gradle with Spring Boot',
      {
        'build.gradle.kts':
          'plugins {\n  id("org.springframework.boot") version "3.5.0"\n  application\n}\nkotlin { jvmToolchain(21) }',
      },
      { runtime: 'java', startWith: 'gradle', version: 21 },
    ],
    [
      'Gradle with its application plugin',
      {
        'build.gradle':
          "plugins { id 'application' }\njava { toolchain { languageVersion = JavaLanguageVersion.of(11) } }",
      },
      {
        runtime: 'java',
        startWith: 'gradle',
        startTarget: 'installDist',
        version: 17,
      },
    ],
    [
      'a Python project of today',
      { 'pyproject.toml': '', 'main.py': 'print()' },
      { runtime: 'python', startWith: 'python', startTarget: 'main.py' },
    ],
    [
      'a start script that does more, which npm has to run',
      {
        'package.json': JSON.stringify({
          scripts: { start: 'node x.js && curl evil' },
        }),
        'x.js': '',
      },
      { runtime: 'nodejs', startWith: 'npm' },
    ],
    [
      'a package.json that is none',
      { 'package.json': '{', 'index.js': '' },
      { runtime: 'nodejs', startWith: 'node', startTarget: 'index.js' },
    ],
  ])('knows %s', async (_, entries, expected) => {
    const { output } = await fetchSource({ sourceUrl: await push(entries) });

    expect(output).toMatchObject({
      ...expected,
      fileCount: Object.keys(entries).length,
      leftOut: [],
      pipelines: [],
      revision: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it.each<[string, Record<string, Entry>]>([
    [
      'two programs',
      {
        'cmd/a/main.go': 'package main\n',
        'cmd/b/main.go': 'package main\n',
      },
    ],
    ['a test of a program', { 'main_test.go': 'package main\n' }],
    ['a name that a shell reads', { 'cmd/$(id)/main.go': 'package main\n' }],
  ])('names no package of Go for %s', async (_, entries) => {
    const { output } = await fetchSource({
      sourceUrl: await push({ 'go.mod': 'module x', ...entries }),
    });

    expect(output).toMatchObject({ runtime: 'go', startWith: 'go' });
    expect(output).not.toHaveProperty('startTarget');
  });

  it('gives the files byte by byte, and programs stay programs', async () => {
    const bytes = Buffer.from([0, 255, 254, 10, 13, 0]);
    const sourceUrl = await push({
      'go.mod': 'module x',
      'logo.png': bytes,
      'run.sh': { program: '#!/bin/sh\n' },
    });
    await fetchSource({ sourceUrl });

    expect(readFileSync(inSource('logo.png'))).toEqual(bytes);
    expect(statSync(inSource('run.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(inSource('go.mod')).mode & 0o777).toBe(0o644);
  });

  it('takes a folder of a repository alone', async () => {
    const sourceUrl = await push({
      'package.json': express,
      'orders/requirements.txt': '',
    });
    const { output } = await fetchSource({
      sourceUrl: `${sourceUrl}/tree/main/orders`,
    });

    expect(output).toMatchObject({ runtime: 'python', fileCount: 1 });
    expect(existsSync(inSource('package.json'))).toBe(false);
  });

  it('leaves links and huge files out, and says so', async () => {
    const sourceUrl = await push({
      'go.mod': 'module x',
      passwd: { link: '/etc/passwd' },
      'deep/up': { link: '../../../outside' },
      'deep/here': { link: '../go.mod' },
      'model.bin': Buffer.alloc(10 * 1024 * 1024 + 1),
    });
    const { output, log } = await fetchSource({ sourceUrl });

    const left = JSON.stringify(output.leftOut);
    expect(left).toContain('"path":"deep/here","reason":"it is a link"');
    expect(left).toContain(
      '"path":"model.bin","reason":"it is larger than 10 MiB"',
    );
    expect(log.join('\n')).toContain('Left out: "model.bin"');
    expect(existsSync(inSource('passwd'))).toBe(false);
    expect(existsSync(inSource('deep/up'))).toBe(false);
    expect(existsSync(inSource('model.bin'))).toBe(false);
  });

  it('leaves out what Git LFS keeps elsewhere', async () => {
    const pointer =
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    const { output } = await fetchSource({
      sourceUrl: await push({ 'go.mod': 'module x', 'video.mp4': pointer }),
    });

    expect(output.leftOut).toEqual([
      {
        path: 'video.mp4',
        reason: 'Git LFS keeps its content elsewhere, and this is its address',
      },
    ]);
    expect(existsSync(inSource('video.mp4'))).toBe(false);
  });

  it('takes names as they are', async () => {
    const names = [
      'a b',
      '-x',
      '$(id)',
      'quote\'"`',
      '한글/ü',
      'a\\b',
      'two\nlines',
    ];
    await fetchSource({
      sourceUrl: await push({
        'go.mod': 'module x',
        ...Object.fromEntries(names.map(name => [name, name])),
      }),
    });

    for (const name of names) {
      expect(readFileSync(inSource(name), 'utf8')).toBe(name);
    }
  });

  it('brings the commits along on request, and nothing else of the repository', async () => {
    const sourceUrl = await push({ 'go.mod': 'module x' });
    const { output } = await fetchSource({ sourceUrl, history: true });

    const git = join(workspacePath, '.source-history');
    const log = execFileSync('git', [
      `--git-dir=${git}`,
      'log',
      '--format=%H %s',
      'main',
    ]).toString();
    expect(log).toBe(`${output.revision} Start\n`);
    const config = readFileSync(join(git, 'config'), 'utf8');
    expect(config).not.toMatch(/remote|http|token/);
    expect(readdirSync(git)).not.toContain('hooks');

    // Asked for no more, it is gone.
    await fetchSource({ sourceUrl });
    expect(existsSync(git)).toBe(false);
  });

  it('brings no commits of a folder', async () => {
    const sourceUrl = await push({ 'orders/go.mod': 'module x' });
    await expect(
      fetchSource({
        sourceUrl: `${sourceUrl}/tree/main/orders`,
        history: true,
      }),
    ).rejects.toThrow(/`history`: .* is a folder/);
  });

  it('names what the git host would run', async () => {
    const { output, log } = await fetchSource({
      sourceUrl: await push({
        'go.mod': 'module x',
        '.github/workflows/ci.yml': 'on: push',
        '.gitlab-ci.yml': '',
      }),
    });

    expect(output.pipelines).toEqual([
      '.github/workflows/ci.yml',
      '.gitlab-ci.yml',
    ]);
    expect(log.join('\n')).toMatch(/would run "\.github\/workflows\/ci\.yml"/);
  });

  it('gives the same again, and nothing of what was there before', async () => {
    const first = await push({ 'go.mod': 'module x', old: '' });
    const second = await push({ 'go.mod': 'module x' });
    await fetchSource({ sourceUrl: first });
    const once = await fetchSource({ sourceUrl: second }, { isDryRun: true });
    const twice = await fetchSource({ sourceUrl: second });

    expect(twice.output).toEqual(once.output);
    expect(readdirSync(inSource('.'))).toEqual(['go.mod']);
  });

  it('leaves the choice to a person where there is one', async () => {
    const sourceUrl = await push({
      'package.json': express,
      'requirements.txt': '',
    });

    await expect(fetchSource({ sourceUrl })).rejects.toThrow(
      /`runtime`: .* can be python \(by requirements.txt\) or nodejs \(by package.json\); choose/,
    );
    const { output } = await fetchSource({ sourceUrl, runtime: 'nodejs' });
    expect(output).toMatchObject({ runtime: 'nodejs', because: 'your choice' });
  });

  it.each<[string, Record<string, Entry>, JsonObject, RegExp]>([
    ['nothing that tells', { 'a.txt': '' }, {}, /`sourceUrl`: nothing in/],
    [
      'what the template has nothing for',
      { 'pom.xml': '' },
      { supportedRuntimes: ['go', 'nodejs'] },
      /is java \(by pom.xml\).*go, nodejs alone/,
    ],
  ])('refuses %s', async (_, entries, input, said) => {
    const sourceUrl = await push(entries);
    await expect(fetchSource({ sourceUrl, ...input })).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(said),
    });
  });

  it.each<[string, JsonObject, RegExp]>([
    ['no address', { sourceUrl: 'orders' }, /`sourceUrl`: is no address/],
    ['a file', { sourceUrl: 'file:///etc/passwd' }, /`sourceUrl`/],
    ['a password', { sourceUrl: 'https://a:b@github.com/x/y' }, /password/],
    [
      'a host that nobody knows',
      { sourceUrl: 'http://169.254.169.254/latest/meta-data' },
      /no integration for 169\.254\.169\.254/,
    ],
    [
      'a folder outside of the workspace',
      { sourceUrl: 'SANDBOX', targetPath: '../x' },
      /not allowed|outside/i,
    ],
    [
      'the workspace itself',
      { sourceUrl: 'SANDBOX', targetPath: '.' },
      /`targetPath`/,
    ],
  ])('refuses %s', async (_, { sourceUrl, ...input }, said) => {
    const url =
      sourceUrl === 'SANDBOX'
        ? `${environment.sandbox.urls.github}/acme/theirs`
        : sourceUrl;
    await expect(fetchSource({ sourceUrl: url, ...input })).rejects.toThrow(
      said,
    );
  });

  it('says which repository is not there', async () => {
    const sourceUrl = `${environment.sandbox.urls.github}/acme/none`;
    await expect(fetchSource({ sourceUrl })).rejects.toMatchObject({
      name: 'NotFoundError',
      message: expect.stringContaining(sourceUrl),
    });
    expect(readdirSync(workspacePath)).toEqual([]);
  });

  it('ends when the task is cancelled', async () => {
    const sourceUrl = await push({ 'go.mod': 'module x' });
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(fetchSource({ sourceUrl }, { signal })).rejects.toThrow(
      'cancelled',
    );
  });
});
