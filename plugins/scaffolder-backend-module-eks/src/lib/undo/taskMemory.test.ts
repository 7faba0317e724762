import { TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { taskMemory } from './taskMemory';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const success = { status: 'success', value: 1 };
const names = {
  'v1.task.checkpoint.preflight.service.preflight.names.orders': success,
};
const checkpoints = {
  ...names,
  'v1.task.checkpoint.publish.create.github.repo.acme.orders': success,
};
const steps = { registry: { status: 'completed', output: {} } };
const state = JSON.stringify({ state: { checkpoints, steps } });

async function memoryOf(config: object = {}) {
  const client = await databases.init('SQLITE_3');
  await client.schema.createTable('tasks', table => {
    table.string('id');
    table.text('state');
  });
  await client('tasks').insert([
    { id: 'undone', state },
    { id: 'another', state },
    { id: 'new', state: null },
  ]);
  const memory = taskMemory(new ConfigReader({ scaffolder: config }), {
    getClient: async () => client,
  });
  const stateOf = async (id: string) =>
    (await client('tasks').where({ id }).first()).state;
  return { memory, stateOf };
}

describe('taskMemory', () => {
  it('forgets what the steps of one task did, but not that its names were free', async () => {
    const { memory, stateOf } = await memoryOf();
    await memory.forgetSteps('undone');
    expect(await stateOf('undone')).toBe(
      JSON.stringify({ state: { checkpoints: names } }),
    );
    expect(await stateOf('another')).toBe(state);
  });

  it('forgets one task', async () => {
    const { memory, stateOf } = await memoryOf();
    await memory.forgetAll('undone');
    expect(await stateOf('undone')).toBeNull();
    expect(await stateOf('another')).toBe(state);
  });

  it('has nothing to forget of a task that never ran, or is not known', async () => {
    const { memory, stateOf } = await memoryOf();
    await memory.forgetSteps('new');
    await memory.forgetAll('unknown');
    expect(await stateOf('new')).toBeNull();
  });

  it.each([
    [{}, false],
    [{ taskRecovery: { enabled: true } }, true],
    [{ EXPERIMENTAL_recoverTasks: true }, true],
    [
      { taskRecovery: { enabled: false }, EXPERIMENTAL_recoverTasks: true },
      false,
    ],
  ])(
    'knows by %j whether completed steps are skipped',
    async (config, skips) => {
      const { memory } = await memoryOf(config);
      expect(memory.skipsCompletedSteps).toBe(skips);
    },
  );
});
