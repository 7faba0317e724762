// Everything but `npm start`: brings the toolchain and the packages, then runs
// one of the tasks below. What follows the task's name is passed on.

import './lib/node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { install } from './lib/install.mjs';
import { root } from './lib/paths.mjs';
import { Advice, fail } from './lib/say.mjs';
import { toolchainEnvironment } from './lib/toolchain.mjs';

// TypeScript writes the members of a union in the order in which it met them, so the types that reports are made
// of always come from a whole compilation of the plugins alone: nothing before it and beside it changes a report.
const API_TYPES = ['tsc', '--project', 'tsconfig.api-reports.json'];

// What is published has a report. Workspace packages are seen as sources, which API Extractor remarks upon, and
// a field whose name says it all needs no comment.
const API_REPORTS = [
  'backstage-repo-tools',
  'api-reports',
  'plugins/*',
  '--omit-messages',
  'ae-wrong-input-file-type,ae-undocumented',
];

// What runs against real implementations, which `npm test` has not: one after
// the other, since each starts its own.
const REAL = {
  cwd: 'packages/acceptance',
  command: [
    'backstage-cli',
    'package',
    'test',
    '--watchAll=false',
    '--testTimeout=60000',
    '--runInBand',
    '--testMatch',
    '**/*.real.ts',
  ],
};

// What fails and is killed, which takes minutes and `npm test` leaves out. All
// kills of one kind are one test, which takes ten minutes on two cores.
const FAULTS = {
  cwd: 'packages/acceptance',
  command: [
    'backstage-cli',
    'package',
    'test',
    '--watchAll=false',
    '--testTimeout=1800000',
    '--runInBand',
    '--testMatch',
    '**/*.faults.test.ts',
    '--testPathIgnorePatterns',
    '/node_modules/',
  ],
};

// What programs that nobody here wrote have against the repositories that the
// template makes. Each brings its tools into the user's cache first.
const GOLDEN = {
  cwd: 'packages/acceptance',
  command: [
    'backstage-cli',
    'package',
    'test',
    '--watchAll=false',
    '--testTimeout=60000',
    '--runInBand',
    '--testMatch',
    '**/*.judges.ts',
  ],
};

// A program of ours in TypeScript, run from its sources as the backend is.
const BENCH = {
  cwd: 'packages/acceptance',
  command: [
    'node',
    '--no-warnings',
    '--require',
    join(root, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
    'src/bench/main.ts',
  ],
};

/**
 * What each task runs, in order: commands with their arguments, in the root or
 * in the folder that they name.
 */
const tasks = {
  // Suites share two cores with their own backends: a slow one is no failure.
  test: [
    [
      'backstage-cli',
      'repo',
      'test',
      '--watchAll=false',
      '--testTimeout=60000',
    ],
  ],
  real: [REAL],
  bench: [BENCH],
  e2e: [
    [
      'playwright',
      'test',
      '--config',
      'packages/acceptance/playwright.config.ts',
    ],
  ],
  faults: [FAULTS],
  golden: [GOLDEN],
  lint: [
    ['backstage-cli', 'repo', 'lint', '--max-warnings', '0'],
    ['prettier', '--check', '--log-level', 'warn', '.'],
  ],
  tsc: [['tsc', '--noEmit', '--incremental', 'false']],
  build: [['tsc'], ['backstage-cli', 'repo', 'build', '--all']],
  // Known vulnerabilities, high or worse, of anything that is installed. One that
  // does not concern us is named in .yarnrc.yml (npmAuditIgnoreAdvisories), with
  // the reason. Not every mirror of the registry answers this.
  audit: [
    ['yarn', 'npm', 'audit', '--all', '--recursive', '--severity', 'high'],
  ],
  'api-reports': [API_TYPES, [...API_REPORTS, '--ci']],
  'api-reports:update': [API_TYPES, API_REPORTS],
  openapi: [['node', 'scripts/openapi.mjs']],
  format: [['prettier', '--write', '--log-level', 'warn', '.']],
};

/** Options of ours, which the program that a task runs would not know. */
const switches = {
  // All cells, and a report of them; otherwise a part that is representative.
  faults: {
    '--all': {
      FAULTS: 'all',
      FAULTS_REPORT: join(root, '.slipway/faults'),
    },
  },
  // On a cluster that Kubernetes' own programs run.
  e2e: {
    '--real-clusters': { REAL_CLUSTERS: 'yes' },
  },
  // All combinations; or the table of docs/golden-path.md made anew.
  golden: {
    '--all': { GOLDEN: 'all' },
    '--update': { GOLDEN_UPDATE: 'yes' },
  },
};

async function main() {
  const [name, ...given] = process.argv.slice(2);
  const ours = switches[name] ?? {};
  const rest = given.filter(argument => !(argument in ours));
  const commands = tasks[name];
  if (!commands) {
    throw new Advice(
      `there is no task "${name}"; there are: ${Object.keys(tasks).join(', ')}.`,
    );
  }
  const environment = {
    ...toolchainEnvironment(),
    ...Object.assign({}, ...given.map(argument => ours[argument])),
    // The Kubernetes client loads a module that jest can only load with this.
    NODE_OPTIONS: `${
      process.env.NODE_OPTIONS ?? ''
    } --experimental-vm-modules --no-warnings`.trim(),
  };
  await install(environment);
  for (const [index, entry] of commands.entries()) {
    const last = index === commands.length - 1;
    const { command, cwd = '.' } = Array.isArray(entry)
      ? { command: entry }
      : entry;
    const code = await run(
      [...command, ...(last ? rest : [])],
      join(root, cwd),
      environment,
    );
    if (code !== 0) {
      process.exitCode = code;
      return;
    }
  }
}

function run(command, cwd, environment) {
  return new Promise((resolve, reject) => {
    const [program, ...args] = command;
    // Not through Yarn: it would take our scripts of the same names for these.
    const path = ['node', 'yarn'].includes(program)
      ? program
      : join(root, 'node_modules/.bin', program);
    const child = spawn(path, args, {
      cwd,
      env: environment,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('close', code => resolve(code ?? 1));
  });
}

main().catch(fail);
