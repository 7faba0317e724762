import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import './__testUtils__/errorsOfNode';
import { startCatalog } from './__testUtils__/catalog';
import { FaultReport } from './__testUtils__/report';
import { type Scenario, scenarios } from './__testUtils__/scenarios';
import {
  cellsOf,
  FAILINGS,
  type CleanRun,
  runCell,
  runClean,
} from './__testUtils__/trial';
import { startWorld, type World } from './__testUtils__/world';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const policies = join(__dirname, '../../../../docs/iam-policies/actions');
const fileOf = (action: string) => action.replaceAll(':', '-');

/** The actions that a policy of one action allows; each is written out. */
function allowedBy(action: string): string[] {
  const file = join(policies, `${fileOf(action)}.json`);
  const document: { Statement: { Action: string | string[] }[] } = JSON.parse(
    existsSync(file) ? readFileSync(file, 'utf8') : '{"Statement":[]}',
  );
  return document.Statement.flatMap(({ Action }) => Action);
}

/** What the portal's role holds while an action is tried: no more than that needs. */
function policiesFor(action: string): string[] {
  if (action === 'aws:eks:service:preflight') {
    // It asks whether the portal may do what the others will.
    return ['portal'];
  }
  return existsSync(join(policies, `${fileOf(action)}.json`))
    ? [`actions/${fileOf(action)}`]
    : [];
}

const report = new FaultReport();
afterAll(() => report.write('fault-matrix'));

it('has a scenario for every action of the module', async () => {
  const world = await startWorld(['portal']);
  const { actions: offered, stop } = await world.startProcess(
    startCatalog(undefined),
  );
  const ids = [...offered.keys()].sort();
  await stop();
  await world.stop();

  expect([...new Set(scenarios.map(({ action }) => action))].sort()).toEqual(
    ids,
  );
});

describe.each([...new Set(scenarios.map(({ action }) => action))])(
  '%s',
  action => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(policiesFor(action));
    });
    afterAll(() => world.stop());

    describe.each(
      scenarios
        .filter(scenario => scenario.action === action)
        .map((scenario): [string, Scenario] => [scenario.title, scenario]),
    )('%s', (_, scenario) => {
      let clean: CleanRun;
      beforeAll(async () => {
        // The first one makes what AWS keeps of each account that uses it.
        await runClean(world, scenario);
        clean = await runClean(world, scenario);
      });

      it('does the same undisturbed', async () => {
        const another = await runClean(world, scenario);
        expect(another.output).toBe(clean.output);
        expect(another.differences).toBe(clean.differences);
        expect(clean.calls.length > 0).toBe(!scenario.withoutCalls);
      });

      it.each(FAILINGS)('whichever call meets $kind $times', async failing => {
        report.count(clean.calls.length);
        for (const cell of cellsOf(clean.calls, failing)) {
          report.add(scenario, await runCell(world, scenario, cell, clean));
        }
        expect(report.problemsOf(scenario, failing)).toEqual([]);
      });
    });

    it('makes every call that its policy allows', () => {
      const used = new Set(
        world.sandbox.aws
          .usedPermissions()
          .filter(
            ({ principalArn }) => !principalArn.endsWith('/administrator'),
          )
          .map(permission => permission.action),
      );
      expect(allowedBy(action).filter(allowed => !used.has(allowed))).toEqual(
        [],
      );
    });
  },
);
