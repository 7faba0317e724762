import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { Fault, JournalEntry, ServiceName } from '@slipway/sandbox';
import { startCatalog } from './catalog';
import { causeOf, KINDS, type MatrixKind } from './causes';
import {
  type Difference,
  differencesOf,
  type Footprint,
  footprintOf,
  orphansOf,
} from './footprint';
import { type Checkpoints, type Run, runAction } from './runAction';
import type { Scenario } from './scenarios';
import type { World } from './world';

/** One call of a run, told from others alike by its place among them. */
export interface Call {
  service: ServiceName;
  operation: string;
  /** With `NAME` for the service's name. */
  target?: string;
  /** How many calls of the same operation and target came before it. */
  index: number;
}

/** A fault that is to hit one call of a scenario. */
export interface Cell {
  call: Call;
  kind: MatrixKind;
  /** Whether the call fails once, or whenever it is tried from then on. */
  times: 'once' | 'forever';
}

/** How the run under the fault ended. */
export type Outcome =
  /** As if nothing had happened. */
  | 'recovered'
  /** With less in its outputs, which say what was not to be had. */
  | 'degraded'
  /** With an error that names the cause. */
  | 'failed';

/** What became of a cell. */
export interface CellResult extends Cell {
  outcome: Outcome;
  /** What has to hold and does not. */
  problems: string[];
}

/** A run with nothing in its way: what the others are compared with. */
export interface CleanRun {
  calls: Call[];
  output: string;
  /** What the same task puts out when it is run again. */
  outputAgain: string;
  differences: string;
}

/** Whose calls the matrix is about. */
const SERVICES: readonly ServiceName[] = [
  'ecr',
  'eks',
  'iam',
  'kubernetes',
  'sts',
];

/**
 * Permissions that a portal need not have: docs/iam.md says what is not shown
 * without them, and nobody is told at every service.
 */
const OPTIONAL = ['DescribeClusterVersions', 'list nodepools.karpenter.sh'];

let count = 0;
/** Names of one length, so that they take the same place in texts. */
function newName(): string {
  count += 1;
  return `orders-${String(count).padStart(5, '0')}`;
}

/** What one task does in the world. */
class Trial {
  readonly name = newName();
  private readonly task = `task-${this.name}`;
  private readonly checkpoints: Checkpoints = new Map();
  private readonly workspacePath = mkdtempSync(join(tmpdir(), 'faults-'));
  private readonly catalog: CatalogService;
  private before: Footprint = new Map();

  constructor(
    private readonly world: World,
    private readonly scenario: Scenario,
  ) {
    this.catalog = startCatalog(scenario.registered?.(this.name, world));
  }

  async prepare() {
    const { world, scenario, name, task, workspacePath } = this;
    await scenario.prepare?.(world, name, task, workspacePath);
    this.before = footprintOf(world.sandbox);
  }

  /** Runs the action in a process of its own, with the task's checkpoints. */
  async run(): Promise<Run> {
    const { world, scenario, name, task, checkpoints, workspacePath } = this;
    const process = await world.startProcess(this.catalog);
    try {
      const action = process.actions.get(scenario.action);
      if (!action) {
        throw new Error(`the module has no action ${scenario.action}`);
      }
      return await runAction(action, scenario.input(name, world), {
        id: task,
        checkpoints,
        workspacePath,
        isDryRun: scenario.isDryRun,
      });
    } finally {
      await process.stop();
    }
  }

  /** What the task has changed so far. */
  differences(): Difference[] {
    return differencesOf(this.before, footprintOf(this.world.sandbox));
  }

  /** What the task has left so far without saying whose it is. */
  orphans(): string[] {
    return orphansOf(this.before, footprintOf(this.world.sandbox), this.name);
  }

  /** A text that another trial of the scenario would have too. */
  normal(value: unknown): string {
    return JSON.stringify(value, undefined, 1)
      .replaceAll(this.name, 'NAME')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
      .replaceAll(/\bARO[A-Z0-9]{18}\b/g, 'ROLE-ID')
      .replaceAll(/\ba-[a-z0-9]{16}\b/g, 'ASSOCIATION-ID')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
  }

  /** The outputs of a run, as those of another trial. */
  outputOf({ output }: Run): string {
    const { inAnyOrder = [] } = this.scenario;
    return this.normal(
      Object.fromEntries(
        Object.entries(output).map(([name, value]) => [
          name,
          inAnyOrder.includes(name) && Array.isArray(value)
            ? value.map(item => JSON.stringify(item)).sort()
            : value,
        ]),
      ),
    );
  }

  end() {
    this.scenario.tidy?.(this.world, this.name);
    rmSync(this.workspacePath, { recursive: true, force: true });
  }
}

async function withTrial<T>(
  world: World,
  scenario: Scenario,
  work: (trial: Trial) => Promise<T>,
): Promise<T> {
  const trial = new Trial(world, scenario);
  try {
    await trial.prepare();
    return await work(trial);
  } finally {
    trial.end();
  }
}

/** Runs a scenario undisturbed, and takes its calls. */
export async function runClean(
  world: World,
  scenario: Scenario,
): Promise<CleanRun> {
  return await withTrial(world, scenario, async trial => {
    const { journal } = world.sandbox;
    const earlier = new Set(journal.list());
    const run = await trial.run();
    if (run.error) {
      throw run.error;
    }
    const calls = callsOf(
      journal.list().filter(entry => !earlier.has(entry)),
      trial.name,
    );
    return {
      calls,
      output: trial.outputOf(run),
      differences: trial.normal(trial.differences()),
      outputAgain: trial.outputOf(await trial.run()),
    };
  });
}

function callsOf(entries: JournalEntry[], name: string): Call[] {
  const seen = new Map<string, number>();
  return entries
    .filter(({ service }) => SERVICES.includes(service))
    .map(({ service, operation, target }) => {
      const call = {
        service,
        operation: operation.replaceAll(name, 'NAME'),
        target: target?.replaceAll(name, 'NAME'),
      };
      const key = JSON.stringify(call);
      const index = seen.get(key) ?? 0;
      seen.set(key, index + 1);
      return { ...call, index };
    });
}

/** One row of the matrix: a way in which calls may fail. */
export type Failing = Pick<Cell, 'kind' | 'times'>;

/** All of them. */
export const FAILINGS: readonly Failing[] = KINDS.flatMap((kind): Failing[] => [
  { kind, times: 'once' },
  { kind, times: 'forever' },
]);

/**
 * Of the cells, which are many, those of every tenth diagonal: each call fails
 * in at least one way, each way meets calls of every scenario.
 */
const EVERY = process.env.FAULTS === 'all' ? 1 : 10;

/** The cells of one row that are run. */
export function cellsOf(calls: Call[], failing: Failing): Cell[] {
  const row = FAILINGS.indexOf(failing);
  return calls
    .filter((_, column) => (row + column) % EVERY === 0)
    .map(call => ({ call, ...failing }));
}

function faultOf({ call, kind, times }: Cell, name: string): Omit<Fault, 'id'> {
  return {
    kind,
    service: call.service,
    operation: call.operation.replaceAll('NAME', name),
    target: call.target?.replaceAll('NAME', name),
    skip: call.index,
    delayMs: 1,
    ...(times === 'once' && { remaining: 1 }),
  };
}

/**
 * Runs a scenario with one call failing, then again with the fault gone, as
 * the same task in another process.
 */
export async function runCell(
  world: World,
  scenario: Scenario,
  cell: Cell,
  clean: CleanRun,
): Promise<CellResult> {
  const { faults } = world.sandbox;
  return await withTrial(world, scenario, async trial => {
    const problems: string[] = [];
    faults.add(faultOf(cell, trial.name));
    const disturbed = await trial.run();
    faults.clear();
    const outcome = judge(trial, disturbed, cell, clean, problems);
    for (const orphan of trial.orphans()) {
      problems.push(`it leaves ${orphan}, which does not say whose it is`);
    }

    const again = await trial.run();
    if (again.error) {
      problems.push(`run again, it fails: ${again.error.message}`);
    } else if (
      ![clean.output, clean.outputAgain].includes(trial.outputOf(again))
    ) {
      problems.push(
        `run again, its outputs are ${trial.outputOf(again)} instead of ${clean.output}`,
      );
    }
    const made = trial.normal(trial.differences());
    if (made !== clean.differences) {
      problems.push(
        `run again, it leaves ${made} instead of ${clean.differences}`,
      );
    }
    return { ...cell, outcome, problems };
  });
}

function judge(
  trial: Trial,
  run: Run,
  { kind, call }: Cell,
  clean: CleanRun,
  problems: string[],
): Outcome {
  const { error, output, log } = run;
  const cause = causeOf(kind, call.service);
  if (error) {
    if (!cause.test(error.message)) {
      problems.push(`its error does not name the cause: ${error.message}`);
    }
    return 'failed';
  }
  if (trial.outputOf(run) === clean.output) {
    return 'recovered';
  }
  const mayBeSilent =
    kind === 'access-denied' && OPTIONAL.includes(call.operation);
  if (
    !mayBeSilent &&
    !cause.test(`${JSON.stringify(output)} ${log.join('\n')}`)
  ) {
    problems.push(
      `its outputs are others and do not say why: ${trial.outputOf(run)}`,
    );
  }
  return 'degraded';
}
