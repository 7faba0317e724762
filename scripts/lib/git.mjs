import { spawnSync } from 'node:child_process';
import { Advice } from './say.mjs';

/** The sandbox's GitHub keeps real repositories. */
export function requireGit() {
  if (spawnSync('git', ['--version']).status !== 0) {
    throw new Advice(
      'git was not found. Install it from https://git-scm.com and try again.',
    );
  }
}
