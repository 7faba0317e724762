/** What a service can be written in. */
export const RUNTIMES = ['nodejs', 'python', 'java', 'go', 'static'] as const;

/** One of {@link RUNTIMES}. */
export type Runtime = (typeof RUNTIMES)[number];

/** What a program can be started with: its runtime, a web server, or what builds it. */
export const STARTERS = [
  'node',
  'npm',
  'python',
  'gunicorn',
  'uvicorn',
  'maven',
  'gradle',
  'go',
] as const;

/** How a repository's program is started. */
export interface Start {
  /** One of {@link STARTERS}; for Java and Go, what builds the program. */
  with: (typeof STARTERS)[number];
  /**
   * A file; for the web servers a module and the application's name in it; for
   * Go the package of the program; for Gradle the task that lays out a program
   * with what it needs. Left out for what knows by itself.
   */
  target?: string;
  /** Major version of the runtime that it is built and run with: Java's. */
  version?: number;
}

/** What was found, each with the file that says so. */
export interface Detected {
  candidates: { runtime: Runtime; because: string }[];
  /** Of each program, where it could be told. */
  start: { nodejs: Start; python?: Start; java?: Start; go?: Start };
  /** Whether packages can be installed as a lock file says. */
  locked: boolean;
}

/** A repository as far as it is looked at. */
export interface Looked {
  /** Paths with `/`. */
  files: readonly string[];
  /** The text of a file; undefined when it is not there. */
  read(path: string): Promise<string | undefined>;
}

const SERVERS = [
  'express',
  'fastify',
  'koa',
  '@hapi/hapi',
  '@nestjs/core',
  'next',
  'restify',
  'hono',
];
const BUNDLERS = ['vite', 'react-scripts', '@angular/cli', '@vue/cli-service'];

/** What a file's name may consist of to be written into a Dockerfile. */
const PLAIN_SCRIPT = /^[A-Za-z0-9_][\w-]*(\/[A-Za-z0-9_][\w.-]*)*\.[cm]?js$/;

/**
 * Tells from the files of its root what a repository is written in. Pure but
 * for reading; nothing of the repository is run.
 */
export async function detectRuntime(looked: Looked): Promise<Detected> {
  const has = (...names: string[]) =>
    names.find(name => looked.files.includes(name));
  const candidates: Detected['candidates'] = [];
  const add = (runtime: Runtime, file: string | undefined) => {
    if (file !== undefined) {
      candidates.push({ runtime, because: file });
    }
  };
  add('go', has('go.mod'));
  add('java', has('pom.xml', 'build.gradle', 'build.gradle.kts'));
  add(
    'python',
    has('pyproject.toml', 'requirements.txt', 'Pipfile', 'setup.py'),
  );
  const manifest = readManifest(await looked.read('package.json'));
  if (has('package.json')) {
    const packages = { ...manifest.dependencies, ...manifest.devDependencies };
    const serves = SERVERS.some(name => name in packages);
    const bundles = BUNDLERS.find(name => name in packages);
    if (bundles !== undefined && !serves) {
      add('static', `package.json, which has ${bundles} and no web server`);
    } else {
      add('nodejs', 'package.json');
    }
  }
  if (candidates.length === 0) {
    add('static', has('index.html'));
  }
  return {
    candidates,
    start: {
      nodejs: startOfNode(manifest, looked),
      python: await startOfPython(looked),
      java: await startOfJava(looked),
      go: await startOfGo(looked),
    },
    locked: has('package-lock.json', 'npm-shrinkwrap.json') !== undefined,
  };
}

interface Manifest {
  main?: string;
  start?: string;
  dependencies: Record<string, unknown>;
  devDependencies: Record<string, unknown>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const recordOf = (value: unknown) => (isRecord(value) ? value : {});
const textOf = (value: unknown) =>
  typeof value === 'string' ? value : undefined;

function readManifest(text: string | undefined): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(text ?? '{}');
  } catch {
    content = {};
  }
  const { main, scripts, dependencies, devDependencies } = recordOf(content);
  return {
    main: textOf(main),
    start: textOf(recordOf(scripts).start),
    dependencies: recordOf(dependencies),
    devDependencies: recordOf(devDependencies),
  };
}

/** Node itself where the file is known: npm does not hand SIGTERM on. */
function startOfNode({ main, start }: Manifest, { files }: Looked): Start {
  const [, script] = /^node (?:\.\/)?(\S+)$/.exec(start?.trim() ?? '') ?? [];
  const target = [
    script,
    start === undefined ? main?.replace(/^\.\//, '') : undefined,
    ...(start === undefined ? ['server.js', 'index.js', 'app.js'] : []),
  ].find(
    file =>
      file !== undefined && PLAIN_SCRIPT.test(file) && files.includes(file),
  );
  return target === undefined ? { with: 'npm' } : { with: 'node', target };
}

async function startOfPython(looked: Looked): Promise<Start | undefined> {
  for (const module of ['app', 'main', 'wsgi', 'server']) {
    const text = await looked.read(`${module}.py`);
    if (text === undefined) {
      continue;
    }
    const [, flask] = /^([A-Za-z_]\w*)\s*=\s*Flask\(/m.exec(text) ?? [];
    if (flask) {
      return { with: 'gunicorn', target: `${module}:${flask}` };
    }
    const [, fast] = /^([A-Za-z_]\w*)\s*=\s*FastAPI\(/m.exec(text) ?? [];
    if (fast) {
      return { with: 'uvicorn', target: `${module}:${fast}` };
    }
    return { with: 'python', target: `${module}.py` };
  }
  return undefined;
}

/** Versions of Java that are kept up for years, oldest first. */
const JAVA_VERSIONS = [17, 21, 25];
const USUAL_JAVA = 21;

/** Where build files say which Java they want, the strictest way first. */
const JAVA_VERSION = [
  /<maven\.compiler\.release>\s*(?:1\.)?(\d+)\s*</,
  /<java\.version>\s*(?:1\.)?(\d+)\s*</,
  /<release>\s*(?:1\.)?(\d+)\s*</,
  /<maven\.compiler\.source>\s*(?:1\.)?(\d+)\s*</,
  /JavaLanguageVersion\.of\(\s*(\d+)\s*\)/,
  /jvmToolchain\(\s*(\d+)\s*\)/,
  /sourceCompatibility\s*=\s*['"]?(?:1\.)?(\d+)/,
  /JavaVersion\.VERSION_(?:1_)?(\d+)/,
];

/** Gradle's plugin of that name, where no other one makes an archive that starts. */
const APPLICATION_PLUGIN =
  /^(?![^]*(?:org\.springframework\.boot|shadow))[^]*(?:\bid\s*\(?\s*['"]application['"]|apply plugin:\s*['"]application['"]|^\s*application\s*$)/m;

async function startOfJava(looked: Looked): Promise<Start | undefined> {
  const maven = await looked.read('pom.xml');
  const gradle = (
    await Promise.all(
      ['build.gradle', 'build.gradle.kts'].map(file => looked.read(file)),
    )
  ).find(text => text !== undefined);
  const text = maven ?? gradle;
  if (text === undefined) {
    return undefined;
  }
  const wanted = JAVA_VERSION.map(pattern => pattern.exec(text)?.[1]).find(
    found => found !== undefined,
  );
  return {
    with: maven === undefined ? 'gradle' : 'maven',
    ...(maven === undefined &&
      APPLICATION_PLUGIN.test(text) && { target: 'installDist' }),
    // A build for an older one works on the next that is kept up; Gradle's
    // toolchains and old wrappers do not work on every newer one.
    version:
      wanted === undefined
        ? USUAL_JAVA
        : (JAVA_VERSIONS.find(version => version >= Number(wanted)) ??
          JAVA_VERSIONS.at(-1)),
  };
}

/** What a folder's name may consist of to be written into a Dockerfile. */
const PLAIN_FOLDER = /^[A-Za-z0-9_][\w.-]*$/;

/** The root, or the only folder of `cmd`, as the language's projects have it. */
async function startOfGo(looked: Looked): Promise<Start | undefined> {
  if ((await looked.read('go.mod')) === undefined) {
    return undefined;
  }
  const isProgram = async (file: string) =>
    /^package main\b/m.test((await looked.read(file)) ?? '');
  const programIn = async (files: readonly string[]) => {
    for (const file of files) {
      if (file.endsWith('.go') && !file.endsWith('_test.go')) {
        if (await isProgram(file)) {
          return true;
        }
      }
    }
    return false;
  };
  if (await programIn(looked.files.filter(file => !file.includes('/')))) {
    return { with: 'go', target: '.' };
  }
  const commands = new Map<string, string[]>();
  for (const file of looked.files) {
    const [, name] = /^cmd\/([^/]+)\/[^/]+\.go$/.exec(file) ?? [];
    if (name !== undefined && PLAIN_FOLDER.test(name)) {
      commands.set(name, [...(commands.get(name) ?? []), file]);
    }
  }
  const programs: string[] = [];
  for (const [name, files] of commands) {
    if (await programIn(files)) {
      programs.push(name);
    }
  }
  return programs.length === 1
    ? { with: 'go', target: `./cmd/${programs[0]}` }
    : { with: 'go' };
}
