import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@slipway/sandbox';
import { type Portal, startPortal } from './__testUtils__/portal';
import { inventoryOf, made, valuesOf } from './__testUtils__/service';
import { untilEnded } from './__testUtils__/untilEnded';

describe('two tasks for one name at once', () => {
  const directory = mkdtempSync(join(tmpdir(), 'same-name-'));
  let sandbox: Sandbox;
  let portal: Portal;

  beforeAll(async () => {
    sandbox = await startSandbox({
      ports: 'ephemeral',
      timeScale: 20,
      testServices: false,
    });
    portal = await startPortal({ sandbox, directory, recovery: 'on' });
  });
  afterAll(async () => {
    await portal?.kill();
    await sandbox?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each(['twice-1', 'twice-2', 'twice-3'])(
    'make %s once: one wins, the other says so and leaves nothing',
    async name => {
      const values = valuesOf(sandbox, name);
      const tasks = await Promise.all([
        portal.createTask(values),
        portal.createTask(values),
      ]);
      const ended = await Promise.all(
        tasks.map(({ id }) => untilEnded(portal, id)),
      );

      expect(ended.map(({ status }) => status).sort()).toEqual([
        'completed',
        'failed',
      ]);
      const winner = ended.find(({ status }) => status === 'completed');
      const loser = ended.find(({ status }) => status === 'failed');
      expect(await inventoryOf(sandbox, portal, name)).toEqual(
        made(winner?.id ?? ''),
      );
      expect(loser?.said).toContain(name);
    },
  );
});
