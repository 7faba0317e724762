import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { requirePrograms } from './controlPlane';
import { SandboxOptions, startSandbox } from './sandbox';

/** Names the folder of a control plane's programs, as Kubebuilder's tools do. */
const PROGRAMS_FOLDER = 'KUBEBUILDER_ASSETS';

/* eslint-disable no-console -- this is a program for a terminal */

function readOptions(): SandboxOptions {
  const { values } = parseArgs({
    options: {
      state: { type: 'string' },
      ports: { type: 'string', default: 'default' },
      'time-scale': { type: 'string', default: '1' },
      'real-clusters': { type: 'string' },
    },
  });
  const timeScale = Number(values['time-scale']);
  if (!(timeScale > 0)) {
    throw new Error('--time-scale must be a number above 0');
  }
  const { ports } = values;
  if (ports !== 'default' && ports !== 'ephemeral') {
    throw new Error('--ports must be default or ephemeral');
  }
  const realClusters = values['real-clusters']?.split(',');
  const programs = process.env[PROGRAMS_FOLDER] ?? '';
  if (realClusters) {
    requirePrograms(programs, PROGRAMS_FOLDER);
  }
  return {
    timeScale,
    ports,
    ...(realClusters && { realClusters: { names: realClusters, programs } }),
    ...(values.state !== undefined && {
      snapshotFile: join(resolve(values.state), 'snapshot.json'),
    }),
  };
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

async function main() {
  const startedAt = performance.now();
  const sandbox = await startSandbox({
    ...readOptions(),
    services: true,
    log: message => console.error(message),
  });
  const stop = () => {
    sandbox.stop().then(() => process.exit(0), fail);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `The sandbox is ready (${seconds} s): ${sandbox.urls.status} shows what it plays.`,
  );
}

main().catch(fail);
