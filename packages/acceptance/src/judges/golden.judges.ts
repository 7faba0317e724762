import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usePlayedScaffolder } from '../golden/__testUtils__/played';
import { apiServer } from './apiServer';
import { allCombinations, coveringCombinations } from './combinations';
import { argoCd } from './delivery';
import { catalogModel, mkdocs } from './descriptions';
import { checkovDockerfile, hadolint } from './dockerfile';
import { checkovManifests, kubeconform, kubeScore } from './manifests';
import { ownChecks } from './ownChecks';
import { actionlint, cfnLint, schemas, shellcheck, zizmor } from './pipelines';
import { bringTools } from './programs';
import { renderRepository } from './renderings';
import { asShown, reportOf, showReport, shownReport } from './report';
import { runJudge } from './runJudge';
import type { Finding, Judge, Rendering, Tools } from './types';
import { covers, readWaivers } from './waivers';

const judges: Judge[] = [
  hadolint,
  checkovDockerfile,
  kubeconform,
  checkovManifests,
  kubeScore,
  apiServer,
  actionlint,
  zizmor,
  ...schemas,
  cfnLint,
  argoCd,
  shellcheck,
  catalogModel,
  mkdocs,
  ownChecks,
];

const everything = process.env.GOLDEN === 'all';
const combinations = everything ? allCombinations() : coveringCombinations();
const waivers = readWaivers();

// Installing and building the programs, and the services' own checks.
jest.setTimeout(30 * 60_000);

describe('what the template makes', () => {
  const scaffolder = usePlayedScaffolder();
  const work = mkdtempSync(join(tmpdir(), 'judges-'));
  const renderings: Rendering[] = [];
  const findings = new Map<string, Map<string, Finding[]>>();
  let tools: Tools;

  beforeAll(async () => {
    tools = await bringTools(work);
    for (const combination of combinations) {
      renderings.push(await renderRepository(scaffolder, combination));
    }
  });

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const waiverOf = (finding: Finding) =>
    waivers.find(waiver =>
      renderings.some(
        rendering =>
          rendering.name === finding.rendering &&
          covers(waiver, finding, rendering),
      ),
    );

  it.each(judges)('$name has nothing against its $artifact', async judge => {
    const found = await runJudge(
      judge,
      renderings,
      tools,
      join(work, judge.name),
    );
    findings.set(judge.name, found);

    const open = [...found.values()].flat().filter(one => !waiverOf(one));
    // The same objection to a hundred repositories is one to read.
    const distinct = new Map(
      open.map(one => [`${one.rule} ${one.at} ${one.message}`, one]),
    );
    expect([...distinct.values()]).toEqual([]);
  });

  it('needs every waiver', () => {
    const used = new Set(
      [...findings.values()]
        .flatMap(of => [...of.values()].flat())
        .map(waiverOf),
    );
    expect(waivers.filter(waiver => !used.has(waiver))).toEqual([]);
  });

  it('is what docs/golden-path.md says', () => {
    const looking = judges.filter(({ name }) => findings.get(name)?.size);
    const report = reportOf(
      looking,
      renderings,
      (judge, rendering) => {
        const found = findings.get(judge)?.get(rendering);
        return (
          found && {
            open: found.filter(one => !waiverOf(one)),
            waived: found.filter(waiverOf),
          }
        );
      },
      waivers,
    );
    if (everything) {
      process.stdout.write(`${report}\n`);
      return;
    }
    if (process.env.GOLDEN_UPDATE) {
      showReport(report);
    }
    // Brought up to date by `npm run test:golden -- --update`.
    expect(asShown(report)).toBe(shownReport());
  });
});
