import {
  type FaultsOf,
  Killing,
  type KillResult,
  problemsOf,
} from './__testUtils__/killing';
import {
  inBoth,
  killPointsOf,
  namesService,
  type KillPoint,
  writes,
} from './__testUtils__/killPoints';
import {
  type KillsInAll,
  sayKills,
  writeKillReport,
} from './__testUtils__/killReport';
import { made, nothing } from './__testUtils__/service';

const all = process.env.FAULTS === 'all';
/** How many tasks are killed together. */
const TOGETHER = 10;
/** The same for calls that any task may make: the first waits for the last. */
const ONE_BY_ONE = 3;

/** The role of the pipeline cannot be made, so all before it is taken back. */
const withoutRole = (name: string) => [
  {
    kind: 'access-denied' as const,
    service: 'iam' as const,
    operation: 'CreateRole',
    target: `${name}-pipeline`,
  },
];

/** It has its effect, and nobody hears of it: the hardest of them. */
const isLost = (point: KillPoint) => writes(point) && point.when === 'after';

const results: KillResult[] = [];
const inAll: KillsInAll = { on: 0, off: 0 };
afterAll(() => sayKills(results, inAll));

async function killAtEach(
  killing: Killing,
  every: KillPoint[],
  faultsOf?: FaultsOf,
): Promise<KillResult[]> {
  inAll[killing.recovery] += every.length;
  const points = all ? every : every.filter(isLost);
  const done: KillResult[] = [];
  const killTogether = async (some: KillPoint[], size: number) => {
    for (let first = 0; first < some.length; first += size) {
      const batch = some.slice(first, first + size);
      done.push(...(await killing.killAt(batch, faultsOf)));
      writeKillReport([...results, ...done], inAll);
    }
  };
  await killTogether(points.filter(namesService), TOGETHER);
  await killTogether(
    points.filter(point => !namesService(point)),
    ONE_BY_ONE,
  );
  // Of many on a busy machine, some wait so long that they give up.
  const missed = done.filter(({ outcome }) => outcome === 'not met');
  done.splice(0, done.length, ...done.filter(one => !missed.includes(one)));
  await killTogether(
    missed.map(({ point }) => point),
    1,
  );
  results.push(...done);
  writeKillReport(results, inAll);
  return done;
}

let pointsOfCreation: KillPoint[] | undefined;
/** Makes services undisturbed, and takes the points at which others are killed. */
async function pointsOf(killing: Killing): Promise<KillPoint[]> {
  // The first one asks what the portal remembers afterwards.
  await killing.record();
  if (!pointsOfCreation) {
    const { name, task, calls } = await killing.record();
    const another = await killing.record();
    expect(await killing.inventory(name)).toEqual(made(task.id));
    pointsOfCreation = killPointsOf(inBoth(calls, another.calls));
  }
  return pointsOfCreation;
}

describe('a backend that is killed', () => {
  let killing: Killing;
  beforeAll(async () => {
    killing = await Killing.start('on');
  });
  afterAll(() => killing?.stop());

  it('finishes a service or takes it back, whichever call it was at', async () => {
    const done = await killAtEach(killing, await pointsOf(killing));
    expect(done).not.toEqual([]);
    expect(problemsOf(done)).toEqual([]);
  });

  it('goes on taking back, whichever call it was at', async () => {
    const { name, entries, calls } = await killing.record(withoutRole);
    expect(await killing.inventory(name)).toEqual(nothing);

    const denied = entries.findIndex(
      ({ operation, status }) => operation === 'CreateRole' && status >= 400,
    );
    const every = killPointsOf(calls.slice(denied + 1));
    const done = await killAtEach(killing, every, withoutRole);
    expect(done).not.toEqual([]);
    expect(problemsOf(done)).toEqual([]);
  });

  it('makes a service after all when a task that was taken back is retried', async () => {
    const { name, task } = await killing.record(withoutRole);
    expect(task.status).toBe('failed');
    expect(await killing.inventory(name)).toEqual(nothing);

    expect((await killing.retry(task.id)).status).toBe('completed');
    expect(await killing.inventory(name)).toEqual(made(task.id));
  });
});

// Each kill waits until the scaffolder has given a task up, so it is for
// `--all` alone.
const describeInAll = all ? describe : describe.skip;

describeInAll('a backend without task recovery that is killed', () => {
  let killing: Killing;
  beforeAll(async () => {
    killing = await Killing.start('off');
  });
  afterAll(() => killing?.stop());

  it('finishes a service or takes it back when its task is retried', async () => {
    const done = await killAtEach(killing, await pointsOf(killing));
    expect(done).not.toEqual([]);
    expect(problemsOf(done)).toEqual([]);
  });
});
