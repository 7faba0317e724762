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

/** What every generated repository is checked with, its pipeline included. */
const CHECKS = 'scripts/check.sh';

/** Runs the service's own checks, where what they need is there. */
export async function runTests(
  directory: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<TestOutcome> {
  if (!existsSync(join(directory, CHECKS))) {
    return { status: 'skipped', detail: `the repository has no ${CHECKS}` };
  }
  const ended = await run(directory, log, signal);
  if (ended.code === 0) {
    return { status: 'succeeded' };
  }
  if (ended.missing) {
    return { status: 'skipped', detail: `${ended.missing} is not installed` };
  }
  return NO_REGISTRY.test(ended.output)
    ? {
        status: 'skipped',
        detail: 'the package registry did not answer, so nothing was tested',
      }
    : { status: 'failed', detail: `${CHECKS} failed: see its output` };
}

interface Ended {
  code: number | null;
  /** The program that is not on this machine. */
  missing?: string;
  output: string;
}

/** What package managers say when they reach no registry. */
const NO_REGISTRY =
  /ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|ERR_SOCKET|npm error code E5\d\d|dial tcp|no such host|dns error|Failed to fetch|Unknown host/;
/** As bash says it, with the exit code 127. */
const NOT_FOUND = /: ([\w.-]+): command not found/;

/** What a machine needs to reach its registry: proxies and authorities. */
const REGISTRY_ACCESS =
  /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|npm_config_(registry|cafile|cache|globalconfig|userconfig)|(pip|uv)_(index_url|default_index|cert|native_tls|config_file|cache_dir)|go(proxy|sumdb|noproxy|private|flags|toolchain|path|cache|modcache)|java_home|maven_(args|opts))$/i;

const passedOn = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => REGISTRY_ACCESS.test(name)),
  );

/** The checks with nothing of ours in their environment but the way to Node. */
function run(
  directory: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Ended> {
  log(`$ bash ${CHECKS}`);
  return new Promise(resolve => {
    let output = '';
    let lines = 0;
    const child = spawn('bash', [CHECKS], {
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
      resolve({
        code: null,
        missing: error.code === 'ENOENT' ? 'bash' : undefined,
        output,
      }),
    );
    child.once('close', code =>
      resolve({
        code,
        missing: code === 127 ? NOT_FOUND.exec(output)?.[1] : undefined,
        output,
      }),
    );
  });
}
