import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import scaffolderModuleGithub from '@backstage/plugin-scaffolder-backend-module-github';
import scaffolderModuleGitlab from '@backstage/plugin-scaffolder-backend-module-gitlab';
import type { JsonObject } from '@backstage/types';
import scaffolderModuleEks from '@slipway/backstage-plugin-scaffolder-backend-module-eks';
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '@slipway/sandbox';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';

/** How a task ended. */
export interface Ended {
  status: string;
  /** Message of the failure, where it failed. */
  error?: string;
  log: string[];
  output: JsonObject;
}

/** A scaffolder backend with the real actions, on a sandbox. */
export interface TaskRunner {
  sandbox: Sandbox;
  /** Runs a template to its end. */
  run(template: string, values: JsonObject): Promise<Ended>;
}

interface TaskEvent {
  type: string;
  body: {
    message: string;
    error?: { message: string };
    output?: JsonObject;
  };
}

/** Starts both before the tests of a file, and stops them after. */
export function useTasks(
  entities: Entity[] | ((sandbox: Sandbox) => Entity[]),
  options: Pick<SandboxOptions, 'testServices'> = {},
): TaskRunner {
  let sandbox: Sandbox | undefined;
  let backend: Awaited<ReturnType<typeof startTestBackend>> | undefined;
  const root = mkdtempSync(join(tmpdir(), 'tasks-'));
  const before = { ...process.env };

  beforeAll(async () => {
    sandbox = await startSandbox({
      ports: 'ephemeral',
      timeScale: 20,
      ...options,
    });
    Object.assign(process.env, sandbox.env);
    backend = await startTestBackend({
      features: [
        scaffolderPlugin,
        scaffolderModuleGithub,
        scaffolderModuleGitlab,
        scaffolderModuleEks,
        catalogServiceMock.factory({
          entities:
            typeof entities === 'function' ? entities(sandbox) : entities,
        }),
        mockServices.rootConfig.factory({
          data: {
            ...sandbox.config,
            backend: { baseUrl: 'http://localhost', workingDirectory: root },
          },
        }),
      ],
    });
  });

  afterEach(() => {
    sandbox?.faults.clear();
  });

  afterAll(async () => {
    await backend?.stop();
    await sandbox?.stop();
    process.env = before;
    rmSync(root, { recursive: true, force: true });
  });

  return {
    get sandbox() {
      if (!sandbox) {
        throw new Error('the sandbox is only there while tests run');
      }
      return sandbox;
    },
    async run(template, values) {
      if (!backend) {
        throw new Error('the scaffolder is only there while tests run');
      }
      const api = request(backend.server);
      const { body } = await api
        .post('/api/scaffolder/v2/tasks')
        .send({ templateRef: `template:default/${template}`, values })
        .expect(201);
      // Answers when something has happened; a task of these tests ends.
      const seen = new Map<number, TaskEvent>();
      const end = () =>
        [...seen.values()].find(({ type }) => type === 'completion');
      while (!end()) {
        const after = Math.max(-1, ...seen.keys());
        const events = await api
          .get(`/api/scaffolder/v2/tasks/${body.id}/events`)
          .query(after < 0 ? {} : { after })
          .expect(200);
        for (const event of events.body) {
          seen.set(event.id, event);
        }
      }
      const { error, output = {} } = end()?.body ?? {};
      const task = await api
        .get(`/api/scaffolder/v2/tasks/${body.id}`)
        .expect(200);
      return {
        status: task.body.status,
        error: error?.message,
        output,
        log: [...seen.values()].map(event => event.body.message),
      };
    },
  };
}
