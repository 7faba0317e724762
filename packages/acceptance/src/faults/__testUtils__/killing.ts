import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, type Sandbox, startSandbox } from '@slipway/sandbox';
import {
  callsOf,
  holdAt,
  type KillPoint,
  nameOf,
  namesService,
} from './killPoints';
import { type Portal, type Recovery, startPortal } from './portal';
import {
  type Inventory,
  inventoryOf,
  made,
  nothing,
  valuesOf,
} from './service';
import { type EndedTask, untilEnded } from './untilEnded';

/** What became of a task whose backend was killed. */
export interface KillResult {
  point: KillPoint;
  recovery: Recovery;
  outcome: 'finished' | 'taken back' | 'not met' | 'wrong';
  /** What is wrong, or how it failed. */
  said: string;
}

/**
 * How long the portal waits for an answer before it gives up or goes on, in
 * milliseconds: a task that does was not killed at that call.
 */
function patienceAt(point: KillPoint): number {
  const { service, operation } = point;
  switch (service) {
    case 'github':
      // Ours waits less than the client that publishes.
      return operation.startsWith('POST /orgs') ? 60_000 : 9_000;
    case 'kubernetes':
      return 29_000;
    case 'git':
      return 60_000;
    default:
      // Four attempts of fifteen seconds, each of which is held.
      return namesService(point) ? 55_000 : 14_000;
  }
}

let count = 0;
function newName(): string {
  count += 1;
  return `killed-${String(count).padStart(3, '0')}`;
}

const same = (some: Inventory, other: Inventory) =>
  JSON.stringify(some) === JSON.stringify(other);

/** A sandbox, and a portal that is killed and started again. */
export class Killing {
  private constructor(
    readonly sandbox: Sandbox,
    private readonly directory: string,
    readonly recovery: Recovery,
    private portal: Portal,
  ) {}

  static async start(recovery: Recovery): Promise<Killing> {
    const directory = mkdtempSync(join(tmpdir(), 'killed-'));
    const sandbox = await startSandbox({
      ports: 'ephemeral',
      timeScale: 20,
      testServices: false,
    });
    const portal = await startPortal({ sandbox, directory, recovery });
    return new Killing(sandbox, directory, recovery, portal);
  }

  async stop() {
    await this.portal.kill();
    await this.sandbox.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Makes a service and takes the calls of it. */
  async record(faultsOf: FaultsOf = () => []) {
    const { sandbox, portal } = this;
    const name = newName();
    const earlier = new Set(sandbox.journal.list());
    faultsOf(name).forEach(fault => sandbox.faults.add(fault));
    const { id } = await portal.createTask(valuesOf(sandbox, name));
    const task = await untilEnded(portal, id);
    sandbox.faults.clear();
    const entries = sandbox.journal.list().filter(entry => !earlier.has(entry));
    return { name, task, entries, calls: callsOf(entries, name) };
  }

  inventory(name: string): Promise<Inventory> {
    return inventoryOf(this.sandbox, this.portal, name);
  }

  async retry(id: string): Promise<EndedTask> {
    await this.portal.retry(id);
    return await untilEnded(this.portal, id);
  }

  /** Kills the portal, and starts another on the same database. */
  async restart() {
    await this.portal.kill();
    this.sandbox.faults.clear();
    const { sandbox, directory, recovery } = this;
    this.portal = await startPortal({ sandbox, directory, recovery });
  }

  /**
   * Brings one task to each of the points, kills the portal, starts it again,
   * and sees what becomes of the tasks; without recovery, when they are retried.
   *
   * @param faultsOf - what goes wrong with a service besides, until then
   */
  async killAt(
    points: KillPoint[],
    faultsOf: FaultsOf = () => [],
  ): Promise<KillResult[]> {
    const begun = await Promise.all(
      points.filter(namesService).map(point => this.holdOne(point, faultsOf)),
    );
    // Whichever task comes by is held there, so it has to be the only one.
    for (const point of points.filter(one => !namesService(one))) {
      begun.push(await this.holdOne(point, faultsOf));
    }
    const killedAt = Date.now();
    await this.restart();
    return await Promise.all(
      begun.map(async ({ point, name, id, heldAt }) => {
        const task = await this.resume(id);
        const met =
          heldAt !== undefined && killedAt - heldAt < patienceAt(point);
        return {
          point,
          recovery: this.recovery,
          ...(met
            ? await this.judge(name, task)
            : { outcome: 'not met' as const, said: '' }),
        };
      }),
    );
  }

  /** The end of a task whose portal was killed. */
  private async resume(id: string): Promise<EndedTask> {
    const task = await untilEnded(this.portal, id);
    return this.recovery === 'off' && task.status === 'failed'
      ? await this.retry(id)
      : task;
  }

  /** Resolves when the task waits for the answer, or is over without it. */
  private async holdOne(point: KillPoint, faultsOf: FaultsOf) {
    const { sandbox, portal } = this;
    const name = newName();
    const hold = holdAt(point, name);
    const earlier = new Set(sandbox.journal.list());
    const { id: holdId } = sandbox.faults.add(hold);
    faultsOf(name).forEach(other => sandbox.faults.add(other));
    const { id } = await portal.createTask(valuesOf(sandbox, name));
    const { service, operation, target, object } = hold;
    const isHeld = () =>
      sandbox.journal
        .list({ service, operation, target, object })
        .some(entry => entry.error === 'hang' && !earlier.has(entry));
    const isOver = async () =>
      ['completed', 'failed'].includes((await portal.task(id)).status);
    while (!isHeld() && !(await isOver())) {
      await pause(50);
    }
    const heldAt = isHeld() ? Date.now() : undefined;
    if (!namesService(point)) {
      // It would hold the next one, too.
      sandbox.faults.remove(holdId);
    }
    return { point, name, id, heldAt };
  }

  private async judge(
    name: string,
    { id, status, said }: EndedTask,
  ): Promise<Pick<KillResult, 'outcome' | 'said'>> {
    const there = await this.inventory(name);
    if (status === 'completed' && same(there, made(id))) {
      return { outcome: 'finished', said: '' };
    }
    // Where in the code says nothing here of what happened.
    const tail = said
      .split('\n')
      .filter(line => !/^\s+at /.test(line))
      .slice(-40)
      .join(' | ');
    return status === 'failed' && same(there, nothing)
      ? { outcome: 'taken back', said: tail }
      : {
          outcome: 'wrong',
          said: `${status}, and there is ${JSON.stringify(there)}: ${tail}`,
        };
  }
}

/** What goes wrong with a service. */
export type FaultsOf = (name: string) => Omit<Fault, 'id'>[];

/** What is to be read of results that are not as they should be. */
export const problemsOf = (results: KillResult[]): string[] =>
  results
    .filter(({ outcome }) => outcome === 'wrong' || outcome === 'not met')
    .map(({ point, outcome, said }) => `${nameOf(point)}: ${outcome} ${said}`);
