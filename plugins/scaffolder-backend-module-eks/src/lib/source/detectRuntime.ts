/** What a service can be written in. */
export const RUNTIMES = ['nodejs', 'python', 'java', 'go', 'static'] as const;

/** One of {@link RUNTIMES}. */
export type Runtime = (typeof RUNTIMES)[number];

/** How a repository's program is started. */
export interface Start {
  /** With which program: its runtime, or a web server that serves it. */
  with: 'node' | 'npm' | 'python' | 'gunicorn' | 'uvicorn';
  /**
   * A file, or for the web servers a module and the application's name in it;
   * left out for `npm`, which knows by itself.
   */
  target?: string;
}

/** What was found, each with the file that says so. */
export interface Detected {
  candidates: { runtime: Runtime; because: string }[];
  /** Of the Node.js and Python programs, where it could be told. */
  start: { nodejs: Start; python?: Start };
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
