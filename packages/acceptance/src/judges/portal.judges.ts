import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { checkovDockerfile, hadolint } from './dockerfile';
import { checkovManifests, kubeconform, kubeScore } from './manifests';
import { cfnLint } from './pipelines';
import { bringTools, filesBelow, run } from './programs';
import { runJudge } from './runJudge';
import type { Finding, Judge, Rendering, Tools } from './types';
import { covers, readWaivers } from './waivers';

const ROOT = resolve(__dirname, '../../../..');
const OVERLAY = 'overlays/example';
const judges: Judge[] = [
  hadolint,
  checkovDockerfile,
  kubeconform,
  checkovManifests,
  kubeScore,
  cfnLint,
];

jest.setTimeout(30 * 60_000);

/** The portal's own image and manifests, as somebody who follows docs/production.md has them. */
async function renderPortal(work: string): Promise<Rendering> {
  const repository = join(work, 'portal');
  cpSync(join(ROOT, 'deploy/portal'), repository, { recursive: true });
  cpSync(
    join(ROOT, 'packages/backend/Dockerfile'),
    join(repository, 'Dockerfile'),
  );
  const kustomization = join(repository, OVERLAY, 'kustomization.yaml');
  const document = parseDocument(readFileSync(kustomization, 'utf8'));
  document.setIn(['images', 0, 'digest'], `sha256:${'a'.repeat(64)}`);
  writeFileSync(kustomization, document.toString());
  const { code, stdout, stderr } = await run(
    'kubectl',
    ['kustomize', OVERLAY],
    {
      cwd: repository,
    },
  );
  // Deprecated fields are said there, with exit code 0.
  if (code !== 0 || stderr) {
    throw new Error(`kubectl kustomize ${OVERLAY}: ${stderr}`);
  }
  return {
    name: 'portal',
    // It runs on EC2 nodes: the waivers for those are its, too.
    combination: {
      runtime: 'nodejs',
      compute: 'nodes',
      exposure: 'internal',
      routing: 'ingress',
      pipeline: 'github-actions',
      targets: 'one',
    },
    repository,
    manifests: { 'production/portal.yaml': stdout },
  };
}

describe('the portal itself', () => {
  const work = mkdtempSync(join(tmpdir(), 'judges-portal-'));
  const waivers = readWaivers();
  let tools: Tools;
  let portal: Rendering;

  beforeAll(async () => {
    tools = await bringTools(work);
    portal = await renderPortal(work);
  });

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it.each(judges)('$name has nothing against its $artifact', async judge => {
    const folder = join(work, judge.name);
    mkdirSync(folder);
    const found = await runJudge(judge, [portal], tools, folder);
    const findings: Finding[] | undefined = found.get(portal.name);
    expect(filesBelow(folder).length).toBeGreaterThan(0);
    expect(
      findings?.filter(
        finding => !waivers.some(waiver => covers(waiver, finding, portal)),
      ),
    ).toEqual([]);
  });
});
