import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const TIMEOUT_MS = 180_000;
const MAX_LINES = 500;

/** How the service's own tests went. */
export interface TestOutcome {
  status: 'succeeded' | 'failed' | 'skipped';
  detail?: string;
}

/** Runs the service's own tests, where what runs them is there. */
export async function runTests(
  directory: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<TestOutcome> {
  if (!existsSync(join(directory, 'package.json'))) {
    return {
      status: 'skipped',
      detail: 'the sandbox runs the tests of Node.js services alone',
    };
  }
  const install = await run(
    directory,
    [
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--fetch-retries=1',
    ],
    log,
    signal,
  );
  if (install.missing) {
    return { status: 'skipped', detail: 'npm is not installed' };
  }
  if (install.code !== 0) {
    const offline =
      /ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|ERR_SOCKET|CERT|E5\d\d/.test(
        install.output,
      );
    return offline
      ? {
          status: 'skipped',
          detail: 'the package registry did not answer, so nothing was tested',
        }
      : { status: 'failed', detail: 'npm ci failed' };
  }
  const test = await run(directory, ['test'], log, signal);
  return test.code === 0
    ? { status: 'succeeded' }
    : { status: 'failed', detail: 'the tests of the service failed' };
}

interface Ended {
  code: number | null;
  missing: boolean;
  output: string;
}

/** What a machine needs to reach its registry: proxies and authorities. */
const REGISTRY_ACCESS =
  /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|npm_config_(registry|cafile|cache|globalconfig|userconfig))$/i;

const passedOn = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => REGISTRY_ACCESS.test(name)),
  );

/** npm with nothing of ours in its environment but the way to Node. */
function run(
  directory: string,
  args: string[],
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Ended> {
  log(`$ npm ${args.join(' ')}`);
  return new Promise(resolve => {
    let output = '';
    let lines = 0;
    const child = spawn('npm', args, {
      cwd: directory,
      env: {
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        HOME: process.env.HOME,
        ...passedOn(),
        CI: 'true',
        NO_UPDATE_NOTIFIER: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      signal,
    });
    const take = (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      output = (output + text).slice(-20_000);
      for (const line of text.split('\n').filter(Boolean)) {
        if (++lines <= MAX_LINES) {
          log(line);
        }
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: null, missing: error.code === 'ENOENT', output }),
    );
    child.once('close', code => resolve({ code, missing: false, output }));
  });
}
