// Installs what yarn.lock pins, once per change of the manifests.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { root, stateDirectory } from './paths.mjs';
import { Advice, step } from './say.mjs';

const stamp = join(stateDirectory, 'installed');
const NEEDED_GIGABYTES = 4;

/** Brings node_modules to what the lockfile says; does nothing if it is. */
export async function install(environment) {
  const wanted = manifestsHash();
  if (existsSync(join(root, 'node_modules')) && read(stamp) === wanted) {
    return;
  }
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / 1024 ** 3;
  if (free < NEEDED_GIGABYTES) {
    throw new Advice(
      `the disk that holds ${root} has ${free.toFixed(
        1,
      )} GB left and the packages need about ${NEEDED_GIGABYTES} GB. Free some space and try again.`,
    );
  }
  await step('Installing packages', () => yarnInstall(environment));
  mkdirSync(stateDirectory, { recursive: true });
  writeFileSync(stamp, wanted);
}

function yarnInstall(environment) {
  return new Promise((resolve, reject) => {
    const child = spawn('yarn', ['install', '--immutable'], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    const keep = chunk => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve(undefined) : reject(new Advice(explain(output))),
    );
  });
}

function explain(output) {
  if (/ENOSPC/.test(output)) {
    return `the disk is full. Free about ${NEEDED_GIGABYTES} GB and try again.`;
  }
  if (/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|EAI_AGAIN|RequestError/.test(output)) {
    return 'the package registry did not answer. Check the network (or the proxy and npmRegistryServer settings of Yarn) and try again; what was fetched so far is kept.';
  }
  if (/YN0028/.test(output)) {
    return 'yarn.lock does not fit the package.json files. Run "yarn install", look at the change, and commit it.';
  }
  const errors = output
    .split('\n')
    .filter(line => /YN\d{4}.*(error|Error|failed)/.test(line));
  return `the packages could not be installed:\n${(errors.length
    ? errors
    : output.trim().split('\n').slice(-10)
  ).join('\n')}`;
}

function manifestsHash() {
  const hash = createHash('sha256').update(process.platform + process.arch);
  const manifests = ['packages', 'plugins'].flatMap(folder =>
    readdirSync(join(root, folder)).map(name =>
      join(folder, name, 'package.json'),
    ),
  );
  for (const file of [
    'package.json',
    'yarn.lock',
    '.yarnrc.yml',
    ...manifests.sort(),
  ]) {
    hash.update(file).update(read(join(root, file)) ?? '');
  }
  return hash.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
