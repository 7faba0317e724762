// `npm start`: the portal on the sandbox, from a fresh clone to a page that
// can be used. Options: --verbose shows what the processes print; --reset
// forgets the services created so far; --real-clusters has Kubernetes' own
// programs run the cluster prod-eu.

import './lib/node-version.mjs';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './lib/install.mjs';
import { root, stateDirectory } from './lib/paths.mjs';
import { requireFreePorts } from './lib/ports.mjs';
import { Processes } from './lib/processes.mjs';
import { elapsed, fail, say, step } from './lib/say.mjs';
import { toolchainEnvironment } from './lib/toolchain.mjs';
import { pageIsUsable, templateIsThere, until } from './lib/ready.mjs';
import { requireGit } from './lib/git.mjs';
import { clusterPrograms, REAL_CLUSTERS } from './lib/realClusters.mjs';

const STATUS_URL = 'http://localhost:7100';
const BACKEND_URL = 'http://localhost:7007';
const PORTAL_URL = 'http://localhost:3000';

const verbose = process.argv.includes('--verbose');
const cli = join(root, 'node_modules/@backstage/cli/bin/backstage-cli');
const configs = ['app-config.yaml', 'app-config.sandbox.yaml'].flatMap(file => [
  '--config',
  join(root, file),
]);

let giveUp;
const death = new Promise((_, reject) => {
  giveUp = reject;
});
const processes = new Processes(error => giveUp(error));
/** A wait that ends early when a process it depends on has ended. */
const unlessDead = wait => Promise.race([wait, death]);

async function main() {
  say(
    'Slipway on its sandbox: no AWS account, no cluster, nothing leaves this machine.',
  );
  requireGit();
  await requireFreePorts();
  if (process.argv.includes('--reset')) {
    for (const kept of ['sandbox', 'portal']) {
      rmSync(join(stateDirectory, kept), { recursive: true, force: true });
    }
  }

  let environment;
  await step('Node and Yarn', () => {
    environment = toolchainEnvironment();
  });
  await install(environment);
  let programs;
  if (process.argv.includes('--real-clusters')) {
    await step('Kubernetes', () => {
      programs = clusterPrograms(environment);
    });
  }

  const node = (name, args, folder, extra) =>
    processes.start(name, 'node', args, {
      cwd: join(root, 'packages', folder),
      env: { ...environment, ...extra },
      verbose,
    });

  // The frontend needs nothing of the others to compile.
  node('frontend', [cli, 'package', 'start', ...configs], 'app', {});
  await step('Sandbox', async () => {
    node(
      'sandbox',
      [
        '--require',
        join(root, 'node_modules/@backstage/cli/config/nodeTransform.cjs'),
        'src/main.ts',
        '--state',
        join(stateDirectory, 'sandbox'),
        ...(programs ? ['--real-clusters', REAL_CLUSTERS] : []),
      ],
      'sandbox',
      programs ? { KUBEBUILDER_ASSETS: programs } : {},
    );
    await unlessDead(until(`${STATUS_URL}/healthz`, response => response.ok));
  });
  const sandbox = await (await fetch(`${STATUS_URL}/api/environment`)).json();
  await step('Backend', async () => {
    node('backend', [cli, 'package', 'start', ...configs], 'backend', sandbox);
    await unlessDead(
      until(`${BACKEND_URL}/.backstage/health/v1/readiness`, r => r.ok),
    );
    await unlessDead(templateIsThere(BACKEND_URL, 'eks-service'));
  });
  await step('Frontend', () => unlessDead(pageIsUsable(PORTAL_URL)));

  say('');
  say(`Ready in ${elapsed()}: ${PORTAL_URL}/create`);
  say(
    `What the sandbox plays: ${STATUS_URL}   Logs: ${join(stateDirectory, 'logs')}   Stop: Ctrl-C`,
  );
  await death;
}

let stopping;
function stop() {
  stopping ??= processes.stop();
  return stopping;
}
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(name, () => {
    say('\nStopping …');
    stop().then(() => process.exit(0));
  });
}

main()
  .catch(fail)
  .finally(() => stop())
  .finally(() => process.exit());
