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
import { writeKillReport } from './__testUtils__/killReport';
import { made, nothing } from './__testUtils__/service';

const all = process.env.FAULTS === 'all';
/** How many tasks are killed together. */
const TOGETHER = 10;

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

describe('a backend that is killed', () => {
  let killing: Killing;
  const results: KillResult[] = [];
  beforeAll(async () => {
    killing = await Killing.start();
  });
  afterAll(async () => {
    writeKillReport(results);
    await killing?.stop();
  });

  async function killAtEach(points: KillPoint[], faultsOf?: FaultsOf) {
    const done: KillResult[] = [];
    const killTogether = async (some: KillPoint[], size: number) => {
      for (let first = 0; first < some.length; first += size) {
        const batch = some.slice(first, first + size);
        done.push(...(await killing.killAt(batch, faultsOf)));
      }
    };
    await killTogether(points.filter(namesService), TOGETHER);
    await killTogether(
      points.filter(point => !namesService(point)),
      1,
    );
    // Of many on a busy machine, some wait so long that they give up.
    const missed = done.filter(({ outcome }) => outcome === 'not met');
    done.splice(0, done.length, ...done.filter(one => !missed.includes(one)));
    await killTogether(
      missed.map(({ point }) => point),
      1,
    );
    results.push(...done);
    expect(problemsOf(done)).toEqual([]);
    expect(done.length).toBeGreaterThan(0);
  }

  it('finishes a service or takes it back, whichever call it was at', async () => {
    // The first one asks what the portal remembers afterwards.
    await killing.record();
    const { name, task, calls } = await killing.record();
    const another = await killing.record();
    expect(await killing.inventory(name)).toEqual(made(task.id));

    const points = killPointsOf(inBoth(calls, another.calls));
    await killAtEach(all ? points : points.filter(isLost));
  });

  it('goes on taking back, whichever call it was at', async () => {
    const { name, entries, calls } = await killing.record(withoutRole);
    expect(await killing.inventory(name)).toEqual(nothing);

    const denied = entries.findIndex(
      ({ operation, status }) => operation === 'CreateRole' && status >= 400,
    );
    const points = killPointsOf(calls.slice(denied + 1));
    await killAtEach(all ? points : points.filter(isLost), withoutRole);
  });

  it('makes a service after all when a task that was taken back is retried', async () => {
    const { name, task } = await killing.record(withoutRole);
    expect(task.status).toBe('failed');
    expect(await killing.inventory(name)).toEqual(nothing);

    expect((await killing.retry(task.id)).status).toBe('completed');
    expect(await killing.inventory(name)).toEqual(made(task.id));
  });
});
