import { createBackend } from '@backstage/backend-defaults';
import { mockServices } from '@backstage/backend-test-utils';
import { readFileSync } from 'node:fs';
import { heldMemory } from '../heldMemory';

/* A portal's backend, in a process of its own, with one of both products. */

/** Whose plugins show what runs. */
export type Product = 'official' | 'slipway';

/** What the benchmark asks the backend. */
export interface BackendCommand {
  usage: true;
}

/** What the backend tells the benchmark. */
export interface BackendNews {
  ready?: true;
  usage?: {
    /** Milliseconds of CPU so far. */
    cpu: number;
    /** Bytes of memory now. */
    memory: number;
    /** Bytes of it that are in use, when what is not has been thrown away. */
    held: number;
  };
}

const [product, configFile] = process.argv.slice(2);

async function main() {
  const backend = createBackend();
  backend.add(mockServices.rootLogger.factory({ level: 'none' }));
  backend.add(
    mockServices.rootConfig.factory({
      data: JSON.parse(readFileSync(configFile, 'utf8')),
    }),
  );
  backend.add(import('@backstage/plugin-auth-backend'));
  backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
  backend.add(import('@backstage/plugin-catalog-backend'));
  backend.add(import('@backstage/plugin-kubernetes-backend'));
  if (product === 'slipway') {
    backend.add(
      import('@slipway/backstage-plugin-kubernetes-backend-module-eks'),
    );
    // eslint-disable-next-line @backstage/no-mixed-plugin-imports -- this is a backend
    backend.add(import('@slipway/backstage-plugin-eks-backend'));
  }
  await backend.start();

  process.on('message', async () => {
    const { user, system } = process.cpuUsage();
    const { rss } = process.memoryUsage();
    process.send?.({
      usage: {
        cpu: (user + system) / 1_000,
        memory: rss,
        held: await heldMemory(),
      },
    } satisfies BackendNews);
  });
  process.once('disconnect', () => process.exit());
  process.send?.({ ready: true } satisfies BackendNews);
}

main().catch(error => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
});
