import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Child } from './child';
import type { BackendCommand, BackendNews, Product } from './backendMain';

const READY_MS = 60_000;

/** The service that everybody looks at. */
const ENTITY = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: orders
  annotations:
    backstage.io/kubernetes-namespace: orders
    backstage.io/kubernetes-label-selector: app.kubernetes.io/name=orders
spec: { type: service, lifecycle: production, owner: user:default/guest }
`;

/** A portal whose clusters are those of the farm. */
export interface Portal {
  url: string;
  /** Of somebody who is signed in. */
  token: string;
  usage(): Promise<NonNullable<BackendNews['usage']>>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  return await new Promise((done, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address
          ? done(address.port)
          : reject(new Error('the system gives no port')),
      );
    });
  });
}

/** Starts one, and waits until it knows the service. */
export async function startPortal(
  product: Product,
  clusters: { url: string; caData: string }[],
): Promise<Portal> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-view-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const entity = join(folder, 'orders.yaml');
  writeFileSync(entity, ENTITY);
  const config = join(folder, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      app: { baseUrl: url },
      backend: {
        baseUrl: url,
        listen: { host: '127.0.0.1', port },
        database: { client: 'better-sqlite3', connection: ':memory:' },
      },
      auth: {
        providers: { guest: { dangerouslyAllowOutsideDevelopment: true } },
      },
      catalog: {
        stitchingStrategy: { pollingInterval: { milliseconds: 200 } },
        locations: [
          {
            type: 'file',
            target: entity,
            rules: [{ allow: ['Component'] }],
          },
        ],
      },
      kubernetes: {
        serviceLocatorMethod: { type: 'multiTenant' },
        clusterLocatorMethods: [
          {
            type: 'config',
            clusters: clusters.map((cluster, index) => ({
              name: `cluster-${index}`,
              authProvider: 'serviceAccount',
              serviceAccountToken: 'bench',
              ...cluster,
            })),
          },
        ],
      },
    }),
  );
  const child = new Child<BackendCommand, BackendNews>(
    'backendMain.ts',
    [product, config],
    // As a portal runs: in development answers are indented.
    { NODE_ENV: 'production' },
  );
  const stop = async () => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await child.next('ready');
    const token = await signIn(url);
    return {
      url,
      token,
      async usage() {
        const answer = child.next('usage');
        child.tell({ usage: true });
        return await answer;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function signIn(url: string): Promise<string> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    try {
      const answer = await fetch(`${url}/api/auth/guest/refresh`);
      const token: string = (await answer.json()).backstageIdentity.token;
      const { ok } = await fetch(
        `${url}/api/catalog/entities/by-name/component/default/orders`,
        { headers: { authorization: `Bearer ${token}` } },
      );
      if (ok) {
        return token;
      }
    } catch {
      // Not yet.
    }
    if (Date.now() > deadline) {
      throw new Error(`the catalog has no service after ${READY_MS} ms`);
    }
    await pause(200);
  }
}
