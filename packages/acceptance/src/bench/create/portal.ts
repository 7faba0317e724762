import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createBackend } from '@backstage/backend-defaults';
import { mockServices } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import { Calls } from './calls';
import { Recorder } from './recorder';
import { type SandboxProcess, startSandboxProcess } from './sandboxProcess';

const root = resolve(__dirname, '../../../../..');
const TOKEN = 'benchmark-only';
const READY_MS = 60_000;

/** A backend that creates services on a sandbox, as the portal does. */
export interface BenchmarkPortal {
  sandbox: SandboxProcess;
  recorder: Recorder;
  calls: Calls;
  /** Asks the backend. */
  call<T>(path: string, body?: JsonObject): Promise<T>;
  stop(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object'
          ? done(address.port)
          : reject(new Error('the system gives no port')),
      );
    });
  });
}

/** What `npm start` configures, without what only people need. */
function configOf(
  sandbox: SandboxProcess,
  port: number,
  folder: string,
): JsonObject {
  return {
    ...sandbox.config,
    backend: {
      baseUrl: `http://localhost:${port}`,
      listen: { host: '127.0.0.1', port },
      database: { client: 'better-sqlite3', connection: ':memory:' },
      workingDirectory: folder,
      auth: {
        externalAccess: [
          { type: 'static', options: { token: TOKEN, subject: 'benchmark' } },
        ],
      },
    },
    catalog: {
      rules: [{ allow: ['Component', 'Location'] }],
      stitchingStrategy: { pollingInterval: { milliseconds: 200 } },
      locations: [
        {
          type: 'file',
          target: join(root, 'templates/eks-service/template.yaml'),
          rules: [{ allow: ['Template'] }],
        },
        {
          type: 'file',
          target: join(root, 'packages/sandbox/catalog/org.yaml'),
          rules: [{ allow: ['User', 'Group', 'System', 'Domain'] }],
        },
      ],
    },
    scaffolder: {
      defaultAuthor: { name: 'Slipway', email: 'slipway@example.com' },
    },
  };
}

/** Starts sandbox and backend, and waits until the template is there. */
export async function startPortal(): Promise<BenchmarkPortal> {
  const sandbox = await startSandboxProcess();
  Object.assign(process.env, sandbox.env);
  const folder = mkdtempSync(join(tmpdir(), 'benchmark-'));
  const port = await freePort();
  const recorder = new Recorder();
  const calls = new Calls();
  const backend = createBackend();
  backend.add(mockServices.rootLogger.factory({ level: 'none' }));
  backend.add(
    mockServices.rootConfig.factory({
      data: configOf(sandbox, port, folder),
    }),
  );
  backend.add(recorder.feature());
  backend.add(import('@backstage/plugin-events-backend'));
  backend.add(import('@backstage/plugin-catalog-backend'));
  backend.add(
    import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'),
  );
  backend.add(import('@backstage/plugin-scaffolder-backend'));
  backend.add(import('@backstage/plugin-scaffolder-backend-module-github'));
  backend.add(import('@backstage/plugin-scaffolder-backend-module-gitlab'));
  backend.add(
    import('@slipway/backstage-plugin-scaffolder-backend-module-eks'),
  );

  const call: BenchmarkPortal['call'] = async (path, body) => {
    const response = await fetch(`http://localhost:${port}/api/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
    return response.json();
  };
  const stop = async () => {
    calls.stop();
    await backend.stop();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await backend.start();
    await templateIsThere(call);
  } catch (error) {
    await stop();
    throw error;
  }
  return { sandbox, recorder, calls, call, stop };
}

async function templateIsThere(call: BenchmarkPortal['call']) {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const there = await call(
      'catalog/entities/by-name/template/default/eks-service',
    ).then(
      () => true,
      () => false,
    );
    if (there) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`the catalog has no template after ${READY_MS} ms`);
    }
    await pause(100);
  }
}
