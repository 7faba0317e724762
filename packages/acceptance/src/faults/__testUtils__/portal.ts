import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '@backstage/types';
import type { Sandbox } from '@slipway/sandbox';
import { stringify } from 'yaml';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const root = join(__dirname, '../../../../..');

/** How long a backend may take to be ready, in milliseconds. */
const READY_WITHIN = 120_000;

/** A task of the scaffolder, as its API has it. */
export interface Task {
  id: string;
  status:
    'open' | 'processing' | 'completed' | 'failed' | 'cancelled' | 'skipped';
}

/** What a task has written down. */
export interface TaskEvent {
  type: string;
  body: { message?: string; stepId?: string; status?: string };
}

/** The portal's backend, a process of its own. */
export interface Portal {
  createTask(values: JsonObject): Promise<Task>;
  task(id: string): Promise<Task>;
  /** Starts a task again that has failed. */
  retry(id: string): Promise<void>;
  events(id: string): Promise<TaskEvent[]>;
  /** Whether the catalog has an entity. */
  hasEntity(ref: string): Promise<boolean>;
  /** Targets of the locations that were registered. */
  locations(): Promise<string[]>;
  /** The beginning of any answer of the API, as it is. */
  text(path: string, accept?: string): Promise<string>;
  /** What its user signs in with. */
  readonly token: string;
  /** Ends the process at once, as a machine that fails would. */
  kill(): Promise<void>;
}

/** A place where portals keep their database, one after the other. */
export interface PortalHome {
  sandbox: Sandbox;
  /** Database, configuration and log. */
  directory: string;
  /** Whether a task goes on by itself after its backend was killed. */
  recovery: Recovery;
}

/** Task recovery, which the portal has on and somebody else may have off. */
export type Recovery = 'on' | 'off';

/** When a task counts as one that its backend has left. */
const LEFT_AFTER = { seconds: 8 };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('there is no free port');
  }
  return address.port;
}

/** The portal's own configuration but for where things are. */
function configuration(home: PortalHome, port: number) {
  const { sandbox, directory, recovery } = home;
  const url = `http://localhost:${port}`;
  const file = (path: string, kinds: string[]) => ({
    type: 'file',
    target: join(root, path),
    rules: [{ allow: kinds }],
  });
  return {
    ...sandbox.config,
    app: { baseUrl: url },
    backend: {
      baseUrl: url,
      listen: { host: '127.0.0.1', port },
      database: {
        client: 'better-sqlite3',
        connection: { directory: join(directory, 'database') },
      },
    },
    auth: {
      providers: {
        guest: {
          userEntityRef: 'user:default/guest',
          ownershipEntityRefs: ['user:default/guest', 'group:default/payments'],
        },
      },
    },
    catalog: {
      defaultLocationConflictStrategy: 'refresh',
      locations: [
        file('templates/eks-service/template.yaml', ['Template']),
        file('packages/sandbox/catalog/org.yaml', [
          'User',
          'Group',
          'System',
          'Domain',
        ]),
      ],
    },
    scaffolder: {
      concurrentTasksLimit: 100,
      ...(recovery === 'on'
        ? { taskRecovery: { enabled: true, staleTimeout: LEFT_AFTER } }
        : {
            taskRecovery: { enabled: false },
            taskTimeout: LEFT_AFTER,
            taskTimeoutJanitorFrequency: { seconds: 2 },
          }),
    },
  };
}

class RunningPortal implements Portal {
  #token = '';

  constructor(
    private readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  async untilReady() {
    const until = Date.now() + READY_WITHIN;
    for (;;) {
      if (await this.isReady()) {
        return;
      }
      if (Date.now() > until || this.child.exitCode !== null) {
        throw new Error('the backend did not start; its log says why');
      }
      await pause(200);
    }
  }

  private async isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/api/auth/guest/refresh`);
      this.#token = (await answer.json()).backstageIdentity?.token ?? '';
      return (
        (await this.hasEntity('template:default/eks-service')) &&
        (await this.hasEntity('system:default/shop')) &&
        (await this.hasEntity('group:default/payments'))
      );
    } catch {
      // Not listening yet.
      return false;
    }
  }

  private async call(
    path: string,
    body?: object,
    accept = 'application/json',
  ): Promise<Response> {
    return await fetch(`${this.url}/api${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
        accept,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  private async read<T>(path: string, body?: object): Promise<T> {
    const answer = await this.call(path, body);
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
    return await answer.json();
  }

  async text(path: string, accept?: string): Promise<string> {
    const { body } = await this.call(path, undefined, accept);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      // A stream of changes does not end, but says at once what there is.
      const part = await Promise.race([reader?.read(), pause(1_000)]);
      if (!part?.value) {
        await reader?.cancel();
        return text;
      }
      text += part.value;
    }
  }

  get token() {
    return this.#token;
  }

  async createTask(values: JsonObject): Promise<Task> {
    const { id } = await this.read<{ id: string }>('/scaffolder/v2/tasks', {
      templateRef: 'template:default/eks-service',
      values,
    });
    return { id, status: 'open' };
  }

  task(id: string): Promise<Task> {
    return this.read(`/scaffolder/v2/tasks/${id}`);
  }

  async retry(id: string): Promise<void> {
    await this.read(`/scaffolder/v2/tasks/${id}/retry`, { secrets: {} });
  }

  events(id: string): Promise<TaskEvent[]> {
    return this.read(`/scaffolder/v2/tasks/${id}/events`);
  }

  async hasEntity(ref: string): Promise<boolean> {
    const [, kind, namespace, name] = /^(.+):(.+)\/(.+)$/.exec(ref) ?? [];
    const answer = await this.call(
      `/catalog/entities/by-name/${kind}/${namespace}/${name}`,
    );
    return answer.ok;
  }

  async locations(): Promise<string[]> {
    const locations =
      await this.read<{ data: { target: string } }[]>('/catalog/locations');
    return locations.map(({ data }) => data.target);
  }

  async kill() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
  }
}

/** Starts the portal's backend and waits until it can make a service. */
export async function startPortal(home: PortalHome): Promise<Portal> {
  const { sandbox, directory } = home;
  const port = await freePort();
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'app-config.yaml');
  writeFileSync(config, stringify(configuration(home, port)));
  const log = openSync(join(directory, 'backend.log'), 'a');
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      'src/index.ts',
      ...['--config', join(root, 'app-config.yaml')],
      ...['--config', config],
    ],
    {
      cwd: join(root, 'packages/backend'),
      env: {
        ...process.env,
        ...sandbox.env,
        NODE_ENV: 'development',
        NODE_OPTIONS: '',
      },
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  const portal = new RunningPortal(`http://localhost:${port}`, child);
  try {
    await portal.untilReady();
  } catch (error) {
    await portal.kill();
    throw error;
  }
  return portal;
}
