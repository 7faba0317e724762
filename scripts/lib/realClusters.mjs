// Kubernetes' own programs, for clusters of the sandbox.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { Advice } from './say.mjs';

/** The clusters that they run. */
export const REAL_CLUSTERS = 'prod-eu';

/** The folder that has them; the first time, they are built for minutes. */
export function clusterPrograms(environment) {
  const { status, stdout, stderr } = spawnSync(
    'node',
    [
      '--no-warnings',
      '--require',
      join(root, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
      'src/cluster/build.ts',
    ],
    {
      cwd: join(root, 'packages/acceptance'),
      env: environment,
      encoding: 'utf8',
    },
  );
  if (status !== 0) {
    throw new Advice(stderr.trim());
  }
  return stdout.trim();
}
