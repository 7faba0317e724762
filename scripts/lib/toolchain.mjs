// The Node and the Yarn that Backstage wants, whatever the machine has. npm
// brings both as ordinary packages into its own cache; nothing is installed
// globally.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isBackstageNode } from './node-version.mjs';
import { root, stateDirectory } from './paths.mjs';
import { Advice } from './say.mjs';

const NODE = 'node@24.21.0';
const YARN = '@yarnpkg/cli-dist@4.13.0';
const packages = isBackstageNode ? [YARN] : [NODE, YARN];
const remembered = join(stateDirectory, 'toolchain.json');

/** The environment in which `node` and `yarn` are the right ones. */
export function toolchainEnvironment() {
  const folder = rememberedFolder() ?? fetchedFolder();
  return { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
}

function rememberedFolder() {
  try {
    const { key, folder } = JSON.parse(readFileSync(remembered, 'utf8'));
    return key === packages.join(' ') && existsSync(join(folder, 'yarn'))
      ? folder
      : undefined;
  } catch {
    return undefined;
  }
}

function fetchedFolder() {
  const result = spawnSync(
    'npm',
    [
      'exec',
      '--yes',
      ...packages.map(name => `--package=${name}`),
      '--',
      'node',
      '-p',
      'process.env.PATH',
    ],
    {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  if (result.error || result.status !== 0) {
    throw new Advice(
      `npm could not fetch ${packages.join(' and ')}: ${firstError(
        result.stderr ?? String(result.error),
      )}. Check the network (or the proxy and registry in your .npmrc) and try again.`,
    );
  }
  // npm puts the folder of the fetched packages first.
  const folder = result.stdout
    .trim()
    .split(delimiter)
    .find(entry => existsSync(join(entry, 'yarn')));
  if (!folder) {
    throw new Advice(
      `npm fetched ${packages.join(
        ' and ',
      )} but did not say where. Update npm (npm install --global npm) and try again.`,
    );
  }
  mkdirSync(stateDirectory, { recursive: true });
  writeFileSync(
    remembered,
    JSON.stringify({ key: packages.join(' '), folder }),
  );
  return folder;
}

function firstError(stderr) {
  const line = stderr
    .split('\n')
    .find(text => /npm error|ERR!/.test(text) && !/log|code/i.test(text));
  return (line ?? stderr.trim().split('\n')[0] ?? 'no reason given')
    .replace(/^npm (error|ERR!)\s*/, '')
    .trim();
}
